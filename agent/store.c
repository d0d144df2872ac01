/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: policies to put in force and names to take out of it. Out: tables in the kernel, and the list that says what is
 * in them. The list never differs from the kernel: it changes after the tables did, and by nothing that can fail.
 */
#include "store.h"
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include "log.h"
#include "seal.h"
#include "store_count.h"
#include "when.h"

static struct store_entry *entry_free(struct store_entry *entry)
{
	if (entry) {
		policy_free(entry->policy);
		free(entry->file);
		free(entry->rule_before);
	}
	free(entry);
	return NULL;
}

void store_done(struct store *store)
{
	size_t i;

	for (i = 0; i < store->n; i++)
		entry_free(store->entry[i]);
	free(store->entry);
	tables_free(store->tables);
	tables_free(store->waiting);
	for (i = 0; i < STORE_ROSTERS; i++)
		roster_free(store->roster[i]);
	policy_free(store->guard);
	seal_free(store->seal);
	*store = (struct store){ 0 };
}

static struct store_entry *find(struct store_entry **entry, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(entry[i]->policy->name, name) == 0)
			return entry[i];
	return NULL;
}

struct store_entry *store_find(const struct store *store, const char *name)
{
	return find(store->entry, store->n, name);
}

const char *store_source(const struct store_entry *entry)
{
	return entry->file ? entry->file : "socket";
}

size_t store_index(const struct store *store, const struct store_entry *entry)
{
	size_t i = 0;

	while (store->entry[i] != entry)
		i++;
	return i;
}

enum bw_mode store_mode_of(const struct store *store, size_t i)
{
	return store->tables->policy[i].mode;
}

const struct roster *store_roster(const struct store *store, __u64 active)
{
	size_t i;

	for (i = 0; i < STORE_ROSTERS; i++)
		if (store->roster[i] && store->roster[i]->active == active)
			return store->roster[i];
	return NULL;
}

/* --- a change --------------------------------------------------------------------------------------------- */

int store_begin(struct store *store, struct store_change *ret)
{
	struct store_entry **copy = malloc((store->n + 8) * sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	if (store->n)
		memcpy(copy, store->entry, store->n * sizeof(*copy));
	*ret = (struct store_change){ .store = store, .entry = copy, .n = store->n, .room = store->n + 8 };
	return 0;
}

static int make_room(struct store_change *change)
{
	struct store_entry **grown;

	if (change->n < change->room)
		return 0;
	grown = realloc(change->entry, 2 * change->room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	change->entry = grown;
	change->room *= 2;
	return 0;
}

static int entry_new(const char *file, struct store_entry **ret)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return -ENOMEM;
	if (file) {
		entry->file = strdup(file);
		if (!entry->file) {
			free(entry);
			return -ENOMEM;
		}
	}
	entry->loaded = when_now();
	*ret = entry;
	return 0;
}

static size_t find_in_force(const struct store_change *change, const char *name)
{
	size_t i;

	for (i = 0; i < change->n; i++)
		if (change->entry[i]->in_force && strcmp(change->entry[i]->policy->name, name) == 0)
			break;
	return i;
}

int store_put(struct store_change *change, struct policy *policy, const char *file)
{
	struct store_entry *entry;
	size_t place;
	int r;

	r = make_room(change);
	r = r ?: entry_new(file, &entry);
	if (r < 0)
		return r;
	entry->policy = policy;
	place = find_in_force(change, policy->name);
	change->entry[place] = entry;
	if (place == change->n)
		change->n++;
	return 0;
}

bool store_drop(struct store_change *change, const char *name)
{
	size_t place = find_in_force(change, name);

	if (place == change->n)
		return false;
	change->n--;
	memmove(&change->entry[place], &change->entry[place + 1], (change->n - place) * sizeof(*change->entry));
	return true;
}

void store_abort(struct store_change *change)
{
	size_t i;

	if (!change->store)
		return;
	for (i = 0; i < change->n; i++)
		if (!change->entry[i]->in_force)
			entry_free(change->entry[i]);
	free(change->entry);
	*change = (struct store_change){ 0 };
}

/* The candidate list, by what is known of the roots of containers. */
struct candidate {
	const struct store *store;
	const struct policy **policy;
	size_t n;
};

static int compile_plain(const struct candidate *candidate, struct tables **ret, struct diag *diag)
{
	return compile_tables(candidate->policy, candidate->n, &candidate->store->compile, ret, diag);
}

/*
 * What containers' roots hold must not keep a policy out of force: what does not compile with that is compiled without,
 * where it shows whether the policies are to blame.
 */
static int compile_with_roots(const struct candidate *candidate, struct tables **ret, struct diag *diag)
{
	struct compile_options options = candidate->store->compile;
	struct alias_set aliases;
	struct diag quiet = { 0 };
	int r = cgroups_aliases(candidate->store->cgroups, &aliases);

	if (r < 0)
		return r;
	if (aliases.n) {
		options.aliases = &aliases;
		r = compile_tables(candidate->policy, candidate->n, &options, ret, &quiet);
		if (r == -EINVAL)
			r = compile_plain(candidate, ret, diag);
		if (r >= 0 && quiet.n_errors)
			log_warning("The symbolic links in the roots of containers are too many for the policies, "
				    "which do not follow them, ignoring");
		if (r >= 0 && !quiet.n_errors && !diag->n) { /* warnings */
			*diag = quiet;
			quiet = (struct diag){ 0 };
		}
		diag_done(&quiet);
	} else {
		r = compile_plain(candidate, ret, diag);
	}
	free(aliases.list);
	return r;
}

static int compile_candidate(const struct candidate *candidate, struct tables **ret, struct diag *diag)
{
	struct cgroups *cgroups = candidate->store->cgroups;
	struct diag again = { 0 };
	int r;

	if (!cgroups)
		return compile_plain(candidate, ret, diag);
	r = compile_with_roots(candidate, ret, diag);
	if (r < 0 || cgroups_ask(cgroups, (*ret)->asked_path, (*ret)->n_asked_paths) <= 0)
		return r;
	/* The policies ask for other paths than those before, and roots lead some of them elsewhere. */
	*ret = tables_free(*ret);
	r = compile_with_roots(candidate, ret, &again);
	diag_done(&again); /* what there is to say, the first time said */
	return r;
}

/* The guard's policy enforces while another does, and in a sealed node. It is the last, behind the `n` of the store. */
static enum bw_mode guard_mode(const struct store *store, const struct tables *tables, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (tables->policy[i].mode == BW_MODE_ENFORCE)
			return BW_MODE_ENFORCE;
	return store->seal ? BW_MODE_ENFORCE : BW_MODE_AUDIT;
}

/* What would be in force, the guard's policy last; returns how many: one more than the change has, at most. */
static size_t list_policies(const struct store_change *change, const struct policy **ret)
{
	size_t i;

	for (i = 0; i < change->n; i++)
		ret[i] = change->entry[i]->policy;
	if (change->store->guard)
		ret[i++] = change->store->guard;
	return i;
}

static int compile(const struct store_change *change, struct tables **ret, struct diag *diag)
{
	_free_ const struct policy **policy = calloc(change->n + 1, sizeof(*policy));
	struct candidate candidate = { change->store, policy, 0 };
	int r;

	if (!policy)
		return -ENOMEM;
	candidate.n = change->n || change->store->seal ? list_policies(change, policy) : 0;
	r = compile_candidate(&candidate, ret, diag);
	if (r >= 0 && candidate.n > change->n) {
		(*ret)->policy[change->n].mode = guard_mode(change->store, *ret, change->n);
		(*ret)->header.enforced = tables_enforced(*ret);
	}
	return r;
}

static void add_roster(struct store *store, struct roster *roster)
{
	roster_free(store->roster[STORE_ROSTERS - 1]);
	memmove(&store->roster[1], &store->roster[0], (STORE_ROSTERS - 1) * sizeof(*store->roster));
	store->roster[0] = roster;
}

void store_inherit(struct store *store, struct roster *roster)
{
	add_roster(store, roster);
}

static void tell_loaded(struct store *store, const struct requester *requester)
{
	struct store_entry *entry;
	size_t i;

	for (i = 0; i < store->n; i++) {
		entry = store->entry[i];
		if (!entry->told)
			store->changed(store->context, STORE_LOADED, entry, requester);
		entry->told = entry->in_force = true;
		entry->kept = false;
	}
}

/* Reports what came and what went, and frees what went. A policy that was replaced is reported as loaded only. */
static void settle(struct store *store, struct store_entry **old, size_t n_old, const struct requester *requester)
{
	size_t i;

	for (i = 0; i < n_old; i++)
		if (!old[i]->kept && !store_find(store, old[i]->policy->name))
			store->changed(store->context, STORE_UNLOADED, old[i], requester);
	for (i = 0; i < n_old; i++)
		if (!old[i]->kept)
			entry_free(old[i]);
	tell_loaded(store, requester);
}

/* Nothing here can fail: the kernel has the new tables already. */
static void finish(struct store_change *change, struct tables *tables, const struct requester *requester)
{
	struct store *store = change->store;
	struct store_entry **old = store->entry;
	size_t i, n_old = store->n;

	for (i = 0; i < change->n; i++)
		change->entry[i]->kept = true;
	store->entry = change->entry;
	store->n = change->n;
	tables_free(store->tables);
	store->tables = tables;
	store->waiting = tables_free(store->waiting);
	*change = (struct store_change){ 0 };
	settle(store, old, n_old, requester);
	free(old);
}

/* Could anybody take it back? See lockout.h. */
static int judge(const struct store *store, struct tables *tables, struct store_entry *const *entry, size_t n,
		 long only, struct diag *diag)
{
	_free_ const struct policy **policy = NULL;
	size_t i;

	if (!store->lockout)
		return 0;
	policy = calloc(n + 1, sizeof(*policy));
	if (!policy)
		return -ENOMEM;
	for (i = 0; i < n; i++) /* what was in force before is not what a change is about */
		policy[i] = only < 0 && entry[i]->in_force ? NULL : entry[i]->policy;
	return lockout_check(store->lockout, tables, policy, only, diag);
}

static int refuse_sealed(const char *name)
{
	return log_error_errno(-EKEYREJECTED,
			       "The node is sealed and policy '%s' enforces: it stays as it is until the node starts "
			       "again",
			       name);
}

/* In a sealed node, what enforces stays. */
static int respect_seal(const struct store *store, const struct tables *tables)
{
	const char *broken = store->seal ? seal_broken(store->seal, tables) : NULL;

	return broken ? refuse_sealed(broken) : 0;
}

/* What enforces now is to stay too. */
static void renew_seal(struct store *store)
{
	int r = store->seal ? seal_add(store->seal, store->tables) : 0;

	if (r < 0)
		log_error_errno(r, "Cannot seal what came in force last: %m");
}

int store_seal(struct store *store)
{
	int r = store->seal ? 0 : seal_new(&store->seal);

	return r < 0 ? r : seal_add(store->seal, store->tables);
}

/* From here on the kernel side decides by these tables, and events have their names. */
static int apply(struct store *store, const struct tables *tables)
{
	struct roster *roster = NULL;
	__u64 active;
	int r = roster_new(tables, &roster);

	r = r < 0 ? r : apply_tables(store->loader, tables, store->cgroups, &active);
	if (r < 0) {
		roster_free(roster);
		return r;
	}
	roster->active = active;
	store->active = active;
	add_roster(store, roster);
	return 0;
}

/* Compiles the change and puts the tables in force. Returns as store_commit() does; the list is still the old one. */
static int put_in_force(struct store_change *change, struct tables **ret, struct diag *diag)
{
	struct store *store = change->store;
	struct store_count *count = NULL;
	struct tables *tables = NULL;
	int r;

	r = compile(change, &tables, diag);
	r = r < 0 ? r : respect_seal(store, tables);
	if (r >= 0 && !change->same && !change->returning)
		r = judge(store, tables, change->entry, change->n, -1, diag);
	/*
	 * The set that leaves takes its counters along. What it counts from here to the flip is in no sum; to read
	 * after the flip would be to read the counters of the new set.
	 */
	r = r < 0 ? r : store_count_leaving(change, tables, &count);
	r = r < 0 ? r : apply(store, tables);
	if (r < 0) {
		if (store->cgroups)
			cgroups_doubt(store->cgroups);
		store_count_free(count);
		tables_free(tables);
		return r;
	}
	store_count_settle(change, count);
	*ret = tables;
	return 0;
}

static void count_commit(struct store *store, __u64 began)
{
	store->commits.last = when_steady() - began;
	store->commits.time += store->commits.last;
	store->commits.n++;
}

int store_commit(struct store_change *change, const struct requester *requester, struct diag *diag)
{
	struct store *store = change->store;
	__u64 began = when_steady();
	struct tables *tables;
	bool same;
	int r = put_in_force(change, &tables, diag);

	if (r < 0) {
		store->commits.failed++;
		return r;
	}
	count_commit(store, began);
	same = change->same;
	finish(change, tables, requester);
	renew_seal(store);
	if (store->settled && !same)
		store->settled(store->context);
	return 0;
}

int store_await(struct store_change *change, struct diag *diag)
{
	struct store *store = change->store;
	struct tables *tables = NULL;
	size_t i;
	int r;

	assert(!store->n && !store->waiting);
	r = compile(change, &tables, diag);
	r = r < 0 ? r : respect_seal(store, tables);
	if (r < 0) {
		tables_free(tables);
		return r;
	}
	store->waiting = tables;
	for (i = 0; i < change->n; i++)
		change->entry[i]->in_force = true;
	free(store->entry);
	store->entry = change->entry;
	store->n = change->n;
	*change = (struct store_change){ 0 };
	return 0;
}

int store_put_awaited(struct store *store)
{
	__u64 began = when_steady();
	int r = apply(store, store->waiting);

	if (r < 0) {
		store->commits.failed++;
		return r;
	}
	count_commit(store, began);
	store->tables = store->waiting;
	store->waiting = NULL;
	tell_loaded(store, NULL);
	renew_seal(store);
	if (store->settled)
		store->settled(store->context);
	return 0;
}

int store_refresh(struct store *store)
{
	struct store_change change = { 0 };
	struct diag diag = { 0 };
	int r = store_begin(store, &change);

	change.same = true;
	r = r < 0 ? r : store_commit(&change, NULL, &diag);
	if (r < 0) {
		store_abort(&change);
		log_error_errno(r, "Cannot follow the symbolic links in the roots of containers: %m");
	}
	diag_done(&diag);
	return r;
}

/* One policy, and with it the guard's, where that is the first or the last to enforce. */
static int switch_mode(struct store *store, size_t i, enum bw_mode mode)
{
	struct tables *tables = store->tables;
	size_t guard = store->n;
	int r = apply_mode(store->loader, tables, i, mode);

	if (r < 0 || tables->n_policies == guard)
		return r;
	mode = guard_mode(store, tables, guard);
	return tables->policy[guard].mode == mode ? 0 : apply_mode(store->loader, tables, guard, mode);
}

int store_mode(struct store *store, const char *name, enum bw_mode mode, const struct requester *requester,
	       struct diag *diag)
{
	struct store_entry *entry = store_find(store, name);
	size_t i;
	int r;

	if (!entry)
		return -ENOENT;
	i = store_index(store, entry);
	r = mode == BW_MODE_ENFORCE ? judge(store, store->tables, store->entry, store->n, (long)i, diag) : 0;
	if (r < 0)
		return r;
	if (mode != BW_MODE_ENFORCE && store->seal && store_mode_of(store, i) == BW_MODE_ENFORCE)
		return refuse_sealed(entry->policy->name);
	r = switch_mode(store, i, mode);
	if (r < 0)
		return r;
	entry->policy->mode = mode;
	if (mode == BW_MODE_ENFORCE) { /* asked for on this node by name: that is more than a share of the fleet */
		entry->policy->rollout = 100;
		store->tables->policy_name[i].rolled_out = true;
	}
	renew_seal(store);
	store->changed(store->context, STORE_MODE, entry, requester);
	if (store->settled)
		store->settled(store->context);
	return 0;
}

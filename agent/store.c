/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: policies to put in force and names to take out of it. Out: tables in the kernel, and the list that says what is
 * in them. The list never differs from the kernel: it changes after the tables did, and by nothing that can fail.
 */
#include "store.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include "counters.h"
#include "log.h"
#include "when.h"

static struct store_entry *entry_free(struct store_entry *entry)
{
	if (entry) {
		policy_free(entry->policy);
		free(entry->file);
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
	for (i = 0; i < STORE_ROSTERS; i++)
		roster_free(store->roster[i]);
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

/* --- counters --------------------------------------------------------------------------------------------- */

static void add_counter(struct bw_counter *sum, const struct bw_counter *more)
{
	sum->hits += more->hits;
	sum->denials += more->denials;
	if (more->last > sum->last)
		sum->last = more->last;
}

/* What each policy of the set in force has counted under it. */
static int count_set(const struct store *store, struct bw_counter *ret)
{
	_free_ struct bw_counter *rule = NULL;
	const struct tables *tables = store->tables;
	size_t i, k;
	int r;

	memset(ret, 0, store->n * sizeof(*ret));
	if (!tables || !tables->n_rule_names)
		return 0;
	rule = calloc(tables->n_rule_names, sizeof(*rule));
	if (!rule)
		return -ENOMEM;
	r = counters_rules(store->loader, rule, tables->n_rule_names);
	if (r < 0)
		return r;
	for (i = 0; i < store->n; i++)
		for (k = 0; k < tables->policy_name[i].n_rules; k++)
			add_counter(&ret[i], &rule[tables->policy_name[i].first_rule + k]);
	return 0;
}

int store_counters(const struct store *store, struct bw_counter *ret)
{
	size_t i;
	int r = count_set(store, ret);

	if (r < 0)
		return r;
	for (i = 0; i < store->n; i++)
		add_counter(&ret[i], &store->entry[i]->before);
	return 0;
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

static int compile(const struct store_change *change, struct tables **ret, struct diag *diag)
{
	_free_ const struct policy **policy = calloc(change->n + 1, sizeof(*policy));
	size_t i;

	if (!policy)
		return -ENOMEM;
	for (i = 0; i < change->n; i++)
		policy[i] = change->entry[i]->policy;
	return compile_tables(policy, change->n, &change->store->compile, ret, diag);
}

/* A policy that takes the place of one of its name goes on counting where that one stopped. */
static void hand_over_counters(const struct store_change *change, const struct bw_counter *count)
{
	const struct store *store = change->store;
	const struct store_entry *old;
	size_t i;

	for (i = 0; count && i < store->n; i++)
		add_counter(&store->entry[i]->before, &count[i]);
	for (i = 0; i < change->n; i++) {
		if (change->entry[i]->in_force)
			continue;
		old = store_find(store, change->entry[i]->policy->name);
		if (old)
			change->entry[i]->before = old->before;
	}
}

static void add_roster(struct store *store, struct roster *roster)
{
	roster_free(store->roster[STORE_ROSTERS - 1]);
	memmove(&store->roster[1], &store->roster[0], (STORE_ROSTERS - 1) * sizeof(*store->roster));
	store->roster[0] = roster;
}

/* Reports what came and what went, and frees what went. A policy that was replaced is reported as loaded only. */
static void settle(struct store *store, struct store_entry **old, size_t n_old, const struct requester *requester)
{
	struct store_entry *entry;
	size_t i;

	for (i = 0; i < n_old; i++)
		if (!old[i]->kept && !store_find(store, old[i]->policy->name))
			store->changed(store->context, STORE_UNLOADED, old[i], requester);
	for (i = 0; i < n_old; i++)
		if (!old[i]->kept)
			entry_free(old[i]);
	for (i = 0; i < store->n; i++) {
		entry = store->entry[i];
		if (!entry->in_force)
			store->changed(store->context, STORE_LOADED, entry, requester);
		entry->in_force = true;
		entry->kept = false;
	}
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
	*change = (struct store_change){ 0 };
	settle(store, old, n_old, requester);
	free(old);
}

int store_commit(struct store_change *change, const struct requester *requester, struct diag *diag)
{
	struct store *store = change->store;
	_free_ struct bw_counter *count = calloc(store->n + 1, sizeof(*count));
	struct roster *roster = NULL;
	struct tables *tables = NULL;
	__u64 active;
	int r;

	r = count ? compile(change, &tables, diag) : -ENOMEM;
	r = r < 0 ? r : roster_new(tables, &roster);
	/*
	 * The set that leaves takes its counters along. What it counts from here to the flip is in no sum; to read
	 * after the flip would be to read the counters of the new set.
	 */
	if (r >= 0 && count_set(store, count) < 0) {
		log_debug("Cannot read the counters of the set that leaves, ignoring");
		memset(count, 0, store->n * sizeof(*count));
	}
	r = r < 0 ? r : apply_tables(store->loader, tables, &active);
	if (r < 0) {
		roster_free(roster);
		tables_free(tables);
		return r;
	}
	roster->active = active;
	store->active = active;
	add_roster(store, roster);
	hand_over_counters(change, count);
	finish(change, tables, requester);
	return 0;
}

int store_mode(struct store *store, const char *name, enum bw_mode mode, const struct requester *requester)
{
	struct store_entry *entry = store_find(store, name);
	size_t i;
	int r;

	if (!entry)
		return -ENOENT;
	i = store_index(store, entry);
	r = apply_mode(store->loader, store->tables, i, mode);
	if (r < 0)
		return r;
	entry->policy->mode = mode;
	if (mode == BW_MODE_ENFORCE) { /* asked for on this node by name: that is more than a share of the fleet */
		entry->policy->rollout = 100;
		store->tables->policy_name[i].rolled_out = true;
	}
	store->changed(store->context, STORE_MODE, entry, requester);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: cgroups that come and go. Out: a table of them, each with the container that it is of.
 *
 * Ids of cgroups do not come back on one boot, so an entry is never of another cgroup than it says.
 */
#include "cgroups.h"
#include <base/cleanup.h>
#include <bulwark/abi.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include "cgroups_inner.h"
#include "log.h"
#include "when.h"

/* --- the tables ------------------------------------------------------------------------------------------- */

static struct entry *find_entry(const struct cgroups *cgroups, __u64 id)
{
	struct entry *entry = cgroups->entry[cgroups_bucket(&id, sizeof(id))];

	while (entry && entry->cgroup.id != id)
		entry = entry->next;
	return entry;
}

const struct cgroup *cgroups_find(const struct cgroups *cgroups, __u64 id)
{
	const struct entry *entry = find_entry(cgroups, id);

	return entry ? &entry->cgroup : NULL;
}

void cgroups_each(const struct cgroups *cgroups, void (*fn)(void *context, const struct cgroup *cgroup), void *context)
{
	const struct entry *entry;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++)
		for (entry = cgroups->entry[i]; entry; entry = entry->next)
			fn(context, &entry->cgroup);
}

struct cgroups_count cgroups_count(const struct cgroups *cgroups)
{
	struct cgroups_count count = { .cgroups = cgroups->n };
	const struct holder *holder;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (holder = cgroups->holder[i]; holder; holder = holder->next) {
			count.containers++;
			count.unnamed += !holder->named;
		}
	}
	return count;
}

/* --- cgroups come and go ---------------------------------------------------------------------------------- */

static void free_entry(struct cgroups *cgroups, struct entry *entry)
{
	struct entry **at = &cgroups->entry[cgroups_bucket(&entry->cgroup.id, sizeof(entry->cgroup.id))];
	struct holder *holder;

	while (*at != entry)
		at = &(*at)->next;
	*at = entry->next;
	holder = cgroups_leave(entry);
	if (holder && !holder->first)
		cgroups_free_holder(cgroups, holder);
	free(entry->path);
	free(entry);
	cgroups->n--;
}

static struct entry *new_entry(struct cgroups *cgroups, __u64 id, const char *path)
{
	size_t bucket = cgroups_bucket(&id, sizeof(id));
	struct entry *entry = calloc(1, sizeof(*entry));
	char *copy = strdup(path);

	if (!entry || !copy) {
		free(entry);
		free(copy);
		return NULL;
	}
	*entry = (struct entry){
		.cgroup = { .id = id, .path = copy, .named = true },
		.path = copy,
		.next = cgroups->entry[bucket],
	};
	cgroups->entry[bucket] = entry;
	cgroups->n++;
	return entry;
}

static bool has_room(struct cgroups *cgroups)
{
	if (cgroups->n < BW_CGROUPS_MAX)
		return true;
	if (!cgroups->full)
		log_warning("There are more than %d cgroups: those that come now are not known, ignoring",
			    BW_CGROUPS_MAX);
	cgroups->full = true;
	return false;
}

/* The entry of a cgroup, made if it is new; NULL: there is no room. */
static struct entry *enter(struct cgroups *cgroups, __u64 id, const char *path)
{
	struct entry *entry = find_entry(cgroups, id);
	struct holder *holder;

	if (entry)
		return entry;
	entry = has_room(cgroups) ? new_entry(cgroups, id, path) : NULL;
	holder = entry ? cgroups_holder_of(cgroups, path) : NULL;
	if (holder && holder->due)
		cgroups_look_at(cgroups, holder, when_steady());
	if (holder)
		cgroups_join(cgroups, entry, holder);
	if (entry)
		cgroups->options.changed(cgroups->options.context, &entry->cgroup);
	return entry;
}

void cgroups_made(struct cgroups *cgroups, __u64 id, const char *path)
{
	_free_ char *found = path ? NULL : cgroup_tree_path(&cgroups->tree, id);
	struct entry *entry = NULL;

	path = path ?: found; /* without one it is gone again */
	if (path && path[0] == '/')
		entry = enter(cgroups, id, path);

	if (!entry)
		return;
	entry->walk = cgroups->walk;
	if (entry->holder && entry->holder->due)
		cgroups_set_timer(cgroups);
}

void cgroups_removed(struct cgroups *cgroups, __u64 id)
{
	struct entry *entry = find_entry(cgroups, id);

	if (entry)
		free_entry(cgroups, entry);
	cgroups->options.gone(cgroups->options.context, id);
}

void cgroups_enter_by_path(struct cgroups *cgroups, const char *path)
{
	char full[PATH_MAX];
	struct stat status;
	int n = cgroups->options.root ? snprintf(full, sizeof(full), "%s%s", cgroups->options.root, path) : -1;

	if (n > 0 && (size_t)n < sizeof(full) && lstat(full, &status) == 0 && S_ISDIR(status.st_mode))
		cgroups_made(cgroups, status.st_ino, path);
}

/* --- life ------------------------------------------------------------------------------------------------- */

int cgroups_new(const struct cgroups_options *options, struct cgroups **ret)
{
	struct cgroups *cgroups = calloc(1, sizeof(*cgroups));
	int r;

	if (!cgroups)
		return -ENOMEM;
	cgroups->options = *options;
	cgroup_tree_open(options->root, &cgroups->tree);
	cgroups->timer = (struct loop_timer){ .fn = cgroups_on_timer, .context = cgroups };
	r = loop_timer_open(options->loop, &cgroups->timer);
	if (r < 0) {
		cgroup_tree_close(&cgroups->tree);
		free(cgroups);
		return r;
	}
	if (options->kubelet)
		kubelet_on_list(options->kubelet, cgroups_on_list, cgroups);
	*ret = cgroups;
	return 0;
}

struct cgroups *cgroups_free(struct cgroups *cgroups)
{
	struct entry *entry, *next;
	size_t i;

	if (!cgroups)
		return NULL;
	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (entry = cgroups->entry[i]; entry; entry = next) {
			next = entry->next;
			free_entry(cgroups, entry);
		}
	}
	for (i = 0; i < CGROUPS_BUCKETS; i++) /* those that no cgroup was seen of */
		while (cgroups->holder[i])
			cgroups_free_holder(cgroups, cgroups->holder[i]);
	roots_done(&cgroups->roots);
	loop_timer_close(&cgroups->timer);
	cgroup_tree_close(&cgroups->tree);
	free(cgroups);
	return NULL;
}

void cgroups_tick(struct cgroups *cgroups)
{
	__u64 now = when_steady();

	cgroups_drop_orphans(cgroups);
	cgroups_look(cgroups, now);
	cgroups_look_again(cgroups, now);
	if (now < cgroups->walked + CGROUPS_AGAIN)
		return;
	cgroups_ask_kubelet(cgroups, now);
	cgroups_walk(cgroups);
}

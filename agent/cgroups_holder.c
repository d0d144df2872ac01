/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: paths of cgroups, what hooks of runtimes say. Out: whose container each cgroup is.
 */
#include "cgroups.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include "cgroups_inner.h"
#include "oci.h"
#include "when.h"

#define ORPHAN_TICKS 60 /* that a container is kept of which no cgroup was seen */

/* --- containers ------------------------------------------------------------------------------------------- */

static struct holder *find_holder(const struct cgroups *cgroups, const char *id)
{
	struct holder *holder = cgroups->holder[cgroups_bucket(id, strlen(id))];

	while (holder && strcmp(holder->container.id, id) != 0)
		holder = holder->next;
	return holder;
}

void cgroups_free_holder(struct cgroups *cgroups, struct holder *holder)
{
	const char *id = holder->container.id;
	struct holder **at = id ? &cgroups->holder[cgroups_bucket(id, strlen(id))] : NULL;

	while (at && *at && *at != holder)
		at = &(*at)->next;
	if (at && *at)
		*at = holder->next;
	container_done(&holder->container);
	container_done(&holder->given);
	roots_forget(&holder->root);
	free(holder->bound);
	free(holder);
}

/* The container of this id, made if it is new; NULL: no memory. */
static struct holder *get_holder(struct cgroups *cgroups, const char *id)
{
	struct holder *holder = find_holder(cgroups, id);
	size_t bucket = cgroups_bucket(id, strlen(id));

	if (holder)
		return holder;
	holder = calloc(1, sizeof(*holder));
	if (!holder)
		return NULL;
	container_begin(&holder->container, id);
	if (holder->container.failed) {
		cgroups_free_holder(cgroups, holder);
		return NULL;
	}
	holder->since = holder->due = when_steady();
	holder->next = cgroups->holder[bucket];
	cgroups->holder[bucket] = holder;
	return holder;
}

static bool is_at_or_below(const char *path, const char *above)
{
	size_t size = strlen(above);

	return strncmp(path, above, size) == 0 && (path[size] == '\0' || path[size] == '/');
}

/* Of those that hooks have said to be there or above, the innermost; NULL: none. */
static struct holder *find_bound(const struct cgroups *cgroups, const char *path)
{
	struct holder *holder, *found = NULL;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++)
		for (holder = cgroups->holder[i]; holder; holder = holder->next)
			if (holder->bound && is_at_or_below(path, holder->bound) &&
			    (!found || strlen(holder->bound) > strlen(found->bound)))
				found = holder;
	return found;
}

/* The innermost container that the path tells or a hook has; of one place both tell, the hook knows better. */
struct holder *cgroups_holder_of(struct cgroups *cgroups, const char *path)
{
	struct holder *holder, *bound = find_bound(cgroups, path);
	struct cgroup_path read;

	if (!cgroup_path_read(path, &read) || (bound && strlen(bound->bound) >= read.size))
		return bound;
	holder = get_holder(cgroups, read.id);
	if (holder && !holder->pod[0])
		memcpy(holder->pod, read.pod, sizeof(holder->pod));
	return holder;
}

/* Returns the container that has lost it. */
struct holder *cgroups_leave(struct entry *entry)
{
	struct holder *holder = entry->holder;
	struct entry **at;

	if (!holder)
		return NULL;
	for (at = &holder->first; *at != entry;)
		at = &(*at)->sister;
	*at = entry->sister;
	entry->holder = NULL;
	entry->cgroup.container = NULL;
	entry->cgroup.named = true;
	return holder;
}

/* Is all known of it that rules may ask for? */
bool cgroups_is_known(const struct cgroups *cgroups, const struct holder *holder)
{
	return holder->named && roots_is_known(&cgroups->roots, &holder->root);
}

void cgroups_join(const struct cgroups *cgroups, struct entry *entry, struct holder *holder)
{
	entry->holder = holder;
	entry->sister = holder->first;
	holder->first = entry;
	entry->cgroup.container = &holder->container;
	entry->cgroup.named = cgroups_is_known(cgroups, holder);
}

/* --- hooks of runtimes ------------------------------------------------------------------------------------ */

static void move(struct cgroups *cgroups, struct entry *entry, struct holder *to)
{
	cgroups_leave(entry);
	if (to)
		cgroups_join(cgroups, entry, to);
	cgroups->options.changed(cgroups->options.context, &entry->cgroup);
}

/* What is at or below a cgroup may have got another container by what a hook has said. */
static void judge_below(struct cgroups *cgroups, const char *path)
{
	struct holder *holder;
	struct entry *entry;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (entry = cgroups->entry[i]; entry; entry = entry->next) {
			if (!is_at_or_below(entry->path, path))
				continue;
			holder = cgroups_holder_of(cgroups, entry->path);
			if (holder != entry->holder)
				move(cgroups, entry, holder);
		}
	}
}

/* A cgroup is of one container at a time: of that which was begun there last. */
static void unbind_others(struct cgroups *cgroups, const struct holder *but)
{
	struct holder *holder;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (holder = cgroups->holder[i]; holder; holder = holder->next) {
			if (holder == but || !holder->bound || strcmp(holder->bound, but->bound) != 0)
				continue;
			free(holder->bound);
			holder->bound = NULL;
		}
	}
}

/* The cgroup is the container's, and no other is any more; "/": it has none of its own. */
static int bind_holder(struct cgroups *cgroups, struct holder *holder, const char *path)
{
	_free_ char *before = NULL;
	char *copy = strcmp(path, "/") == 0 ? NULL : strdup(path);

	if (!copy && path[1])
		return -ENOMEM;
	before = holder->bound;
	holder->bound = copy;
	if (copy) {
		unbind_others(cgroups, holder);
		judge_below(cgroups, copy);
	}
	if (before)
		judge_below(cgroups, before);
	return 0;
}

/* Who has lost all his cgroups to another. */
static void drop_empty(struct cgroups *cgroups, const struct holder *but)
{
	struct holder *holder, *next;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (holder = cgroups->holder[i]; holder; holder = next) {
			next = holder->next;
			if (holder != but && !holder->first && !holder->bound)
				cgroups_free_holder(cgroups, holder);
		}
	}
}

int cgroups_add_container(struct cgroups *cgroups, const char *id, const char *cgroup, struct json_object *annotations)
{
	struct holder *holder;
	int r;

	if (!cgroup_path_is_id(id) || cgroup[0] != '/' || strstr(cgroup, "/.."))
		return -EINVAL;
	holder = get_holder(cgroups, id);
	if (!holder)
		return -ENOMEM;
	container_done(&holder->given);
	container_begin(&holder->given, id);
	oci_annotations(&holder->given, annotations);
	holder->is_given = true;
	holder->due = when_steady();
	r = bind_holder(cgroups, holder, cgroup);
	if (r < 0)
		return r;
	cgroups_enter_by_path(cgroups, cgroup);
	drop_empty(cgroups, holder);
	cgroups_look(cgroups, when_steady());
	return holder->given.failed ? -ENOMEM : 0;
}

int cgroups_add_root(struct cgroups *cgroups, const char *id, const char *folder)
{
	struct holder *holder;
	char *copy;

	if (!cgroup_path_is_id(id) || folder[0] != '/')
		return -EINVAL;
	holder = get_holder(cgroups, id);
	copy = holder ? strdup(folder) : NULL;
	if (!copy)
		return -ENOMEM;
	free(holder->root.folder);
	holder->root.folder = copy;
	return 0;
}

/* A runtime may have failed after its hook was run. */
void cgroups_drop_orphans(struct cgroups *cgroups)
{
	struct holder *holder, *next;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (holder = cgroups->holder[i]; holder; holder = next) {
			next = holder->next;
			holder->ticks = holder->first ? 0 : holder->ticks + 1;
			if (holder->ticks > ORPHAN_TICKS)
				cgroups_free_holder(cgroups, holder);
		}
	}
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: files of runtimes, lists of pods, roots of containers. Out: what each container is called, and where paths lead
 * in it. Nothing here waits: a container whose runtime has not written its files yet is looked at again when it is due.
 */
#include "cgroups.h"
#include <base/cleanup.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "cgroups_inner.h"
#include "oci.h"
#include "pods.h"
#include "when.h"

/* Until a container without names is looked at again; doubled each time. */
#define LOOK_FIRST   (100 * CGROUPS_MS)
#define LOOK_DOUBLE  9	  /* times */
#define POD_TRIES    8	  /* looks until a container whose pod is in no list is taken as it is */
#define ROOTS_TRIED  4	  /* processes of a container in whose root it is looked */
#define PROCESS_PATH 192  /* bytes of the path of such a process */
#define ROOTS_AGAIN  4	  /* containers whose roots are looked at again in one tick */
#define ROOTS_ASK_MS 2000 /* for all roots when other paths are asked for; the rest is for ticks */

/* --- names ------------------------------------------------------------------------------------------------ */

static bool is_in_pod(const struct holder *holder, const struct container *container)
{
	return holder->pod[0] || container->names.pod;
}

/*
 * A pod that is in no list: the runtime's word has to do in the end. That takes a list that is younger than the
 * container, for one that cannot be had says nothing about the pod's labels.
 */
static bool is_in_no_list(const struct kubelet *kubelet, const struct holder *holder)
{
	return holder->tries >= POD_TRIES && kubelet_list_time(kubelet) > holder->since;
}

/* What all sources say by now. Returns whether that is all that is to be expected. */
static bool learn(const struct cgroups *cgroups, const struct holder *holder, struct container *ret, bool *ret_listed)
{
	struct kubelet *kubelet = cgroups->options.kubelet;
	bool known = holder->is_given, listed, labelled;

	container_begin(ret, holder->container.id);
	container_merge(ret, &holder->given.names);
	container_set(ret, &ret->sandbox, holder->given.sandbox);
	known |= oci_read(cgroups->options.node, ret);
	listed = kubelet && pods_name(kubelet_list(kubelet), holder->pod, ret);
	labelled = listed || oci_read_pod(cgroups->options.node, ret); /* the kubelet follows labels that change */
	*ret_listed = listed;
	if (known || listed)
		oci_finish(ret);
	if (listed)
		return true;
	return known && (!kubelet || !is_in_pod(holder, ret) || labelled || is_in_no_list(kubelet, holder));
}

/* Tells of all cgroups of the container. */
static void tell(struct cgroups *cgroups, struct holder *holder)
{
	struct entry *entry;

	holder->container.names.aliases = &holder->root.aliases;
	for (entry = holder->first; entry; entry = entry->sister) {
		entry->cgroup.named = cgroups_is_known(cgroups, holder);
		cgroups->options.changed(cgroups->options.context, &entry->cgroup);
	}
}

/* Puts what was learnt in the place of what was known. */
static void renew(struct holder *holder, const struct container *learnt, bool named)
{
	struct container old = holder->container;

	holder->container = *learnt;
	holder->named = named;
	container_done(&old);
}

/* --- roots ------------------------------------------------------------------------------------------------ */

/* Processes of a container. */
struct processes {
	char folder[ROOTS_TRIED][PROCESS_PATH];
	char procs[ROOTS_TRIED][PATH_MAX];
	size_t n;
};

/* Adds the first ones of a cgroup. */
static void add_processes(const struct cgroups *cgroups, const struct cgroup *cgroup, struct processes *to)
{
	char path[PATH_MAX], line[32];
	_fclose_ FILE *file = NULL;
	int size = snprintf(path, sizeof(path), "%s%s/cgroup.procs", cgroups->options.root, cgroup->path);

	if (size > 0 && (size_t)size < sizeof(path))
		file = fopen(path, "re");
	while (file && to->n < ROOTS_TRIED && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		size = snprintf(to->folder[to->n], PROCESS_PATH, "%s/proc/%s", cgroups->options.node, line);
		if (size < 0 || size >= PROCESS_PATH || strcmp(line, "0") == 0)
			continue;
		memcpy(to->procs[to->n++], path, sizeof(path));
	}
}

/* Returns whether it is known now where more paths lead in the container's root. */
static bool look_into(struct cgroups *cgroups, struct holder *holder)
{
	struct root_place place[ROOTS_TRIED];
	struct processes processes;
	const struct entry *entry;
	size_t i;

	if (!cgroups->roots.paths.n)
		return false;
	processes.n = 0;
	for (entry = holder->first; cgroups->options.root && entry && processes.n < ROOTS_TRIED; entry = entry->sister)
		add_processes(cgroups, &entry->cgroup, &processes);
	for (i = 0; i < processes.n; i++)
		place[i] = (struct root_place){ processes.folder[i], processes.procs[i] };
	return roots_look(&cgroups->roots, &holder->root, holder->container.id, place, processes.n);
}

/* A container that runs may change its links: now and then a few are looked at again. */
void cgroups_look_again(struct cgroups *cgroups, __u64 now)
{
	struct holder *holder;
	size_t i, n = 0;

	for (i = 0; i < CGROUPS_BUCKETS && n < ROOTS_AGAIN; i++) {
		for (holder = cgroups->holder[i]; holder && n < ROOTS_AGAIN; holder = holder->next) {
			const struct root *root = &holder->root;

			if (root->asked == cgroups->roots.asked && now < root->last + CGROUPS_AGAIN)
				continue;
			n += cgroups->roots.paths.n > 0;
			if (look_into(cgroups, holder))
				tell(cgroups, holder);
		}
	}
}

int cgroups_ask(struct cgroups *cgroups, const char *const *path, size_t n)
{
	__u64 end = when_steady() + ROOTS_ASK_MS * CGROUPS_MS;
	struct holder *holder;
	size_t i;
	int r = roots_ask(&cgroups->roots, path, n);

	for (i = 0; r > 0 && i < CGROUPS_BUCKETS; i++)
		for (holder = cgroups->holder[i]; holder && when_steady() < end; holder = holder->next)
			if (look_into(cgroups, holder))
				tell(cgroups, holder);
	return r < 0 ? r : cgroups->roots.unknown;
}

int cgroups_aliases(struct cgroups *cgroups, struct alias_set *ret)
{
	struct holder *holder;
	size_t i, n = 0;
	int r;

	*ret = (struct alias_set){ 0 };
	for (i = 0; i < CGROUPS_BUCKETS; i++)
		for (holder = cgroups->holder[i]; holder; holder = holder->next)
			n += holder->root.aliases.n;
	ret->list = calloc(n + 1, sizeof(*ret->list));
	if (!ret->list)
		return -ENOMEM;
	for (i = 0; i < CGROUPS_BUCKETS; i++)
		for (holder = cgroups->holder[i]; holder; holder = holder->next)
			for (n = 0; n < holder->root.aliases.n; n++)
				ret->list[ret->n++] = holder->root.aliases.list[n];
	r = roots_know(&cgroups->roots, ret);
	if (r < 0)
		free(ret->list);
	return r;
}

void cgroups_doubt(struct cgroups *cgroups)
{
	cgroups->roots.unknown |= cgroups->roots.known.n > 0;
}

bool cgroups_has_unknown(const struct cgroups *cgroups)
{
	return cgroups->roots.unknown;
}

/* --- looks ------------------------------------------------------------------------------------------------ */

void cgroups_ask_kubelet(struct cgroups *cgroups, __u64 now)
{
	if (!cgroups->options.kubelet || (cgroups->refreshed && now < cgroups->refreshed + CGROUPS_SECOND))
		return;
	cgroups->refreshed = now;
	kubelet_refresh(cgroups->options.kubelet);
}

/* Who has told of a container may take that back before its cgroup goes: what was known is kept then. */
static bool has_less(const struct holder *holder, bool named, bool listed)
{
	return holder->named && (!named || (holder->listed && !listed));
}

void cgroups_look_at(struct cgroups *cgroups, struct holder *holder, __u64 now)
{
	struct container learnt;
	bool listed, named = learn(cgroups, holder, &learnt, &listed);
	bool was_known = cgroups_is_known(cgroups, holder), changed = look_into(cgroups, holder);
	unsigned int doubled = holder->tries < LOOK_DOUBLE ? holder->tries : LOOK_DOUBLE;
	bool due = holder->due && holder->due <= now; /* else a list has come in between, which puts nothing off */

	holder->tries += due;
	if ((named || holder->named) && roots_is_done(&cgroups->roots, &holder->root))
		holder->due = 0;
	else if (due)
		holder->due = now + (LOOK_FIRST << doubled);
	if (learnt.failed || has_less(holder, named, listed) ||
	    (holder->named == named && container_same(&learnt.names, &holder->container.names))) {
		container_done(&learnt);
	} else {
		renew(holder, &learnt, named);
		changed = true;
	}
	if (changed || was_known != cgroups_is_known(cgroups, holder))
		tell(cgroups, holder);
	holder->listed |= listed;
}

/* --- when to look ----------------------------------------------------------------------------------------- */

static __u64 next_due(const struct cgroups *cgroups)
{
	const struct holder *holder;
	__u64 due = 0;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++)
		for (holder = cgroups->holder[i]; holder; holder = holder->next)
			if (holder->due && (!due || holder->due < due))
				due = holder->due;
	return due;
}

void cgroups_set_timer(struct cgroups *cgroups)
{
	__u64 due = next_due(cgroups), now = when_steady();
	__u64 wait = due > now ? (due - now) / CGROUPS_MS : 0;

	(void)loop_timer_set(&cgroups->timer, due ? (unsigned int)wait + 1 : 0, 0); /* else the next tick looks */
}

void cgroups_look(struct cgroups *cgroups, __u64 now)
{
	struct holder *holder;
	bool waits = false;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++) {
		for (holder = cgroups->holder[i]; holder; holder = holder->next) {
			if (!holder->due || holder->due > now)
				continue;
			cgroups_look_at(cgroups, holder, now);
			waits |= holder->due && is_in_pod(holder, &holder->container);
		}
	}
	if (waits)
		cgroups_ask_kubelet(cgroups, now);
	cgroups_set_timer(cgroups);
}

void cgroups_on_timer(void *context)
{
	cgroups_look(context, when_steady());
}

/* Labels of a pod may be changed while it runs, so those that are named are looked at too. */
void cgroups_on_list(void *context)
{
	struct cgroups *cgroups = context;
	struct holder *holder;
	size_t i;

	for (i = 0; i < CGROUPS_BUCKETS; i++)
		for (holder = cgroups->holder[i]; holder; holder = holder->next)
			if (is_in_pod(holder, &holder->container))
				cgroups_look_at(cgroups, holder, when_steady());
	cgroups_set_timer(cgroups);
}

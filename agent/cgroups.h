/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The cgroups of this node and the containers that they are of.
 *
 * The kernel side tells which are made and removed; what was there before, and what was told when there was no room in
 * the ring, a walk of the tree finds. A container is named from what runtimes have written down, what a hook of the
 * runtime said, and the kubelet's list; until one of them knows it, it is looked at again and again, ever more rarely.
 *
 * Owner: cgroups own all that they hand out; a cgroup is valid until it is gone, its container until it changes.
 */
#ifndef AGENT_CGROUPS_H
#define AGENT_CGROUPS_H

#include <linux/types.h>
#include <stdbool.h>
#include "container.h"
#include "kubelet.h"
#include "loop.h"
#include "policy/alias.h"

struct cgroups;
struct json_object;

struct cgroup {
	__u64 id;
	const char *path;		   /* in the cgroup-v2 tree: "/" or "/system.slice" */
	const struct container *container; /* that it was made for, or one above it; NULL: none */
	bool named;			   /* what can be known of the container is known */
};

struct cgroups_options {
	struct loop *loop;
	const char *root;	 /* cgroup_tree_root(); NULL: no tree is mounted */
	const char *node;	 /* what stands before the paths of runtimes' files: "" but in tests */
	struct kubelet *kubelet; /* NULL: no pods are told; it is freed after the cgroups */

	/* Called from within the functions below: the cgroup is new or its container's names have changed; it is gone.
	 */
	void (*changed)(void *context, const struct cgroup *cgroup);
	void (*gone)(void *context, __u64 id);
	void *context;
};

int cgroups_new(const struct cgroups_options *options, struct cgroups **ret);
struct cgroups *cgroups_free(struct cgroups *cgroups); /* returns NULL; accepts NULL */

/*
 * cgroups_walk() finds what was made, and what is gone; it logs what it cannot read. What is gone is let go by
 * cgroups_settle(), for when all records are read that the ring had after the walk: they may be about it.
 */
void cgroups_walk(struct cgroups *cgroups);
void cgroups_settle(struct cgroups *cgroups);

void cgroups_made(struct cgroups *cgroups, __u64 id, const char *path); /* path NULL: it is looked up */
void cgroups_removed(struct cgroups *cgroups, __u64 id);

/*
 * A hook of the runtime tells of a container before its first program runs: `cgroup` is its path, `annotations` those
 * of its OCI configuration, or NULL. -EINVAL: there are no such ids or paths; -ENOMEM.
 */
int cgroups_add_container(struct cgroups *cgroups, const char *id, const char *cgroup, struct json_object *annotations);

/*
 * The same hook tells, before that, where the root of the container will be: a folder that can be looked into already.
 * -EINVAL: no such ids or paths; -ENOMEM.
 */
int cgroups_add_root(struct cgroups *cgroups, const char *id, const char *folder);

/*
 * Where paths lead in the roots of containers. `ask`: these are the paths (absolute, each once), from now on; returns 1
 * when some root says what is not among the last cgroups_aliases(), or -ENOMEM. `aliases`: what all roots say; the
 * caller frees the list, the texts are valid until the next look. `has_unknown`: there is more than that by now.
 * `doubt`: what was made with them is not in force.
 */
int cgroups_ask(struct cgroups *cgroups, const char *const *path, size_t n);
int cgroups_aliases(struct cgroups *cgroups, struct alias_set *ret);
void cgroups_doubt(struct cgroups *cgroups);
bool cgroups_has_unknown(const struct cgroups *cgroups);

const struct cgroup *cgroups_find(const struct cgroups *cgroups, __u64 id); /* or NULL */
void cgroups_each(const struct cgroups *cgroups, void (*fn)(void *context, const struct cgroup *cgroup), void *context);

struct cgroups_count {
	size_t cgroups;
	size_t containers;
	size_t unnamed; /* of these */
};

struct cgroups_count cgroups_count(const struct cgroups *cgroups);

void cgroups_tick(struct cgroups *cgroups); /* each second or so: now and then everything is looked at again */

/* --- for tests -------------------------------------------------------------------------------------------- */

void cgroups_look(struct cgroups *cgroups, __u64 now); /* at the containers that are due by now (when_steady()) */

#endif

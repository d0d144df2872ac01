/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files behind cgroups.h share: the tables of cgroups and of the containers that they are of.
 */
#ifndef AGENT_CGROUPS_INNER_H
#define AGENT_CGROUPS_INNER_H

#include <bulwark/hash.h>
#include "cgroup_path.h"
#include "cgroup_tree.h"
#include "cgroups.h"
#include "roots.h"

#define CGROUPS_BUCKETS 4096 /* of each table; what shares one is a list */
#define CGROUPS_MS	1000000ull
#define CGROUPS_SECOND	(1000 * CGROUPS_MS)
#define CGROUPS_AGAIN	(60 * CGROUPS_SECOND) /* between walks of the tree, and readings of the kubelet's list */

/* A container, as long as there are cgroups of it. */
struct holder {
	struct container container; /* as it was learnt last */
	struct container given;	    /* by a hook */
	struct root root;
	char *bound; /* the cgroup that a hook named; NULL */
	char pod[CGROUP_UID_ROOM];
	bool is_given;
	bool named;
	bool listed; /* by the kubelet */
	__u64 since; /* when it was first heard of */
	unsigned int tries;
	unsigned int ticks; /* without a cgroup */
	__u64 due;	    /* 0: it is not looked at again by itself */
	struct entry *first;
	struct holder *next; /* in its bucket */
};

struct entry {
	struct cgroup cgroup;
	char *path; /* cgroup.path */
	struct holder *holder;
	unsigned int walk;    /* in which it was seen */
	struct entry *sister; /* of the same holder */
	struct entry *next;   /* in its bucket */
};

struct cgroups {
	struct cgroups_options options;
	struct cgroup_tree tree;
	struct entry *entry[CGROUPS_BUCKETS];
	struct holder *holder[CGROUPS_BUCKETS];
	size_t n;
	unsigned int walk;
	__u64 walked;	 /* when */
	bool walked_all; /* and since then nothing was let go that it did not meet */
	__u64 refreshed; /* when the kubelet was asked */
	bool full;	 /* and this was said */
	struct loop_timer timer;
	struct roots roots;
};

static inline size_t cgroups_bucket(const void *bytes, size_t size)
{
	static const __u64 key[2];

	return bw_hash(key, bytes, size) % CGROUPS_BUCKETS;
}

/* --- cgroups_holder.c: whose a cgroup is ------------------------------------------------------------------ */

/* The innermost container that the path tells or a hook has, made if it is new; NULL: none, or no memory. */
struct holder *cgroups_holder_of(struct cgroups *cgroups, const char *path);
void cgroups_free_holder(struct cgroups *cgroups, struct holder *holder);
void cgroups_join(const struct cgroups *cgroups, struct entry *entry, struct holder *holder);
struct holder *cgroups_leave(struct entry *entry); /* returns the container that has lost it, or NULL */
bool cgroups_is_known(const struct cgroups *cgroups, const struct holder *holder); /* all that rules may ask for? */
void cgroups_drop_orphans(struct cgroups *cgroups);

/* --- cgroups_look.c: what a container is called, where paths lead in it ------------------------------------- */

void cgroups_look_at(struct cgroups *cgroups, struct holder *holder, __u64 now);
void cgroups_look_again(struct cgroups *cgroups, __u64 now);
void cgroups_ask_kubelet(struct cgroups *cgroups, __u64 now);
void cgroups_set_timer(struct cgroups *cgroups); /* to the first look that is due */
void cgroups_on_timer(void *context);
void cgroups_on_list(void *context);

/* --- cgroups.c ---------------------------------------------------------------------------------------------- */

/* The cgroup is there already, but the record of it may still wait in the ring. */
void cgroups_enter_by_path(struct cgroups *cgroups, const char *path);

#endif

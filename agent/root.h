/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where paths lead in the root of one container.
 *
 * A root is what its container makes of it, so a child process looks, for as long as it has: links that never end, file
 * systems that never answer cost no more than that, and hold up nobody else.
 */
#ifndef AGENT_ROOT_H
#define AGENT_ROOT_H

#include <stddef.h>
#include "policy/alias.h"

#define ROOT_LOOK_MS	 500 /* that one look may take */
#define ROOT_STUCK_MAX	 8   /* children that do not end; with as many, nobody looks any more */
#define ROOT_ALIASES_MAX 128 /* of one container, in all its life */

struct root_paths {
	char **path; /* absolute */
	size_t n;
};

/* A folder that may be the root. */
struct root_place {
	const char *folder; /* the root itself; or of a process, its folder in /proc: `root` there is meant */
	const char *procs;  /* the list of a cgroup, in which the process has to be; NULL: it is no process's */
};

/*
 * Looks into the first of these folders that is there and is not the node's own root, and adds where paths lead
 * elsewhere to what is in `set`; nothing is ever taken out of it. What a merged /usr makes is left out.
 *
 * Returns how many are new; -ESTALE: there is no such folder (yet); -ETIMEDOUT; -EBUSY: too many looks before did not
 * end; -errno.
 */
int root_look(const struct root_place *place, size_t n_places, const struct root_paths *paths, struct alias_set *set);

/* Adds one; `set` owns copies of its texts. 1: it is new; 0: it was there, or there are `most` already; -ENOMEM. */
int root_add(struct alias_set *set, const struct path_alias *alias, size_t most);

void root_forget(struct alias_set *set);

#endif

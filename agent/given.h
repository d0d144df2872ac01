/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What hooks of runtimes have told of containers, kept for the next agent: nothing else on the node says it again, and
 * by the path of its cgroup alone a container may be none.
 *
 * One file, FOLDER/containers.json, replaced as a whole. It is good for one boot, and each entry for one cgroup.
 */
#ifndef AGENT_GIVEN_H
#define AGENT_GIVEN_H

#include "cgroups.h"

struct given;

/* Reads what was kept. Without a folder or with a file that is none of ours, nothing was, which is logged. -ENOMEM. */
int given_new(const char *folder, struct given **ret);
struct given *given_free(struct given *given); /* returns NULL; accepts NULL */

/* Tells the cgroups of the containers that are still there. */
void given_restore(const struct given *given, struct cgroups *cgroups);

/*
 * Keeps what cgroups_add_container() has just been told, and lets go of what is there no more. A failure is logged
 * once: the container has its names, until the agent ends.
 */
void given_add(struct given *given, const struct cgroups *cgroups, const char *id, const char *cgroup,
	       struct json_object *annotations);

#endif

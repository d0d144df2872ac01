/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which container a cgroup is of, as far as its path says: every runtime has its own spelling, and another one under
 * systemd than where it makes folders itself.
 */
#ifndef AGENT_CGROUP_PATH_H
#define AGENT_CGROUP_PATH_H

#include <stdbool.h>
#include <stddef.h>

#define CGROUP_ID_ROOM	256 /* an id is part of one component */
#define CGROUP_UID_ROOM 37  /* of a pod: 36 bytes, or 32 where it is a hash */

enum cgroup_runtime {
	CGROUP_CRI, /* some runtime below the kubelet's cgroups: the path does not tell which */
	CGROUP_DOCKER,
	CGROUP_CONTAINERD,
	CGROUP_CRIO,
	CGROUP_PODMAN,
	CGROUP_RUNC,
	CGROUP_CRUN,
};

struct cgroup_path {
	enum cgroup_runtime runtime;
	char id[CGROUP_ID_ROOM];   /* of the innermost container */
	char pod[CGROUP_UID_ROOM]; /* uid of the pod that it is in, with dashes; "": of none */
	size_t size;		   /* bytes of the path up to the container's own cgroup, which is its last component */
};

/* Reads a path of the cgroup-v2 tree, or of a hierarchy of v1. False: it is of no container. */
bool cgroup_path_read(const char *path, struct cgroup_path *ret);

/* Whether runtimes give such ids; what is none is not to be made part of a path. */
bool cgroup_path_is_id(const char *id);

#endif

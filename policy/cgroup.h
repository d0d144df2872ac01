/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Cgroups in user space: what the kernel side tells by a cgroup's path, and by the names of the container that it
 * cannot see.
 */
#ifndef POLICY_CGROUP_H
#define POLICY_CGROUP_H

#include <linux/types.h>
#include <stdbool.h>
#include "tables.h"
#include <bulwark/abi.h>

struct container_label {
	const char *key;
	const char *value;
};

/* What a container is called; a member is NULL where it is not known. Borrowed. */
struct container_names {
	const char *name, *image, *namespace, *pod;
	const struct container_label *label;
	size_t n_labels;
	const struct alias_set *aliases; /* what has been seen of its root; NULL: nothing */
};

/*
 * What the tables say of who is in the cgroup at `path` (from the root of the cgroup-v2 tree, "/" or "/a/b"). `names`:
 * NULL when it is named and has none (no container). `named`: the agent has looked, so BW_CGROUP_NAMED. `container`:
 * known to be a container's by other means than its path.
 */
void cgroup_judge(const struct tables *tables, const char *path, const struct container_names *names, bool container,
		  bool named, struct bw_cgroup *ret);

#endif

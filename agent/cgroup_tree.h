/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The cgroup-v2 tree of this node: where it is mounted, and the folder of an id.
 */
#ifndef AGENT_CGROUP_TREE_H
#define AGENT_CGROUP_TREE_H

#include <linux/types.h>
#include <stdbool.h>

struct cgroup_tree {
	const char *root; /* NULL: it is not mounted */
	int fd;		  /* of the root; -1: it could not be opened */
};

const char *cgroup_tree_root(void); /* or NULL */

/* Whether a tree with this root (NULL: none) is the node's only hierarchy of cgroups, which all runtimes then use. */
bool cgroup_tree_is_only(const char *root);

void cgroup_tree_open(const char *root, struct cgroup_tree *ret); /* root: NULL for none */
void cgroup_tree_close(struct cgroup_tree *tree);

/* The path below the root, "/" for itself; the caller frees. NULL: there is none of this id, or no right to look. */
char *cgroup_tree_path(const struct cgroup_tree *tree, __u64 id);

#endif

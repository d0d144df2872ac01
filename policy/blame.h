/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whom to name when patterns make too many of something: those that the work was at when it went over the bound.
 */
#ifndef POLICY_BLAME_H
#define POLICY_BLAME_H

#include "tree.h"

struct blame {
	const struct tree *tree;
	const uint32_t *node; /* the state at work: positions in patterns that keep each other company */
	size_t n;
	uint32_t child; /* the node that it was about to lead to; TREE_NONE */
};

/* Adds the error `too-many-states`, "these patterns multiply"; returns -EINVAL. */
int blame_patterns(const struct blame *blame, struct diag *diag, const char *what, unsigned int bound);

#endif

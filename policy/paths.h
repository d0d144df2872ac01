/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One path pattern of the text and all the patterns that it stands for on this node: by alternatives, by the
 * aliases of a merged /usr, and by the symbolic links in its literal part.
 */
#ifndef POLICY_PATHS_H
#define POLICY_PATHS_H

#include "compile.h"
#include "tree.h"

struct paths {
	struct tree *tree;
	const struct compile_options *options;
	struct diag *diag;
};

/* Adds them to the tree with who uses them (see labels.h). Links that cannot be followed are a warning. */
int paths_lower(const struct paths *paths, const struct policy *policy, const struct path_value *value, uint32_t use);

#endif

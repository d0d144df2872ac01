/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One path pattern of the text and all the patterns that it stands for on this node: by alternatives, by the
 * aliases of a merged /usr, and by the symbolic links in its literal part: those of the node at once, those of
 * containers' roots, and links to applets of boxes, as copies of the rule.
 */
#ifndef POLICY_PATHS_H
#define POLICY_PATHS_H

#include "compile.h"
#include "copies.h"
#include "tree.h"

struct paths {
	struct tree *tree;
	const struct compile_options *options;
	struct diag *diag;
	struct copies *copies; /* of the paths of a rule; NULL: of a subject, whose links to boxes are whole boxes */
	bool exec;	       /* the rule is about running what is there */
	bool elsewhere;	       /* the rule holds by links in containers' roots too */
};

/* Adds them to the tree with who uses them (see labels.h). Links that cannot be followed are a warning. */
int paths_lower(const struct paths *paths, const struct policy *policy, const struct path_value *value, uint32_t use);

/* Adds where a copy's links lead, after all other patterns. */
int paths_lower_copy(const struct paths *paths, const struct policy *policy, const struct copy *copy, uint32_t use);

/* The same of a pattern over paths of cgroups, whose tree has neither links nor aliases. */
int paths_lower_cgroup(const struct paths *paths, const struct policy *policy, const struct path_value *value,
		       uint32_t use);

#endif

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
	struct copies *copies;
	bool exec;	/* a rule is about running what is there; a subject's link to a box is the whole box */
	bool elsewhere; /* links in containers' roots are followed too */
};

/* Adds them to the tree with who uses them (see labels.h). Links that cannot be followed are a warning. */
int paths_lower(const struct paths *paths, const struct policy *policy, const struct path_value *value, uint32_t use);

/* Adds where a link leads, after all other patterns. */
int paths_lower_link(const struct paths *paths, const struct policy *policy, const struct copies_link *link,
		     uint32_t use);

/* The same of a pattern over paths of cgroups, whose tree has neither links nor aliases. */
int paths_lower_cgroup(const struct paths *paths, const struct policy *policy, const struct path_value *value,
		       uint32_t use);

#endif

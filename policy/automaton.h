/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deterministic automaton over path components: what the kernel walks.
 */
#ifndef POLICY_AUTOMATON_H
#define POLICY_AUTOMATON_H

#include "globs.h"
#include "labels.h"
#include "tables.h"
#include "tree.h"

/*
 * Makes states, edges and glob rows of the finished tree, and their labels. -EINVAL with a diagnostic that names
 * patterns when they make too many, -ENOMEM.
 */
int automaton_build(const struct tree *tree, struct globs *globs, struct labels *labels, struct tables *tables,
		    struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent looks for when the tables go in force, so that rules hold by any name: the paths whose files are
 * marked, and the folders that are searched for linked files.
 */
#ifndef POLICY_MARKS_H
#define POLICY_MARKS_H

#include "tables.h"
#include "tree.h"

/*
 * Fills tables->mark and tables->search, once the automaton and the labels are in the tables. More than BW_MARKS_MAX
 * are a warning: the rest is denied by its name and by what happens to it while the agent runs, not by older hard
 * links.
 */
int marks_build(const struct tree *tree, struct tables *tables, struct diag *diag);

#endif

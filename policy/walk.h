/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The path automaton of finished tables, run at a desk.
 */
#ifndef POLICY_WALK_H
#define POLICY_WALK_H

#include <linux/types.h>
#include "tables.h"

/* The state that an absolute path leads to; its label is tables->state[n].label. */
__u32 walk_path(const struct tables *tables, __u32 from, const char *path);

/* The state that one component leads to. */
__u32 walk_component(const struct tables *tables, __u32 from, const char *bytes, size_t size);

/* What a row of the globs accepts a component, or an argument, with: the value of glob_row; 0: nothing. */
__u32 walk_globs(const struct tables *tables, __u32 row, const char *bytes, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which states have something to keep, at the place itself or anywhere below it.
 */
#ifndef POLICY_REACH_H
#define POLICY_REACH_H

#include "tables.h"

/*
 * Sets BW_STATE_KEEPS, once states, edges, glob rows and labels are in the tables. From `first_row` on, glob rows lead
 * to states. 0 or -ENOMEM.
 */
int reach_build(struct tables *tables, size_t first_row);

#endif

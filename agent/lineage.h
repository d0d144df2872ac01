/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What runs and ran before, for tables that are about to come in force.
 */
#ifndef AGENT_LINEAGE_H
#define AGENT_LINEAGE_H

#include "load.h"
#include "policy/tables.h"

/*
 * Enters into the map `traits_fd` (of the set that is being made, like `marks_fd`) what each lineage gives by `tables`.
 * To be called while the kernel side makes marks in that set too. Returns 0 or -errno.
 */
int lineage_carry(struct loader *loader, const struct tables *tables, int traits_fd, int marks_fd);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables into maps: the idle set is built and filled, then one store of `active` flips every hook.
 *
 * On any error the set in force is untouched and goes on deciding.
 */
#ifndef AGENT_APPLY_H
#define AGENT_APPLY_H

#include "cgroups.h"
#include "load.h"
#include "policy/tables.h"

/*
 * Puts `tables` in force, with these cgroups. ret_active: the number of this set, as events carry it. Logs what failed.
 * Places and marks (see filesystems and marks in abi.h) are taken from the node as it is now.
 */
int apply_tables(struct loader *loader, const struct tables *tables, struct cgroups *cgroups, __u64 *ret_active);

/* Switches one policy of the set in force, and of `tables`: one store, seen by all hooks at once. */
int apply_mode(struct loader *loader, struct tables *tables, __u32 policy, enum bw_mode mode);

/* The node's mounts have changed: brings `filesystems` of the set in force up to date. */
int apply_mounts(struct loader *loader, const struct tables *tables);

/* More paths of marked inodes are noted: makes their marks in the set in force. */
int apply_marks(struct loader *loader, const struct tables *tables);

/* A cgroup is new or is called something else, or is gone: brings `cgroups` of the set in force up to date. */
int apply_cgroup(struct loader *loader, const struct tables *tables, const struct cgroup *cgroup);
void apply_cgroup_gone(struct loader *loader, __u64 id);

#endif

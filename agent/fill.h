/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One set of tables as maps: each inner map made as large as its table, and filled.
 *
 * Owner: `struct fill` owns the descriptors of the maps that it made; fill_done() closes them. A map lives on
 * while the kernel side has it.
 */
#ifndef AGENT_FILL_H
#define AGENT_FILL_H

#include "cgroups.h"
#include "policy/tables.h"

enum fill_table {
	FILL_STATES,
	FILL_EDGES,
	FILL_GLOB_ROWS,
	FILL_GLOB_CELLS,
	FILL_LABELS,
	FILL_RULES,
	FILL_POLICIES,
	FILL_TRAIT_SETS,
	FILL_ID_RANGES,
	FILL_NETWORKS4,
	FILL_NETWORKS6,
	FILL_NETWORKS,
	FILL_PORT_RANGES,
	FILL_SOCKETS,
	FILL_MARKS,
	FILL_FILESYSTEMS,
	FILL_COUNTERS,
	FILL_DIGESTS,
	FILL_LINEAGE_TRAITS,
	FILL_CGROUPS,
	FILL_NAMES,
	_FILL_MAX,
};

struct fill {
	int fd[_FILL_MAX];
};

/* The name of the table in kern/maps.h. */
const char *fill_name(enum fill_table table);

/* Makes and fills all maps. Logs what failed; on error nothing is left. */
int fill_maps(const struct tables *tables, struct fill *ret);

/* Enters the places where file systems are mounted, for the view of a path as stored. */
int fill_filesystems(int fd, const struct tables *tables);

/*
 * Enters the cgroups, or one of them, as the rules of the tables see it; over what the kernel side has entered by the
 * path alone. fill_cgroups() logs what failed.
 */
int fill_cgroups(int fd, const struct tables *tables, const struct cgroups *cgroups);
int fill_cgroup(int fd, const struct tables *tables, const struct cgroup *cgroup);

void fill_done(struct fill *fill);

#endif

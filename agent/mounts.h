/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the node mounts its file systems: the root of each, from the mount table of process 1.
 */
#ifndef AGENT_MOUNTS_H
#define AGENT_MOUNTS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct mount_place {
	uint32_t dev; /* as the kernel has it: major << 20 | minor */
	char *path;   /* where the file system's root is mounted, first */
};

struct mounts {
	struct mount_place *list;
	size_t n;
};

/* Reads /proc/1/mountinfo, or the agent's own where that cannot be read. 0 or -errno. */
int mounts_read(struct mounts *ret);

/* The same from an open file in the form of proc(5)'s mountinfo. Lines that make no sense are passed over. */
int mounts_parse(FILE *file, struct mounts *ret);

void mounts_done(struct mounts *mounts);

#endif

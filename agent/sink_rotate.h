/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rotation of a file that a sink writes.
 */
#ifndef AGENT_SINK_ROTATE_H
#define AGENT_SINK_ROTATE_H

#include <linux/types.h>
#include <stdbool.h>

/* Is it a regular file of so many bytes? size_max 0: never. */
bool sink_rotate_is_due(int fd, __u64 size_max);

/* Moves it to PATH.1, what is there to PATH.2, and so on; of these `keep` stay. -errno of the first that failed. */
int sink_rotate(const char *path, unsigned int keep);

#endif

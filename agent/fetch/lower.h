/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The way down, before a stranger's bytes are read.
 */
#ifndef AGENT_FETCH_LOWER_H
#define AGENT_FETCH_LOWER_H

#include <stddef.h>

/* No core, and no file that grows beyond `file_max` bytes. 0 or -errno. */
int lower_limits(size_t file_max);

/*
 * From root to nobody; from anybody to no capability, no way to gain one, and a memory that nobody else may read. All
 * of that, or -errno.
 */
int lower_privileges(void);

#endif

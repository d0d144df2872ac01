/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A path as the kernel side notes it (BW_SPAN_REVERSED), read by tables that it was not noted under.
 */
#ifndef AGENT_NOTED_H
#define AGENT_NOTED_H

#include <stddef.h>
#include "mounts.h"
#include "policy/tables.h"

/* The state that the text leads to from state `from`; -1: it makes no sense. */
long noted_walk(const struct tables *tables, __u32 from, const char *text, size_t size);

/* The same of a path in file system `dev`; -1 also where that is not mounted now. */
long noted_walk_stored(const struct tables *tables, const struct mounts *mounts, __u32 dev, const char *text,
		       size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All entries of a hash map, while the kernel side adds to it and takes from it.
 */
#ifndef AGENT_BATCH_H
#define AGENT_BATCH_H

#include <stddef.h>

typedef int batch_fn(void *context, const void *key, const void *value);

/*
 * Calls `fn` with each entry until it returns a negative number, which is returned then. Entries that are there all the
 * while come once; others may. `fn` may delete what it is called with. Returns 0 or -errno.
 */
int batch_each(int map, size_t key_size, size_t value_size, batch_fn *fn, void *context);

#endif

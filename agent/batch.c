/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * By batches of whole buckets: a walk from key to key would begin again when a key goes.
 */
#include "batch.h"
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <errno.h>

#define BATCH 256 /* more than a bucket of the map ever holds */

int batch_each(int map, size_t key_size, size_t value_size, batch_fn *fn, void *context)
{
	_free_ char *key = calloc(BATCH, key_size), *value = calloc(BATCH, value_size);
	__u32 place = 0, n;
	bool first = true, more = true;
	int r = 0;

	if (!key || !value)
		return -ENOMEM;
	while (r >= 0 && more) {
		n = BATCH;
		if (bpf_map_lookup_batch(map, first ? NULL : &place, &place, key, value, &n, NULL)) {
			if (errno != ENOENT)
				return -errno;
			more = false;
		}
		first = false;
		for (__u32 i = 0; r >= 0 && i < n; i++)
			r = fn(context, key + i * key_size, value + i * value_size);
	}
	return r < 0 ? r : 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the map `folds`. Out: counts of events that no event told.
 */
#include "folds.h"
#include <errno.h>
#include <sys/mman.h>
#include "when.h"

#define FOLDS_SIZE (BW_FOLDS_MAX * sizeof(struct bw_fold))

/* What is of a second that is not over may come with an event yet. */
static size_t take_from(struct bw_fold *slot, bool all, folds_fn fn, void *context)
{
	struct bw_fold copy;
	__u64 count;
	size_t i, left = 0;

	for (i = 0; i < BW_FOLDS_MAX; i++) {
		if (!__atomic_load_n(&slot[i].folded, __ATOMIC_RELAXED))
			continue;
		copy = slot[i];
		if (!all && when_steady() < copy.since + FOLDS_SECOND) {
			left++;
			continue;
		}
		count = __atomic_exchange_n(&slot[i].folded, 0, __ATOMIC_RELAXED);
		if (count)
			fn(context, &copy, count);
	}
	return left;
}

int folds_take(const struct loader *loader, bool all, folds_fn fn, void *context)
{
	struct bw_fold *slot = mmap(NULL, FOLDS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, load_map(loader, "folds"), 0);
	size_t left;

	if (slot == MAP_FAILED)
		return -errno;
	left = take_from(slot, all, fn, context);
	munmap(slot, FOLDS_SIZE);
	return (int)left;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A path that has just been walked, as text: its components from the leaf up, each ended by NUL. The agent reads it
 * again under other tables (agent/noted.c). It is written into the value that stands in scratch->record.
 */
#ifndef KERN_NOTED_H
#define KERN_NOTED_H

#include "place.h"

#define NOTED_MASK (BW_NOTED_MAX - 1) /* all that is noted stands below it */

struct bw_noting {
	struct bw_scratch *scratch;
	__u64 sum;     /* of the hashes of the components: by it, one path is told from another */
	__u32 n_inner; /* components of the list `inner`; the others are of `outer` */
	__u32 at;      /* next byte of the record */
	__u32 end;     /* one past the last that may be written */
	__u32 failed;
};

static inline __u64 noted_mix(__u64 sum, __u64 more)
{
	return (sum ^ more) * 0x9e3779b97f4a7c15ull;
}

static inline const struct bw_component *noted_component(const struct bw_noting *noting, __u32 i)
{
	__u32 n = noting->n_inner;

	return i < n ? &noting->scratch->inner[i % BW_PATH_DEPTH] : &noting->scratch->outer[(i - n) % BW_PATH_DEPTH];
}

/* Adds a component to the sum alone; for bpf_loop(). */
static long noted_sum(__u32 i, void *context)
{
	struct bw_noting *noting = context;

	noting->sum = noted_mix(noting->sum, noted_component(noting, i)->hash);
	return 0;
}

/* Adds a component to the text and to the sum; for bpf_loop(). */
static long noted_write(__u32 i, void *context)
{
	struct bw_noting *noting = context;
	const struct bw_component *component = noted_component(noting, i);
	char *record = noting->scratch->record;
	__u64 at = noting->at, length = component->length;

	bw_bound(length, 0xff);
	if (at + length + 1 > noting->end ||
	    bpf_probe_read_kernel(&record[bw_bound(at, NOTED_MASK)], length, (void *)component->name)) {
		noting->failed = 1;
		return 1;
	}
	at += length;
	record[bw_bound(at, NOTED_MASK)] = 0;
	noting->at = at + 1;
	noting->sum = noted_mix(noting->sum, component->hash);
	return 0;
}

#endif

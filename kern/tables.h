/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading the tables of one set: what decide.h asks for, by map lookups.
 *
 * A set is named by its number, 0 or 1. Every accessor returns NULL for what is not there; a decision that
 * meets such a NULL is undecided.
 */
#ifndef KERN_TABLES_H
#define KERN_TABLES_H

#include "maps.h"

#define bw_table_at(table, set, key)                                 \
	({                                                           \
		__u32 _set = (set);                                  \
		void *_inner = bpf_map_lookup_elem(&(table), &_set); \
		_inner ? bpf_map_lookup_elem(_inner, (key)) : NULL;  \
	})

/* The counters of this CPU. NULL only for the verifier. */
static inline struct bw_stats *bw_stats_here(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&stats, &zero);
}

static inline const struct bw_header *bw_header_of(bw_set_t set)
{
	return &control.header[set & 1];
}

static inline const struct bw_label *bw_label_at(bw_set_t set, __u32 n)
{
	return bw_table_at(labels, set, &n);
}

static inline const struct bw_rule *bw_rule_at(bw_set_t set, __u32 n)
{
	return bw_table_at(rules, set, &n);
}

static inline struct bw_slice bw_default_at(bw_set_t set, __u32 slot)
{
	return bw_header_of(set)->defaults[slot % BW_OP_SLOTS];
}

static inline struct bw_slice bw_anywhere_at(bw_set_t set, __u32 operation)
{
	return bw_header_of(set)->anywhere[operation % BW_OP_SLOTS];
}

static inline __u32 bw_mode_of(bw_set_t set, __u32 n)
{
	const struct bw_policy *policy = bw_table_at(policies, set, &n);

	/* A policy that cannot be read is one that enforces. */
	return policy ? policy->mode : BW_MODE_ENFORCE;
}

#define bw_repeat(n, fn, context) bpf_loop(n, fn, context, 0)

#include <bulwark/decide.h>

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the rooms of the simulation share.
 */
#ifndef POLICY_SIMULATE_INNER_H
#define POLICY_SIMULATE_INNER_H

#include "simulate.h"
#include "walk.h"

static inline __u32 label_of(const struct tables *tables, const char *path)
{
	return tables->state[walk_path(tables, BW_STATE_ROOT, path)].label;
}

static inline void add_words(const struct bw_traits *from, struct bw_traits *to)
{
	for (unsigned int i = 0; i < BW_TRAIT_WORDS; i++)
		to->word[i] |= from->word[i];
}

static inline void add_traits(const struct tables *tables, __u32 set, struct bw_traits *to)
{
	add_words(&tables->trait_set[set], to);
}

/* Every trait that what is not known (SIMULATE_*) could give. */
void simulate_untold(const struct tables *tables, unsigned int untold, struct bw_traits *ret);

#endif

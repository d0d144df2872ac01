/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Subject conditions as bits. A condition is one key of a selector with its list; equal ones, wherever they
 * stand and in whatever order their values are written, are one trait.
 */
#ifndef POLICY_TRAITS_H
#define POLICY_TRAITS_H

#include "intern.h"
#include "policy.h"
#include "tables.h"

struct trait {
	const struct policy *policy; /* where it was met first */
	const struct condition *condition;
};

struct traits {
	struct diag *diag;
	struct trait *list; /* by number; 0 is never given */
	size_t n;
	size_t capacity;
	struct intern conditions; /* in canonical form; number + 1 is the trait */
	struct intern sets;	  /* struct bw_traits; 0 is the empty one */
};

int traits_init(struct traits *traits, struct diag *diag);

/* The trait of a condition. 0 or -ENOMEM. */
int traits_number(struct traits *traits, const struct policy *policy, const struct condition *condition, uint32_t *ret);

/* To be called when all conditions are known: -EINVAL with a diagnostic when they are more than fit. */
int traits_check(const struct traits *traits);

/* The id ranges of a user or group trait: sorted, none touching another. */
const struct id_range *traits_ids(const struct traits *traits, uint32_t trait, size_t *ret_n);

/* The number of a set of traits. -EINVAL with a diagnostic when there are too many different ones. */
int traits_set(struct traits *traits, const struct bw_traits *set, uint32_t *ret);

static inline void traits_flip(struct bw_traits *set, uint32_t trait)
{
	set->word[trait / 64 % BW_TRAIT_WORDS] ^= 1ull << trait % 64;
}

static inline void traits_add(struct bw_traits *set, uint32_t trait)
{
	set->word[trait / 64 % BW_TRAIT_WORDS] |= 1ull << trait % 64;
}

static inline void traits_put(struct bw_traits *set, uint32_t trait, bool has)
{
	traits_add(set, trait);
	if (!has)
		traits_flip(set, trait);
}

static inline bool traits_have(const struct bw_traits *set, uint32_t trait)
{
	return set->word[trait / 64 % BW_TRAIT_WORDS] >> trait % 64 & 1;
}

int traits_finish(const struct traits *traits, struct tables *tables);
void traits_done(struct traits *traits);

#endif

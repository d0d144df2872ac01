/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the id ranges of all user and group traits. Out: elementary ranges, in which the traits do not change, by
 * one sweep over the ends of the ranges.
 */
#include "id_ranges.h"
#include "grow.h"

/* From this id on, the trait is no longer what it was before. */
struct turn {
	uint64_t at;
	uint32_t trait;
};

struct sweep {
	struct traits *traits;
	struct turn *turn;
	size_t n_turns, turns_capacity;
	struct bw_id_range *range;
	size_t n_ranges, ranges_capacity;
};

static int compare_turns(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int push_turn(struct sweep *sweep, uint64_t at, uint32_t trait)
{
	int r = grow_to(&sweep->turn, &sweep->turns_capacity, sweep->n_turns + 1, sizeof(*sweep->turn));

	if (!r)
		sweep->turn[sweep->n_turns++] = (struct turn){ at, trait };
	return r;
}

static int collect(struct sweep *sweep, enum subject_key key)
{
	const struct traits *traits = sweep->traits;
	int r = 0;

	sweep->n_turns = 0;
	for (uint32_t trait = 1; !r && trait < traits->n; trait++) {
		const struct id_range *range;
		size_t n;

		if (traits->list[trait].condition->key != key)
			continue;
		range = traits_ids(traits, trait, &n);
		for (size_t i = 0; !r && i < n; i++) {
			r = push_turn(sweep, range[i].from, trait);
			r = r ?: push_turn(sweep, (uint64_t)range[i].to + 1, trait);
		}
	}
	if (sweep->n_turns)
		qsort(sweep->turn, sweep->n_turns, sizeof(*sweep->turn), compare_turns);
	return r;
}

static int refuse(const struct sweep *sweep, uint32_t trait)
{
	const struct trait *over = &sweep->traits->list[trait];

	diag_error(sweep->traits->diag, over->policy->source, over->condition->span, "too-many-ids",
		   "use ranges (1000-1999) or fewer ids",
		   "with this list in policy '%s' the users and groups of the policies make more than %d ranges",
		   over->policy->name, BW_ID_RANGES_MAX);
	return -EINVAL;
}

/* Emits a range from `from` on, unless it goes on as the one before. `trait` is the last that turned there. */
static int emit(struct sweep *sweep, size_t first, uint64_t from, const struct bw_traits *set, uint32_t trait)
{
	__u32 number;
	int r = traits_set(sweep->traits, set, &number);

	if (r < 0)
		return r;
	if (sweep->n_ranges > first && sweep->range[sweep->n_ranges - 1].traits == number)
		return 0;
	if (sweep->n_ranges >= BW_ID_RANGES_MAX)
		return refuse(sweep, trait);
	r = grow_to(&sweep->range, &sweep->ranges_capacity, sweep->n_ranges + 1, sizeof(*sweep->range));
	if (!r)
		sweep->range[sweep->n_ranges++] = (struct bw_id_range){ .from = (__u32)from, .traits = number };
	return r;
}

static int build(struct sweep *sweep, enum subject_key key, struct bw_slice *ret)
{
	size_t first = sweep->n_ranges, i = 0;
	struct bw_traits set = { 0 };
	uint32_t trait = 0;
	uint64_t from = 0;
	int r = collect(sweep, key);

	while (!r && from <= UINT32_MAX) {
		for (; i < sweep->n_turns && sweep->turn[i].at == from; i++) {
			trait = sweep->turn[i].trait;
			traits_flip(&set, trait);
		}
		r = emit(sweep, first, from, &set, trait);
		from = i < sweep->n_turns ? sweep->turn[i].at : (uint64_t)UINT32_MAX + 1;
	}
	*ret = (struct bw_slice){ .first = (__u32)first, .count = (__u32)(sweep->n_ranges - first) };
	return r;
}

int id_ranges_build(struct traits *traits, struct tables *tables)
{
	struct sweep sweep = { .traits = traits };
	int r = build(&sweep, SUBJECT_USER, &tables->header.users);

	r = r ?: build(&sweep, SUBJECT_GROUP, &tables->header.groups);
	if (!r) {
		tables->n_id_ranges = sweep.n_ranges;
		tables->id_range = tables_keep(tables, sweep.range, sweep.n_ranges, sizeof(*sweep.range));
		r = tables->id_range ? 0 : -ENOMEM;
	}
	free(sweep.turn);
	free(sweep.range);
	return r;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The life of one set of tables. What fills them is compile; nothing here knows a policy.
 */
#include "tables.h"

void *tables_keep(struct tables *tables, const void *array, size_t n, size_t size)
{
	void *kept = arena_array(&tables->arena, n, size);

	if (kept && n)
		memcpy(kept, array, n * size);
	return kept;
}

__u32 tables_enforced(const struct tables *tables)
{
	const struct bw_slice *moves = &tables->header.defaults[BW_DEFAULT_MOVES];
	__u32 enforced = 0;

	for (size_t i = 0; i < tables->n_rule_names; i++) {
		const struct table_rule_name *rule = &tables->rule_name[i];

		if (rule->action >= BW_VERDICT_DENY && tables->policy[rule->policy].mode == BW_MODE_ENFORCE)
			enforced |= 1u << rule->operation;
	}
	for (__u32 i = 0; i < moves->count; i++) {
		const struct bw_rule *rule = &tables->rule[moves->first + i];

		if (rule->action >= BW_VERDICT_DENY && tables->policy[rule->policy].mode == BW_MODE_ENFORCE)
			enforced |= 1u << BW_OP_USE;
	}
	return enforced;
}

__u64 tables_count_traits(const struct tables *tables)
{
	__u64 n = 0, any;
	size_t i, word;

	for (word = 0; word < BW_TRAIT_WORDS; word++) {
		for (any = 0, i = 0; i < tables->n_trait_sets; i++)
			any |= tables->trait_set[i].word[word];
		n += (__u64)__builtin_popcountll(any);
	}
	return n;
}

void tables_enforce(struct tables *tables)
{
	for (size_t i = 0; i < tables->n_policies; i++)
		tables->policy[i].mode = BW_MODE_ENFORCE;
	tables->header.enforced = tables_enforced(tables);
}

struct tables *tables_free(struct tables *tables)
{
	if (!tables)
		return NULL;
	arena_done(&tables->arena);
	free(tables);
	return NULL;
}

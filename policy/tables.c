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
	__u32 enforced = 0;

	for (size_t i = 0; i < tables->n_rule_names; i++) {
		const struct table_rule_name *rule = &tables->rule_name[i];

		if (rule->action >= BW_VERDICT_DENY && tables->policy[rule->policy].mode == BW_MODE_ENFORCE)
			enforced |= 1u << rule->operation;
	}
	return enforced;
}

struct tables *tables_free(struct tables *tables)
{
	if (!tables)
		return NULL;
	arena_done(&tables->arena);
	free(tables);
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One path for each label of the tables: what a place that rules tell apart may be called.
 */
#ifndef POLICY_PLACES_H
#define POLICY_PLACES_H

#include "literals.h"
#include "tables.h"

struct place {
	const char *path;
	__u32 label;
};

struct places {
	struct arena arena;
	struct place *list; /* each label once */
	size_t n, capacity;
	bool cut; /* names were found for some states and not for all */
};

/* The labels that are met from state `from` on (BW_STATE_*). 0 or -ENOMEM; places_done() ends it in any case. */
int places_list(const struct tables *tables, const struct literals *literals, __u32 from, struct places *ret);
void places_done(struct places *places);

/*
 * Calls `each` with strings that end in the rows that can be reached from `row`, up to a few for each row. 0, the first
 * other value that it returns, or -ENOMEM.
 */
typedef int places_string_fn(void *context, const char *text, size_t size, __u32 row);
int places_strings(const struct tables *tables, __u32 row, places_string_fn *each, void *context);

#endif

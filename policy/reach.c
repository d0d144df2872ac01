/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the finished automaton and its labels. Out: BW_STATE_KEEPS. The automaton is turned round: from the states whose
 * own label keeps, back along every way that leads there. Rows of globs are nodes beside the states.
 */
#include "reach.h"
#include <base/cleanup.h>
#include <errno.h>

/* The automaton turned round: what leads to node n is from[first[n] .. first[n + 1]). */
struct reach {
	const struct tables *tables;
	size_t first_row; /* those before it lead to sets of traits */
	uint32_t *first;
	uint32_t *from;
	bool counting;
};

static size_t n_nodes(const struct tables *tables)
{
	return tables->n_states + tables->n_glob_rows;
}

/* While counting, first[n + 2] counts; then first[n + 1] is where the next one goes, and in the end where they end. */
static void add_arc(struct reach *reach, size_t from, size_t to)
{
	if (reach->counting)
		reach->first[to + 2]++;
	else
		reach->from[reach->first[to + 1]++] = (uint32_t)from;
}

static void add_rows(struct reach *reach)
{
	const struct tables *tables = reach->tables;
	size_t width = tables->header.glob_classes;

	for (size_t row = reach->first_row; row < tables->n_glob_rows; row++) {
		const __u32 *cell = tables->glob_cell + row * width;

		if (tables->glob_row[row])
			add_arc(reach, tables->n_states + row, tables->glob_row[row]);
		for (size_t i = 0; i < width; i++)
			if (cell[i] && (!i || cell[i] != cell[i - 1]))
				add_arc(reach, tables->n_states + row, tables->n_states + cell[i]);
	}
}

static void add_arcs(struct reach *reach)
{
	const struct tables *tables = reach->tables;

	for (size_t i = 0; i < tables->n_states; i++) {
		add_arc(reach, i, tables->state[i].next);
		if (tables->state[i].glob)
			add_arc(reach, i, tables->n_states + tables->state[i].glob);
	}
	for (size_t i = 0; i < tables->n_edges; i++)
		add_arc(reach, tables->edge[i].key.state, tables->edge[i].next);
	add_rows(reach);
}

static int turn_round(struct reach *reach)
{
	size_t n = n_nodes(reach->tables);

	reach->first = calloc(n + 2, sizeof(*reach->first));
	if (!reach->first)
		return -ENOMEM;
	reach->counting = true;
	add_arcs(reach);
	for (size_t i = 2; i < n + 2; i++)
		reach->first[i] += reach->first[i - 1];
	reach->from = calloc((size_t)reach->first[n + 1] + 1, sizeof(*reach->from));
	if (!reach->from)
		return -ENOMEM;
	reach->counting = false;
	add_arcs(reach);
	return 0;
}

/* Goes back from every state whose own label keeps. */
static int go_back(const struct reach *reach, struct tables *tables)
{
	size_t n = n_nodes(tables), waiting = 0;
	_free_ bool *seen = calloc(n + 1, sizeof(*seen));
	_free_ uint32_t *stack = calloc(n + 1, sizeof(*stack));

	if (!seen || !stack)
		return -ENOMEM;
	for (size_t i = 0; i < tables->n_states; i++)
		if (tables->label[tables->state[i].label].flags & BW_LABEL_KEEPS) {
			seen[i] = true;
			stack[waiting++] = (uint32_t)i;
		}
	while (waiting) {
		uint32_t node = stack[--waiting];

		if (node < tables->n_states)
			tables->state[node].flags |= BW_STATE_KEEPS;
		for (uint32_t i = reach->first[node]; i < reach->first[node + 1]; i++)
			if (!seen[reach->from[i]]) {
				seen[reach->from[i]] = true;
				stack[waiting++] = reach->from[i];
			}
	}
	return 0;
}

int reach_build(struct tables *tables, size_t first_row)
{
	struct reach reach = { .tables = tables, .first_row = first_row };
	int r = turn_round(&reach);

	r = r ?: go_back(&reach, tables);
	free(reach.first);
	free(reach.from);
	return r;
}

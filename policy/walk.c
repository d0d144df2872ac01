/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables, a state, components. Out: the state that the kernel side's automaton comes to (kern/automaton.h).
 */
#include "walk.h"
#include <stdbool.h>
#include <string.h>
#include <bulwark/hash.h>

/* The next state of a literal's edge; false when there is none. */
static bool follow_edge(const struct tables *tables, __u32 state, __u64 name, __u32 *ret)
{
	size_t low = 0, high = tables->n_edges;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct table_edge *edge = &tables->edge[middle];

		if (edge->key.state == state && edge->key.name == name) {
			*ret = edge->next;
			return true;
		}
		if (edge->key.state < state || (edge->key.state == state && edge->key.name < name))
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

__u32 walk_globs(const struct tables *tables, __u32 row, const char *bytes, size_t size)
{
	const struct bw_header *header = &tables->header;

	for (size_t i = 0; row && i < size; i++)
		row = tables->glob_cell[row * header->glob_classes + header->glob_class[(unsigned char)bytes[i]]];
	return tables->glob_row[row];
}

__u32 walk_component(const struct tables *tables, __u32 from, const char *bytes, size_t size)
{
	const struct bw_state *state = &tables->state[from];
	__u32 next;

	if (state->flags & BW_STATE_EDGES &&
	    follow_edge(tables, from, bw_hash(tables->header.hash_key, bytes, (__u32)size), &next))
		return next;
	next = state->glob ? walk_globs(tables, state->glob, bytes, size) : 0;
	return next ? next : state->next;
}

__u32 walk_path(const struct tables *tables, __u32 from, const char *path)
{
	__u32 state = from;

	while (*path && !(tables->state[state].flags & BW_STATE_SINK)) {
		size_t size = strcspn(path, "/");

		if (size)
			state = walk_component(tables, state, path, size);
		path += size;
		path += strspn(path, "/");
	}
	return state;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: components from the last to the first, each ended by NUL. Out: a state.
 */
#include "noted.h"
#include "policy/walk.h"

long noted_walk(const struct tables *tables, __u32 from, const char *text, size_t size)
{
	size_t end = size;
	__u32 state = from;

	if (end && text[end - 1])
		return -1;
	while (end) {
		size_t at = end - 1;

		while (at && text[at - 1])
			at--;
		state = walk_path(tables, state, text + at);
		end = at;
	}
	return state;
}

long noted_walk_stored(const struct tables *tables, const struct mounts *mounts, __u32 dev, const char *text,
		       size_t size)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->list[i].dev == dev)
			return noted_walk(tables, walk_path(tables, BW_STATE_ROOT, mounts->list[i].path), text, size);
	return -1;
}

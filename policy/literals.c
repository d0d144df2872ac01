/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the names that the compiler tells. Out: which of them a key of an edge is of.
 */
#include "literals.h"
#include "grow.h"
#include <errno.h>
#include <stdlib.h>

int literals_add(void *literals, const char *bytes, size_t size, __u64 hash)
{
	struct literals *to = literals;
	int r = grow_to(&to->list, &to->capacity, to->n + 1, sizeof(*to->list));
	const char *text = r ? NULL : arena_text(&to->arena, bytes, size);

	if (!text)
		return -ENOMEM;
	to->list[to->n++] = (struct literal){ hash, text };
	return 0;
}

static int compare_literals(const void *a, const void *b)
{
	const struct literal *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

void literals_sort(struct literals *literals)
{
	if (literals->n)
		qsort(literals->list, literals->n, sizeof(*literals->list), compare_literals);
}

void literals_done(struct literals *literals)
{
	arena_done(&literals->arena);
	free(literals->list);
	*literals = (struct literals){ 0 };
}

const char *literals_find(const struct literals *literals, __u64 hash)
{
	const struct literal key = { .hash = hash };
	const struct literal *found =
		literals->n ? bsearch(&key, literals->list, literals->n, sizeof(key), compare_literals) : NULL;

	return found ? found->text : NULL;
}

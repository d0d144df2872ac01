/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a map as it was read. Out: one in which every key is a text that stands there once. Sorting finds what is
 * equal, so a map of many keys costs n log n; the members that stay keep their order.
 */
#include "duplicates.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* By key, and equal keys in the order of the text. */
static int compare_keys(const void *left, const void *right)
{
	const struct node *const *a = left, *const *b = right;
	const struct node *key = (*a)->key, *other = (*b)->key;
	int r = strcmp(key->text, other->text);

	r = r ?: compare_numbers(key->span.line, other->span.line);
	return r ?: compare_numbers(key->span.column, other->span.column);
}

/* The members that have a key, sorted; the others lose what stands in its place. */
static size_t sort_members(struct node *map, struct node **ret)
{
	struct node *member;
	size_t n = 0;

	for (member = map->first; member; member = member->next) {
		if (member->key->kind == NODE_SCALAR)
			ret[n++] = member;
		else
			member->key = NULL;
	}
	qsort(ret, n, sizeof(struct node *), compare_keys);
	return n;
}

static bool same_text(const struct node *a, const struct node *b)
{
	return a->kind == NODE_SCALAR && b->kind == NODE_SCALAR && strcmp(a->text, b->text) == 0;
}

static void report(struct node **member, size_t n, struct source *source, bool foreign, struct diag *diag)
{
	static const char again[] = "the key '%.80s' stands here again; its first place is line %u, column %u";
	const struct node *first = NULL, *value = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct node *key = member[i]->key;

		if (!first || strcmp(first->text, key->text) != 0) {
			first = key;
			value = member[i];
			continue;
		}
		if (foreign && same_text(value, member[i]))
			diag_warning(diag, source, key->span, "duplicate-key", NULL, again, first->text,
				     first->span.line, first->span.column);
		else
			diag_error(diag, source, key->span, "duplicate-key", NULL, again, first->text, first->span.line,
				   first->span.column);
		member[i]->key = NULL;
	}
}

int duplicates_drop(struct node *map, struct source *source, bool foreign, struct diag *diag)
{
	_free_ struct node **member = NULL;
	struct node **link;

	if (map->n == 0)
		return 0;
	member = calloc(map->n, sizeof(struct node *));
	if (!member)
		return -ENOMEM;
	report(member, sort_members(map, member), source, foreign, diag);
	for (link = &map->first; *link;) {
		if ((*link)->key) {
			link = &(*link)->next;
			continue;
		}
		*link = (*link)->next;
		map->n--;
	}
	return 0;
}

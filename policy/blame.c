/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tree nodes of one state. Out: one error that names the policy and a few of its patterns. Patterns with
 * `**` come first: it is they that keep other patterns company everywhere.
 */
#include "blame.h"
#include <errno.h>
#include <string.h>

#define NAMED_MAX 3
#define TEXT_MAX  120 /* bytes of one pattern in the message */

/* Where patterns come from, each once. */
struct named {
	const struct tree_origin *origin[NAMED_MAX];
	size_t n;
};

static void name_node(const struct tree *tree, uint32_t node, struct named *named)
{
	const struct tree_origin *origin = &tree->origin[tree->node[node].origin];

	if (!origin->value || named->n == NAMED_MAX)
		return;
	for (size_t i = 0; i < named->n; i++)
		if (named->origin[i]->value == origin->value)
			return;
	named->origin[named->n++] = origin;
}

static void name_nodes(const struct blame *blame, bool loop, struct named *named)
{
	for (size_t i = 0; i < blame->n; i++)
		if (blame->tree->node[blame->node[i]].loop == loop)
			name_node(blame->tree, blame->node[i], named);
}

int blame_patterns(const struct blame *blame, struct diag *diag, const char *what, unsigned int bound)
{
	static const char hint[] =
		"use fewer wildcards in one pattern, or let patterns with '**' begin with different folders";
	char text[NAMED_MAX * (TEXT_MAX + 8)] = "";
	struct named named = { .n = 0 };

	name_nodes(blame, true, &named);
	name_nodes(blame, false, &named);
	if (blame->child != TREE_NONE)
		name_node(blame->tree, blame->child, &named);
	if (!named.n) {
		diag_error(diag, NULL, (struct span){ 0 }, "too-many-states", hint,
			   "the path patterns of the policies need more than %u %s", bound, what);
		return -EINVAL;
	}
	for (size_t i = 0, used = 0; i < named.n; i++, used = strlen(text))
		snprintf(text + used, sizeof(text) - used, "%s'%.*s'", i ? ", " : "", TEXT_MAX,
			 named.origin[i]->value->text);
	diag_error(diag, named.origin[0]->policy->source, named.origin[0]->value->span, "too-many-states", hint,
		   "these patterns multiply: %s (policy '%s'); with them the policies need more than %u %s", text,
		   named.origin[0]->policy->name, bound, what);
	return -EINVAL;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: lists of path patterns, and of globs over other texts. Out: parsed patterns, with every mistake shown at its
 * place within the pattern.
 */
#include "check.h"
#include "expect.h"
#include <errno.h>

static void error_pattern(struct check *check, const struct node *value, const struct pattern_error *error)
{
	struct span span = value->span;

	if (error->offset)
		span = document_span(value, check->policy->source, error->offset, 1);
	diag_error(check->diag, check->policy->source, span, "pattern", error->hint, "%s", error->message);
}

/* Alternatives make much of little text: what one policy stands for is bounded, not only what it says. */
static void count_patterns(struct check *check, const struct node *value, size_t n)
{
	bool before = check->n_patterns > BW_STATES_MAX;

	check->n_patterns += n;
	if (!before && check->n_patterns > BW_STATES_MAX)
		expect_error(check, value, "too-many", "divide the policy",
			     "here the policy's patterns stand for more than %u: the most is that", BW_STATES_MAX);
}

static void read_path(struct check *check, const struct node *value, const struct form *form, struct path_value *ret)
{
	struct pattern_error error = { 0 };
	int r;

	if (!expect_text(check, value, form) || check->n_patterns > BW_STATES_MAX)
		return;
	r = pattern_parse(value->text, value->size, &check->policy->arena, &ret->pattern, &ret->n, &error);
	if (r == -ENOMEM)
		check->no_memory = true;
	if (r == -EINVAL)
		error_pattern(check, value, &error);
	if (r < 0)
		return;
	ret->span = value->span;
	ret->text = ret->pattern[0].text;
	count_patterns(check, value, ret->n);
}

void check_paths(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n)
{
	static const struct form item = { "a path pattern", "/usr/bin/python3*" };
	const struct form *each = value->kind == NODE_LIST ? &item : form;
	const struct node *node;
	struct path_value *path;
	struct items items;
	size_t i;

	if (!expect_items(check, value, form, &items))
		return;
	path = expect_memory(check, items.n, sizeof(*path));
	if (!path)
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		read_path(check, node, each, &path[i]);
	*ret = path;
	*ret_n = items.n;
}

/* Texts that are no paths, with `*`, `?`, classes and alternatives. They are not compiled yet, so nothing is kept. */
void check_globs(struct check *check, const struct node *value, const struct form *form)
{
	struct pattern_error error = { 0 };
	const struct node *node;
	struct items items;
	size_t i;

	if (!expect_items(check, value, form, &items))
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next) {
		struct arena scratch = { 0 };
		struct pattern *pattern;
		size_t n;
		int r;

		if (!expect_text(check, node, form))
			continue;
		r = pattern_parse_abstract(node->text, node->size, &scratch, &pattern, &n, &error);
		arena_done(&scratch);
		if (r == -ENOMEM)
			check->no_memory = true;
		if (r == -EINVAL)
			error_pattern(check, node, &error);
	}
}

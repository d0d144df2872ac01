/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: lists of path patterns, and of texts with wildcards. Out: parsed patterns, with every mistake shown at its
 * place within the pattern.
 */
#include "check.h"
#include "expect.h"
#include <errno.h>

static void error_pattern(struct check *check, const struct node *value, const struct pattern_error *error)
{
	struct span span = value->span;

	if (error->offset)
		span = document_span(value, check->source, error->offset, 1);
	diag_error(check->diag, check->source, span, "pattern", error->hint, "%s", error->message);
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

typedef int parse_fn(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
		     struct pattern_error *reterr_error);

/* What a list of patterns is like. */
struct reading {
	parse_fn *parse;
	const struct form *form; /* of the whole value */
	const struct form *item; /* of one item of a list */
};

static void read_pattern(struct check *check, const struct node *value, const struct reading *reading,
			 struct path_value *ret)
{
	const struct form *form = value->key ? reading->form : reading->item;
	struct pattern_error error = { 0 };
	int r;

	if (!expect_text(check, value, form) || check->n_patterns > BW_STATES_MAX)
		return;
	r = reading->parse(value->text, value->size, check->arena, &ret->pattern, &ret->n, &error);
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

static void read_patterns(struct check *check, const struct node *value, const struct reading *reading,
			  struct path_value **ret, size_t *ret_n)
{
	const struct node *node;
	struct path_value *path;
	struct items items;
	size_t i;

	if (!expect_items(check, value, reading->form, &items))
		return;
	path = expect_memory(check, items.n, sizeof(*path));
	if (!path)
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		read_pattern(check, node, reading, &path[i]);
	*ret = path;
	*ret_n = items.n;
}

void check_paths(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n)
{
	static const struct form item = { "a path pattern", "/usr/bin/python3*" };

	read_patterns(check, value, &(struct reading){ pattern_parse, form, &item }, ret, ret_n);
}

void check_texts(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n)
{
	read_patterns(check, value, &(struct reading){ pattern_parse_abstract, form, form }, ret, ret_n);
}

void check_globs(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n)
{
	read_patterns(check, value, &(struct reading){ pattern_parse_text, form, form }, ret, ret_n);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a pattern's text. Out: the texts that its alternatives stand for, in the order in which they are written.
 *
 * The text is scanned once, so that errors have their exact place. After that the first group is replaced by each
 * of its alternatives in turn until no group is left. A group has at least two alternatives, so n groups on the way
 * to one text stand for more than n texts: the bound on texts bounds the depth of the recursion as well.
 */
#include "braces.h"
#include "glob.h"
#include <bulwark/limits.h>
#include <errno.h>

/* --- scanning ----------------------------------------------------------------------------------------- */

struct scan {
	const char *text;
	size_t size;
	unsigned int flags;
	size_t depth; /* open groups */
	size_t open;  /* where the outermost of them begins */
	struct pattern_error *error;
};

static size_t scan_class(const struct scan *scan, size_t at)
{
	size_t next = glob_class(scan->text, scan->size, at, NULL, scan->error);
	const char *slash = next ? memchr(scan->text + at, '/', next - at) : NULL;

	if (slash && scan->flags & BRACES_PATH) {
		glob_error(scan->error, (size_t)(slash - scan->text), "for the character '[' itself write \\[",
			   "'/' in a class: a class stands for one character within a component");
		return 0;
	}
	return next;
}

static size_t scan_escape(const struct scan *scan, size_t at)
{
	if (at + 1 == scan->size) {
		glob_error(scan->error, at, "for the character itself write \\\\", "'\\' at the end");
		return 0;
	}
	if (scan->text[at + 1] == '/' && scan->flags & BRACES_PATH) {
		glob_error(scan->error, at, "leave the '\\' out", "'/' cannot be escaped");
		return 0;
	}
	return at + 2;
}

/* Returns where the next token begins, 0 with the error filled. */
static size_t scan_token(struct scan *scan, size_t at)
{
	switch (scan->text[at]) {
	case '\\':
		return scan_escape(scan, at);
	case '[':
		return scan_class(scan, at);
	case ']':
		glob_error(scan->error, at, "for the character itself write \\]", "']' without its '['");
		return 0;
	case '{':
		if (scan->depth++ == 0)
			scan->open = at;
		return at + 1;
	case '}':
		if (scan->depth > 0) {
			scan->depth--;
			return at + 1;
		}
		glob_error(scan->error, at, "for the character itself write \\}", "'}' without its '{'");
		return 0;
	case '/':
		if (scan->depth == 0 || !(scan->flags & BRACES_PATH))
			return at + 1;
		glob_error(scan->error, at, "write one pattern for each alternative", "'/' within { }");
		return 0;
	default:
		return at + 1;
	}
}

static int scan_text(struct scan *scan)
{
	size_t at;

	for (at = 0; at < scan->size;) {
		at = scan_token(scan, at);
		if (at == 0)
			return -EINVAL;
	}
	if (scan->depth)
		return glob_error(scan->error, scan->open, "for the character itself write \\{", "'{' without its '}'");
	return 0;
}

/* --- multiplying out ---------------------------------------------------------------------------------- */

struct expansion {
	struct arena *arena;
	struct braces_text *list;
	size_t n;
	struct pattern_error *error;
};

/* Where the token after the one at `at` begins, in text that was scanned. */
static size_t next_token(const char *text, size_t size, size_t at)
{
	struct pattern_error none;

	if (text[at] == '[')
		return glob_class(text, size, at, NULL, &none);
	return text[at] == '\\' ? at + 2 : at + 1;
}

/* The first of `,` and `}` that belongs to the group that `at` is in. */
static size_t alternative_end(const char *text, size_t size, size_t at)
{
	size_t depth = 0;

	for (; at < size; at = next_token(text, size, at)) {
		if (depth == 0 && (text[at] == ',' || text[at] == '}'))
			break;
		if (text[at] == '{')
			depth++;
		else if (text[at] == '}')
			depth--;
	}
	return at;
}

static size_t group_end(const char *text, size_t size, size_t open)
{
	size_t at = alternative_end(text, size, open + 1);

	while (text[at] == ',')
		at = alternative_end(text, size, at + 1);
	return at;
}

static int too_many(struct pattern_error *error)
{
	return glob_error(error, 0, "write several patterns", "the alternatives stand for more than %d patterns",
			  BW_ALTERNATIVES_MAX);
}

static int expand(struct expansion *x, const char *text, size_t size, unsigned int depth);

/* The text with the group from `open` to `close` replaced by its alternative [from, to). */
static int expand_alternative(struct expansion *x, const struct braces_text *whole, const size_t cut[4],
			      unsigned int depth)
{
	size_t open = cut[0], from = cut[1], to = cut[2], close = cut[3];
	size_t size = open + (to - from) + (whole->size - close - 1);
	char *text = arena_alloc(x->arena, size + 1);

	if (!text)
		return -ENOMEM;
	memcpy(text, whole->text, open);
	memcpy(text + open, whole->text + from, to - from);
	memcpy(text + open + (to - from), whole->text + close + 1, whole->size - close - 1);
	return expand(x, text, size, depth + 1);
}

static int expand(struct expansion *x, const char *text, size_t size, unsigned int depth)
{
	const struct braces_text whole = { .text = text, .size = size };
	size_t open, close, from, to;
	int r = 0;

	for (open = 0; open < size && text[open] != '{';)
		open = next_token(text, size, open);
	if (open >= size) {
		if (x->n == BW_ALTERNATIVES_MAX)
			return too_many(x->error);
		x->list[x->n++] = whole;
		return 0;
	}
	if (depth == BW_ALTERNATIVES_MAX)
		return too_many(x->error);
	close = group_end(text, size, open);
	from = open + 1;
	to = alternative_end(text, size, from);
	if (to == close)
		return glob_error(x->error, 0, "for the character itself write \\{", "{ } with only one alternative");
	for (; r == 0 && from <= close; from = to + 1) {
		to = alternative_end(text, size, from);
		r = expand_alternative(x, &whole, (const size_t[]){ open, from, to, close }, depth);
	}
	return r;
}

int braces_expand(const struct braces_text *whole, unsigned int flags, struct arena *arena,
		  const struct braces_text **ret, size_t *ret_n, struct pattern_error *error)
{
	struct scan scan = { .text = whole->text, .size = whole->size, .flags = flags, .error = error };
	struct expansion x = { .arena = arena, .error = error };
	int r;

	*ret = whole;
	*ret_n = 1;
	r = scan_text(&scan);
	if (r < 0 || !memchr(whole->text, '{', whole->size))
		return r;
	x.list = arena_array(arena, BW_ALTERNATIVES_MAX, sizeof(*x.list));
	if (!x.list)
		return -ENOMEM;
	r = expand(&x, whole->text, whole->size, 0);
	*ret = x.list;
	*ret_n = x.n;
	return r;
}

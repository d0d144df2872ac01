/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the text of one component. Out: what it matches, byte by byte. Strict: what another tool would silently take
 * for a literal (a '[' without its ']') is an error here, since a pattern that means less than its author thinks
 * is a hole.
 */
#include "glob.h"
#include <bulwark/limits.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int glob_error(struct pattern_error *error, size_t offset, const char *hint, const char *format, ...)
{
	va_list values;

	error->offset = offset;
	error->hint = hint;
	va_start(values, format);
	vsnprintf(error->message, sizeof(error->message), format, values);
	va_end(values);
	return -EINVAL;
}

static void set_add(uint64_t set[4], unsigned char byte)
{
	set[byte / 64] |= (uint64_t)1 << (byte % 64);
}

static bool set_is_full(const uint64_t set[4])
{
	return (set[0] & set[1] & set[2] & set[3]) == UINT64_MAX;
}

/* The only byte of a set, or -1. */
static int set_single(const uint64_t set[4])
{
	int i, single = -1;

	for (i = 0; i < 4; i++) {
		if (!set[i])
			continue;
		if (single >= 0 || set[i] & (set[i] - 1))
			return -1;
		single = 64 * i + __builtin_ctzll(set[i]);
	}
	return single;
}

/* --- classes ------------------------------------------------------------------------------------------ */

/* One character of a class, escaped or not: moves `at` behind it. -1: none is left. */
static int class_character(const char *text, size_t size, size_t *at)
{
	if (*at < size && text[*at] == '\\')
		++*at;
	if (*at >= size)
		return -1;
	return (unsigned char)text[(*at)++];
}

/* `c` or `c-d` at `at`, which is moved behind it. */
static int class_range(const char *text, size_t size, size_t *at, uint64_t set[4], struct pattern_error *error)
{
	size_t begin = *at;
	int from, to, byte;

	if (text[begin] == '[' && begin + 1 < size && text[begin + 1] == ':')
		return glob_error(error, begin, "write the characters: [a-z], [0-9]",
				  "named classes are not supported");
	from = to = class_character(text, size, at);
	if (*at + 1 < size && text[*at] == '-' && text[*at + 1] != ']') {
		++*at;
		to = class_character(text, size, at);
	}
	if (from < 0 || to < 0)
		return glob_error(error, begin, NULL, "the class ends in the middle");
	if (from > 0x7f || to > 0x7f)
		return glob_error(error, begin, "write alternatives: {a,b}",
				  "a class holds ASCII characters only: it stands for one byte");
	if (from > to)
		return glob_error(error, begin, NULL, "the range '%c-%c' is backwards", from, to);
	for (byte = from; byte <= to; byte++)
		set_add(set, (unsigned char)byte);
	return 0;
}

size_t glob_class(const char *text, size_t size, size_t at, uint64_t ret_set[4], struct pattern_error *error)
{
	uint64_t set[4] = { 0 };
	size_t begin = at++, first, i;
	bool negated;

	negated = at < size && (text[at] == '!' || text[at] == '^');
	if (negated)
		at++;
	for (first = at; at < size && (text[at] != ']' || at == first);)
		if (class_range(text, size, &at, set, error) < 0)
			return 0;
	if (at >= size) {
		glob_error(error, begin, "for the character itself write \\[", "'[' without its ']'");
		return 0;
	}
	for (i = 0; ret_set && i < 4; i++)
		ret_set[i] = negated ? ~set[i] : set[i];
	return at + 1;
}

/* --- components --------------------------------------------------------------------------------------- */

/* The token at `at`: returns where the next one begins, 0 with `error` filled. */
static size_t read_token(const char *text, size_t size, size_t at, struct glob_token *ret, struct pattern_error *error)
{
	*ret = (struct glob_token){ .kind = GLOB_SET };
	switch (text[at]) {
	case '*':
		ret->kind = GLOB_STAR;
		if (at + 1 < size && text[at + 1] == '*') {
			glob_error(error, at, "within a component write '*'",
				   "'**' stands for whole components, alone between two '/'");
			return 0;
		}
		return at + 1;
	case '?':
		memset(ret->set, 0xff, sizeof(ret->set));
		return at + 1;
	case '[':
		return glob_class(text, size, at, ret->set, error);
	case '\\':
		if (at + 1 == size) {
			glob_error(error, at, "for the character itself write \\\\", "'\\' at the end of a component");
			return 0;
		}
		set_add(ret->set, (unsigned char)text[at + 1]);
		return at + 2;
	default:
		set_add(ret->set, (unsigned char)text[at]);
		return at + 1;
	}
}

/* `*?`, `?*` and `*?*` say the same: all `?` of such a run go before one `*`. */
static void normalise(struct component *component)
{
	size_t in, out = 0;
	bool star = false;

	for (in = 0; in < component->n_tokens; in++) {
		struct glob_token token = component->token[in];

		if (token.kind == GLOB_STAR) {
			star = true;
			continue;
		}
		if (star && !set_is_full(token.set)) {
			component->token[out++] = (struct glob_token){ .kind = GLOB_STAR };
			star = false;
		}
		component->token[out++] = token;
	}
	if (star)
		component->token[out++] = (struct glob_token){ .kind = GLOB_STAR };
	component->n_tokens = out;
}

/* A glob in which each token stands for one byte is a literal. */
static int make_literal(struct component *component, struct arena *arena)
{
	char *literal;
	size_t i;

	for (i = 0; i < component->n_tokens; i++)
		if (component->token[i].kind != GLOB_SET || set_single(component->token[i].set) < 0)
			return 0;
	literal = arena_alloc(arena, component->n_tokens + 1);
	if (!literal)
		return -ENOMEM;
	for (i = 0; i < component->n_tokens; i++)
		literal[i] = (char)set_single(component->token[i].set);
	*component = (struct component){ .kind = COMPONENT_LITERAL, .text = literal, .size = component->n_tokens };
	return 0;
}

/* Most components are plain names: they need no tokens. */
static bool is_plain(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (strchr("*?[\\", text[i]))
			return false;
	return true;
}

size_t glob_escape(const char *text, size_t size, char *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] && strchr("*?[]{}\\", text[i]))
			ret[n++] = '\\';
		ret[n++] = text[i];
	}
	ret[n] = '\0';
	return n;
}

size_t glob_least(const struct component *component)
{
	size_t i, least = 0;

	if (component->kind == COMPONENT_LITERAL)
		return component->size;
	for (i = 0; i < component->n_tokens; i++)
		least += component->token[i].kind == GLOB_SET;
	return least;
}

int glob_parse(const char *text, size_t size, struct arena *arena, struct component *ret, struct pattern_error *error)
{
	struct component component = { .kind = COMPONENT_GLOB, .size = size };
	size_t at;
	int r = 0;

	component.text = arena_text(arena, text, size);
	if (!component.text)
		return -ENOMEM;
	if (is_plain(text, size)) {
		component.kind = COMPONENT_LITERAL;
		*ret = component;
		return 0;
	}
	component.token = arena_array(arena, size, sizeof(*component.token));
	if (!component.token)
		return -ENOMEM;
	for (at = 0; at < size;) {
		at = read_token(text, size, at, &component.token[component.n_tokens++], error);
		if (at == 0)
			return -EINVAL;
	}
	normalise(&component);
	if (component.n_tokens == 1 && component.token[0].kind == GLOB_STAR)
		component.kind = COMPONENT_ANY;
	else
		r = make_literal(&component, arena);
	if (r == 0)
		*ret = component;
	return r;
}

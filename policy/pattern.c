/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the text of a path pattern, or of an abstract socket's name. Out: patterns in normal form, or the place and
 * the reason of the author's mistake. The second half is the reference matcher.
 *
 * The steps: braces.c multiplies alternatives out, this file cuts each text at its slashes and normalises the
 * order of components, glob.c reads each component.
 */
#include "pattern.h"
#include "braces.h"
#include "glob.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <errno.h>

/* A path of PATTERN_MAX bytes has at most this many components, and a trailing slash gives one more. */
#define COMPONENTS_MAX (PATTERN_MAX / 2 + 1)

#define ABSTRACT_MAX 107 /* bytes of sun_path, without the NUL that begins an abstract name */

/* --- reading ------------------------------------------------------------------------------------------ */

static bool is_word(const char *text, size_t size, const char *word)
{
	return size == strlen(word) && memcmp(text, word, size) == 0;
}

/* The name of a file, or of an abstract socket, which the kernel side reads as one. */
static int read_name(const char *text, size_t size, struct arena *arena, struct component *ret,
		     struct pattern_error *error)
{
	int r = glob_parse(text, size, arena, ret, error);

	if (r < 0 || glob_least(ret) <= BW_COMPONENT_MAX)
		return r;
	return glob_error(error, 0, NULL, "a component of %zu bytes: no file's name is longer than %d", glob_least(ret),
			  BW_COMPONENT_MAX);
}

/* The component [from, to) of `text`. */
static int read_component(const struct braces_text *text, size_t from, size_t to, struct arena *arena,
			  struct component *ret, struct pattern_error *error)
{
	const char *begin = text->text + from;
	size_t size = to - from;
	int r;

	if (size == 0)
		return glob_error(error, from, "write one '/'", "an empty component: '/' follows '/'");
	if (is_word(begin, size, "**")) {
		*ret = (struct component){ .kind = COMPONENT_DEEP };
		return 0;
	}
	r = read_name(begin, size, arena, ret, error);
	if (r == -EINVAL)
		error->offset += from;
	if (r < 0)
		return r;
	if (ret->kind == COMPONENT_LITERAL &&
	    (is_word(ret->text, ret->size, ".") || is_word(ret->text, ret->size, "..")))
		return glob_error(error, from, "write the path without it", "'%s' as a component: no path has it",
				  ret->text);
	return 0;
}

/* Cuts "/a/b" into its components. A trailing slash is not looked at: the caller took it off. */
static int read_components(const struct braces_text *text, struct arena *arena, struct pattern *pattern,
			   struct pattern_error *error)
{
	size_t from, to, n = 0;
	int r;

	for (to = 0; to < text->size; to++)
		n += text->text[to] == '/';
	pattern->component = arena_array(arena, n + 1, sizeof(*pattern->component)); /* room for a deep one */
	if (!pattern->component)
		return -ENOMEM;
	for (from = 1; from <= text->size; from = to + 1) {
		const char *slash = memchr(text->text + from, '/', text->size - from);

		to = slash ? (size_t)(slash - text->text) : text->size;
		r = read_component(text, from, to, arena, &pattern->component[pattern->n], error);
		if (r < 0)
			return r;
		pattern->n++;
	}
	return 0;
}

/*
 * A run of `any` and `deep` components says how many components there are at least, and, if one is deep, that
 * there may be more. Written as its `any` first and one deep after them, equal runs are equal. As the last
 * component deep itself stands for one: there `any` gives way to it.
 */
static void normalise(struct pattern *pattern)
{
	size_t in = 0, out = 0;

	while (in < pattern->n) {
		size_t least = 0;
		bool deep = false, last_is_deep = false;

		if (pattern->component[in].kind != COMPONENT_ANY && pattern->component[in].kind != COMPONENT_DEEP) {
			pattern->component[out++] = pattern->component[in++];
			continue;
		}
		for (; in < pattern->n; in++) {
			last_is_deep = pattern->component[in].kind == COMPONENT_DEEP;
			if (!last_is_deep && pattern->component[in].kind != COMPONENT_ANY)
				break;
			deep |= last_is_deep;
			least += !last_is_deep;
		}
		if (deep && in == pattern->n)
			least = least + last_is_deep - 1;
		for (; least > 0; least--)
			pattern->component[out++] = (struct component){ .kind = COMPONENT_ANY, .text = "*", .size = 1 };
		if (deep)
			pattern->component[out++] = (struct component){ .kind = COMPONENT_DEEP };
	}
	pattern->n = out;
}

/* The patterns of one text without alternatives: one, or two with a trailing slash. */
static int read_path(const struct braces_text *text, struct arena *arena, struct pattern *ret, size_t *ret_n,
		     struct pattern_error *error)
{
	bool folder = text->text[text->size - 1] == '/';
	struct braces_text path = { .text = text->text, .size = text->size - folder };
	struct pattern pattern = { 0 }, below;
	int r;

	r = path.size ? read_components(&path, arena, &pattern, error) : 0;
	if (r < 0)
		return r;
	assert(pattern.n < COMPONENTS_MAX);
	below = pattern;
	normalise(&pattern);
	ret[(*ret_n)++] = pattern;
	if (!folder || (pattern.n && pattern.component[pattern.n - 1].kind == COMPONENT_DEEP))
		return 0;
	below.n = pattern.n;
	below.component = arena_array(arena, below.n + 1, sizeof(*below.component));
	if (!below.component)
		return -ENOMEM;
	if (pattern.n)
		memcpy(below.component, pattern.component, pattern.n * sizeof(*below.component));
	below.component[below.n++] = (struct component){ .kind = COMPONENT_DEEP };
	normalise(&below);
	ret[(*ret_n)++] = below;
	return 0;
}

static int read_abstract(const struct braces_text *text, struct arena *arena, struct pattern *ret, size_t *ret_n,
			 struct pattern_error *error)
{
	struct pattern pattern = { .abstract = true, .n = 1 };
	int r;

	if (text->size == 0)
		return glob_error(error, 0, "write unix:@* for every abstract name", "an empty name");
	pattern.component = arena_alloc(arena, sizeof(*pattern.component));
	if (!pattern.component)
		return -ENOMEM;
	r = read_name(text->text, text->size, arena, pattern.component, error);
	if (r < 0)
		return r;
	if (pattern.component->kind == COMPONENT_LITERAL && pattern.component->size > ABSTRACT_MAX)
		return glob_error(error, 0, NULL, "a name of %zu bytes: no socket's name is longer than %d",
				  pattern.component->size, ABSTRACT_MAX);
	ret[(*ret_n)++] = pattern;
	return 0;
}

static int read_text(const struct braces_text *text, struct arena *arena, struct pattern *ret, size_t *ret_n,
		     struct pattern_error *error)
{
	struct pattern pattern = { .abstract = true, .n = 1 };
	int r;

	if (text->size == 0)
		return glob_error(error, 0, "write * for every text", "an empty text");
	pattern.component = arena_alloc(arena, sizeof(*pattern.component));
	if (!pattern.component)
		return -ENOMEM;
	r = glob_parse(text->text, text->size, arena, pattern.component, error);
	if (r == 0)
		ret[(*ret_n)++] = pattern;
	return r;
}

typedef int reader(const struct braces_text *text, struct arena *arena, struct pattern *ret, size_t *ret_n,
		   struct pattern_error *error);

static void arena_clear(struct arena *arena)
{
	arena_done(arena);
}

/* Multiplies out and reads each text. An error's place is exact unless alternatives moved it: then it is the start. */
static int read_all(const struct braces_text *whole, reader *read, struct arena *arena, struct pattern **ret,
		    size_t *ret_n, struct pattern_error *error)
{
	_cleanup_(arena_clear) struct arena scratch = { 0 };
	const struct braces_text *text;
	struct pattern *list;
	size_t i, n_texts, n = 0;
	char *copy;
	int r;

	r = braces_expand(whole, read == read_path ? BRACES_PATH : 0, &scratch, &text, &n_texts, error);
	if (r < 0)
		return r;
	list = arena_array(arena, 2 * n_texts, sizeof(*list));
	copy = arena_text(arena, whole->text, whole->size);
	if (!list || !copy)
		return -ENOMEM;
	for (i = 0; i < n_texts; i++) {
		r = read(&text[i], arena, list, &n, error);
		if (r == -EINVAL && n_texts > 1)
			error->offset = 0;
		if (r < 0)
			return r;
	}
	for (i = 0; i < n; i++)
		list[i].text = copy;
	*ret = list;
	*ret_n = n;
	return 0;
}

static int check_text(const char *text, size_t size, struct pattern_error *error)
{
	const char *nul = memchr(text, '\0', size);

	if (nul)
		return glob_error(error, (size_t)(nul - text), NULL, "a NUL byte: no name can hold it");
	if (size > PATTERN_MAX)
		return glob_error(error, 0, NULL, "a pattern of %zu bytes: no path is longer than %d", size,
				  PATTERN_MAX);
	return 0;
}

int pattern_parse(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
		  struct pattern_error *reterr_error)
{
	const struct braces_text whole = { .text = text, .size = size };
	int r;

	r = check_text(text, size, reterr_error);
	if (r < 0)
		return r;
	if (size == 0)
		return glob_error(reterr_error, 0, "write an absolute path: /usr/bin/*", "an empty pattern");
	if (text[0] != '/')
		return glob_error(reterr_error, 0, "begin with '/', or with '/**/' for any folder",
				  "a path pattern that is not absolute");
	return read_all(&whole, read_path, arena, ret, ret_n, reterr_error);
}

/* What is one component, whatever its bytes. */
static int parse_whole(const char *text, size_t size, reader *read, struct arena *arena, struct pattern **ret,
		       size_t *ret_n, struct pattern_error *error)
{
	const struct braces_text whole = { .text = text, .size = size };
	int r;

	r = check_text(text, size, error);
	return r < 0 ? r : read_all(&whole, read, arena, ret, ret_n, error);
}

int pattern_parse_abstract(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
			   struct pattern_error *reterr_error)
{
	return parse_whole(text, size, read_abstract, arena, ret, ret_n, reterr_error);
}

int pattern_parse_text(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
		       struct pattern_error *reterr_error)
{
	return parse_whole(text, size, read_text, arena, ret, ret_n, reterr_error);
}

/* --- matching ------------------------------------------------------------------------------------------ */

/*
 * Both matchers walk the text once and keep the set of all positions in the pattern that the text read so far can
 * have led to: at[i] means that what was read matches the pattern's first i parts.
 */

/* A star may stand for nothing: where it begins, what is after it begins too. */
static void pass_stars(const struct component *component, bool *at)
{
	size_t i;

	for (i = 0; i < component->n_tokens; i++)
		if (at[i] && component->token[i].kind == GLOB_STAR)
			at[i + 1] = true;
}

static void step_byte(const struct component *component, unsigned char byte, bool *at)
{
	size_t i;

	for (i = component->n_tokens + 1; i-- > 0;) {
		bool stays = i < component->n_tokens && component->token[i].kind == GLOB_STAR && at[i];
		bool comes = i > 0 && component->token[i - 1].kind == GLOB_SET && at[i - 1] &&
			     (component->token[i - 1].set[byte / 64] >> (byte % 64) & 1);

		at[i] = stays || comes;
	}
	pass_stars(component, at);
}

static bool match_glob(const struct component *component, const struct piece *piece, size_t n)
{
	bool at[PATTERN_MAX + 1] = { true };
	size_t i, j;

	assert(component->n_tokens <= PATTERN_MAX);
	pass_stars(component, at);
	for (i = 0; i < n; i++)
		for (j = 0; j < piece[i].size; j++)
			step_byte(component, (unsigned char)piece[i].bytes[j], at);
	return at[component->n_tokens];
}

static bool match_literal(const struct component *component, const struct piece *piece, size_t n)
{
	size_t i, at = 0;

	for (i = 0; i < n; at += piece[i].size, i++)
		if (piece[i].size > component->size - at ||
		    memcmp(component->text + at, piece[i].bytes, piece[i].size) != 0)
			return false;
	return at == component->size;
}

bool pattern_pieces_match(const struct component *component, const struct piece *piece, size_t n)
{
	switch (component->kind) {
	case COMPONENT_LITERAL:
		return match_literal(component, piece, n);
	case COMPONENT_ANY:
	case COMPONENT_DEEP:
		return true;
	case COMPONENT_GLOB:
		return match_glob(component, piece, n);
	}
	return false;
}

bool pattern_component_matches(const struct component *component, const char *bytes, size_t size)
{
	return pattern_pieces_match(component, &(const struct piece){ bytes, size }, 1);
}

/* A deep component may stand for none, unless it is the last one. */
static void pass_deep(const struct pattern *pattern, bool *at)
{
	size_t i;

	for (i = 0; i + 1 < pattern->n; i++)
		if (at[i] && pattern->component[i].kind == COMPONENT_DEEP)
			at[i + 1] = true;
}

static void step_component(const struct pattern *pattern, const char *name, size_t size, bool *at)
{
	size_t i;

	for (i = pattern->n + 1; i-- > 0;) {
		bool stays = i < pattern->n && pattern->component[i].kind == COMPONENT_DEEP && at[i];
		bool comes = i > 0 && at[i - 1] && pattern_component_matches(&pattern->component[i - 1], name, size);

		at[i] = stays || comes;
	}
	pass_deep(pattern, at);
}

bool pattern_matches(const struct pattern *pattern, const char *path)
{
	bool at[COMPONENTS_MAX + 1] = { true };

	assert(pattern->n <= COMPONENTS_MAX);
	if (pattern->abstract)
		return pattern_component_matches(&pattern->component[0], path, strlen(path));
	pass_deep(pattern, at);
	while (*path) {
		size_t size = strcspn(path, "/");

		if (size)
			step_component(pattern, path, size, at);
		path += size + (path[size] == '/');
	}
	return at[pattern->n];
}

bool pattern_literal(const struct pattern *pattern, struct arena *arena, const char **ret_path)
{
	size_t i, size = 1;
	char *path, *end;

	for (i = 0; i < pattern->n; i++) {
		if (pattern->abstract || pattern->component[i].kind != COMPONENT_LITERAL)
			return false;
		size += pattern->component[i].size + 1;
	}
	path = end = arena_alloc(arena, size + 1);
	*ret_path = path;
	if (!path)
		return true;
	for (i = 0; i < pattern->n; i++) {
		*end++ = '/';
		memcpy(end, pattern->component[i].text, pattern->component[i].size);
		end += pattern->component[i].size;
	}
	if (pattern->n == 0)
		*end = '/';
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One path pattern as components: the form between text and automaton.
 *
 *	"/etc/host?"		literal "etc", glob
 *	"/srv/" "**" "/x"	literal "srv", deep, literal "x"
 *	"/var/log/"		literal "var", literal "log"; and a second pattern, the same followed by deep
 *	"/"			no component; and a second pattern: deep
 *
 * Alternatives {a,b} are multiplied out, so one text may give several patterns (at most BW_ALTERNATIVES_MAX, each
 * perhaps with its second one). A `deep` component stands for any number of components, none included, except as
 * the last one, where it stands for one or more: "/a/" "**" is all below /a and not /a itself. A trailing slash is
 * the folder and all below.
 *
 * Patterns are in normal form: of neighbouring `any` and `deep` components the `any` come first, followed by at
 * most one deep; a component without a wildcard is a literal, however it was spelled.
 */
#ifndef POLICY_PATTERN_H
#define POLICY_PATTERN_H

#include <base/arena.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum component_kind {
	COMPONENT_LITERAL, /* text, size: these bytes */
	COMPONENT_ANY,	   /* `*`: any one component */
	COMPONENT_GLOB,	   /* tokens */
	COMPONENT_DEEP,	   /* `**` */
};

enum glob_kind {
	GLOB_SET,  /* one byte out of `set` (a literal byte, `?` or a class; never more than one byte of UTF-8) */
	GLOB_STAR, /* any number of bytes */
};

struct glob_token {
	enum glob_kind kind;
	uint64_t set[4]; /* bit b: byte b */
};

struct component {
	enum component_kind kind;
	const char *text; /* LITERAL: the bytes it names; ANY, GLOB: as written; DEEP: NULL */
	size_t size;
	struct glob_token *token;
	size_t n_tokens;
};

struct pattern {
	const char *text; /* as written by the author, the same for all patterns of one text */
	struct component *component;
	size_t n;
	bool abstract; /* of unix:@name or another text: one component, in which '/' is a byte */
};

struct pattern_error {
	size_t offset; /* into the text */
	char message[160];
	const char *hint; /* static, or NULL */
};

#define PATTERN_MAX 4096 /* bytes of a pattern: PATH_MAX, no path that a process could name is longer */

/*
 * Parses `text` and gives its patterns, allocated with their parts in `arena`. Returns 0, -ENOMEM, or -EINVAL
 * with `reterr_error` filled: not absolute, empty component, "." or "..", NUL, unbalanced [ or {, `**` glued to
 * other text, component over BW_COMPONENT_MAX, too many alternatives, longer than PATTERN_MAX.
 */
int pattern_parse(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
		  struct pattern_error *reterr_error);

/* The same for the name of an abstract unix socket (without the '@'): one component, in which '/' is a byte. */
int pattern_parse_abstract(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
			   struct pattern_error *reterr_error);

/* The same for any other text, which has no length that is too much. */
int pattern_parse_text(const char *text, size_t size, struct arena *arena, struct pattern **ret, size_t *ret_n,
		       struct pattern_error *reterr_error);

/*
 * The plain matcher: does the pattern match the absolute path (for an abstract pattern: the name, without its '@')?
 * Slow and obvious; the automaton is tested against it.
 */
bool pattern_matches(const struct pattern *pattern, const char *path);

/* A part of a text. */
struct piece {
	const char *bytes;
	size_t size;
};

/* Does the component match these bytes; the text that these pieces make? */
bool pattern_component_matches(const struct component *component, const char *bytes, size_t size);
bool pattern_pieces_match(const struct component *component, const struct piece *piece, size_t n);

/*
 * Is there no wildcard in it? Then `ret_path` (in `arena`) is the path it names; NULL when there is no memory for it.
 * Abstract patterns name no path: false.
 */
bool pattern_literal(const struct pattern *pattern, struct arena *arena, const char **ret_path);

#endif

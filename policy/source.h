/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One policy text and where its lines begin.
 *
 * In: a file or bytes handed over. Out: `struct source`, immutable and reference-counted, since policies and
 * diagnostics point into it for as long as they live.
 */
#ifndef POLICY_SOURCE_H
#define POLICY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
	unsigned int references;
	char *name; /* as the author knows it: a path, or "<stdin>" */
	char *text; /* `size` bytes and a NUL */
	size_t size;
	size_t n_lines;
	size_t *line; /* offset of each line's first byte */
};

/* A place in a source. Lines and columns count from 1; columns count bytes. line 0: nowhere in particular. */
struct span {
	uint32_t line;
	uint32_t column;
	uint32_t length; /* bytes, within the line; at least 1 */
};

/* Reads a whole regular file. -EFBIG over BW_SOURCE_MAX, -EISDIR, -EINVAL for what is no regular file, or errno. */
int source_read(const char *path, struct source **ret);

/* Is this a policy file's name in a folder of policies? "web.yaml" is, ".web.yaml.swp", "..data" and "README" are not.
 */
bool source_is_policy_name(const char *name);

/* Copies `size` bytes. -EFBIG over BW_SOURCE_MAX, -ENOMEM. */
int source_new(const char *name, const char *text, size_t size, struct source **ret);

struct source *source_ref(struct source *source);
struct source *source_unref(struct source *source); /* returns NULL; accepts NULL */

/* The place of the bytes [from, to): cut at the end of the line that `from` is in, at least one byte long. */
struct span source_span(const struct source *source, size_t from, size_t to);

/* The bytes of a line without its end; empty when there is no such line. A line ends with LF, CR or both. */
const char *source_line(const struct source *source, uint32_t line, size_t *ret_length);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The text of one component of a pattern: wildcards, classes and escapes, after alternatives were multiplied out.
 *
 *	*	any bytes, also none		[a-z]	one byte of the class; [!a-z] and [^a-z]: one that is not
 *	?	any one byte			\c	the character c itself
 */
#ifndef POLICY_GLOB_H
#define POLICY_GLOB_H

#include "pattern.h"

/* Fills `error`; returns -EINVAL so that a function can end with it. `hint` is static or NULL. */
int glob_error(struct pattern_error *error, size_t offset, const char *hint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * The class that begins with the '[' at `at`: where the text goes on after its ']', and the bytes in it (`ret_set`
 * may be NULL). 0 when it is no class, with `error` filled.
 */
size_t glob_class(const char *text, size_t size, size_t at, uint64_t ret_set[4], struct pattern_error *error);

/* Reads a whole component. LITERAL, ANY or GLOB, in normal form: components that match the same mostly look the same.
 */
int glob_parse(const char *text, size_t size, struct arena *arena, struct component *ret, struct pattern_error *error);

/* A text as the pattern that matches it alone: into `ret`, which has room for twice as much and a NUL. Its length. */
size_t glob_escape(const char *text, size_t size, char *ret);

/* Bytes of the shortest text that it matches. */
size_t glob_least(const struct component *component);

#endif

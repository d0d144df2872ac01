/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Alternatives in patterns: /usr/{bin,sbin}/x{,y} stands for four texts.
 */
#ifndef POLICY_BRACES_H
#define POLICY_BRACES_H

#include "pattern.h"

enum {
	BRACES_PATH = 1 << 0, /* '/' separates components: it stands neither in braces nor in a class, nor escaped */
};

struct braces_text {
	const char *text;
	size_t size;
};

/*
 * Multiplies out `whole`. What it gives lives in `arena`; a text without braces is given as it is, by its own address.
 * 0, -ENOMEM, or -EINVAL with `error` filled: brackets, braces or escapes that do not close, more than
 * BW_ALTERNATIVES_MAX texts.
 */
int braces_expand(const struct braces_text *whole, unsigned int flags, struct arena *arena,
		  const struct braces_text **ret, size_t *ret_n, struct pattern_error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * UTF-8, as far as showing text safely needs it.
 */
#ifndef POLICY_UTF8_H
#define POLICY_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_LENGTH_MAX 4 /* bytes of one character */

/* The character at the start of `text`, which has at least one byte: its length, or 0 when it is not valid. */
size_t utf8_decode(const char *text, size_t size, uint32_t *ret_code);

/*
 * Would this character do something else on a terminal or in YAML than stand there: control characters, zero-width
 * ones, line separators, those that change the direction of text?
 */
bool utf8_is_invisible(uint32_t code);

#endif

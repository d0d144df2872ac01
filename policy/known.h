/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words that the language knows from elsewhere: capabilities(7), our facilities. Each list ends with
 * NULL.
 */
#ifndef POLICY_KNOWN_H
#define POLICY_KNOWN_H

#include <stdbool.h>

extern const char *const known_capabilities[];
extern const char *const known_facilities[]; /* objects of `use`, by enum bw_facility */

bool known_word(const char *const *words, const char *word);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words that the language knows from elsewhere: capabilities(7), socket(2), our facilities. Each list ends with
 * NULL.
 */
#ifndef POLICY_KNOWN_H
#define POLICY_KNOWN_H

#include <stdbool.h>

extern const char *const known_capabilities[];
extern const char *const known_facilities[]; /* objects of `use` */
extern const char *const known_families[];   /* of `socket`: AF_... */
extern const char *const known_types[];	     /* of `socket`: SOCK_... */

bool known_word(const char *const *words, const char *word);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A checked policy back as text: canonical, so that two policies that mean the same by the same words print the
 * same, and complete, so that reading it gives the same policy. Users and groups stand there by number.
 */
#ifndef POLICY_PRINT_H
#define POLICY_PRINT_H

#include "policy.h"
#include <stdio.h>

/* Writes one document, without "---". Whether `to` took it is asked with ferror(). */
void print_policy(const struct policy *policy, FILE *to);

/* The inside of double quotes. The text came through the parser, so it is valid UTF-8. */
void print_quoted(const char *text, FILE *to);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The words for the ABI's numbers, both ways. `*_from` return -EINVAL for an unknown word; `*_name` return
 * NULL for an unknown number (a record may come from elsewhere).
 */
#ifndef POLICY_NAMES_H
#define POLICY_NAMES_H

#include <linux/types.h>
#include <bulwark/abi.h>

const char *operation_name(unsigned int operation);
const char *hook_name(unsigned int hook);
const char *verdict_name(unsigned int verdict);
const char *mode_name(unsigned int mode);
const char *protocol_name(unsigned int protocol); /* "tcp"; NULL for OTHER */

/* The key of a condition (enum subject_key and what follows it in policy.h), as policies have it. */
const char *condition_name(unsigned int key);

int operation_from(const char *word);
int verdict_from(const char *word);
int mode_from(const char *word);
int protocol_from(const char *word);

#endif

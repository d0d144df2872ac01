/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Moves: facilities that change which file a path means (mount, pivot_root, chroot; a user namespace, in which all of
 * these are free). Who has an allow-list for files may not use them unless a rule of the same policy says so, or the
 * list would allow whatever he puts under an allowed path.
 */
#ifndef POLICY_MOVES_H
#define POLICY_MOVES_H

#include "policy.h"
#include <stdbool.h>

/* The operation whose default of the policy holds for moves; -1: none does. */
int moves_default(const struct policy *policy);

/* Is the rule about one of these facilities? */
bool moves_are_meant(const struct rule *rule);

#endif

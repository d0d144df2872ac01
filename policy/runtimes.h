/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The cgroups that container runtimes make for containers.
 */
#ifndef POLICY_RUNTIMES_H
#define POLICY_RUNTIMES_H

#include "traits.h"
#include "tree.h"

/* Adds them to the tree, if a rule asks for containers or their names. 0 or -ENOMEM. */
int runtimes_lower(const struct traits *traits, struct tree *tree);

#endif

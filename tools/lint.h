/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is valid in a policy and hardly meant, beyond what policy_read() itself warns of. Adds warnings to `diag`, never
 * errors.
 *
 *	duplicate-rule		the same subject, objects and action as an earlier rule
 *	shadowed-rule		the same subject and objects as a rule that denies or kills: it never acts
 *	names-nothing		(lint_node) a path pattern whose literal part is not there on this node
 */
#ifndef TOOLS_LINT_H
#define TOOLS_LINT_H

#include "policy/policy.h"

/* 0 or -ENOMEM. */
int lint_policy(const struct policy *policy, struct diag *diag);
int lint_node(const struct policy *policy, struct diag *diag);

#endif

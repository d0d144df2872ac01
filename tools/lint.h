/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is valid in a policy and hardly meant, beyond what policy_read() itself warns of. Adds warnings to `diag`, never
 * errors.
 *
 *	duplicate-rule		the same subject, objects and action as an earlier rule
 *	shadowed-rule		(lint_across) all that it is about a stricter rule is about too: it never decides
 *	never-matches		a subject that no process can have, or that is excepted in whole
 *	matches-everyone	a condition that every process fulfils
 *	denies-everyone		a rule that denies all files to all processes
 *	denies-own-start	an allow-list by which programs of its own subject do not start
 *	kill-on-lookup		a kill for reading what every program reads
 *	contradicting-rules	(lint_across) an allow rule for what a rule of the node denies anyway
 *	names-nothing		(lint_node) a path pattern whose literal part is not there on this node
 *	through-link		(lint_node) a path that is a symbolic link on this node
 */
#ifndef TOOLS_LINT_H
#define TOOLS_LINT_H

#include "policy/policy.h"

/* 0 or -ENOMEM. */
int lint_policy(const struct policy *policy, struct diag *diag);
int lint_node(const struct policy *policy, struct diag *diag);

/* About rules of all policies together. 0 or -ENOMEM. */
int lint_across(const struct policy_list *policies, struct diag *diag);

/* A part of lint_policy(): what a policy says and hardly means. */
void lint_meaning(const struct policy *policy, struct diag *diag);

#endif

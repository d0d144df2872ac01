/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Would a policy take the node from its operator? One that denies the agent its own files, root the command line, or
 * the node's first process the start of the agent, is refused, before it is in force: there would be no one to take it
 * back.
 */
#ifndef AGENT_LOCKOUT_H
#define AGENT_LOCKOUT_H

#include "config.h"
#include "policy/diag.h"
#include "policy/policy.h"
#include "policy/tables.h"

struct lockout;

/* Finds out which programs and files that is about, by the proc(5) that is mounted at `proc`. -ENOMEM. */
int lockout_new(const struct config *config, const char *proc, struct lockout **ret);
struct lockout *lockout_free(struct lockout *lockout); /* returns NULL; accepts NULL */

/*
 * Asks, with the decision of the kernel side, what the tables decide of them. -EINVAL, with an error at each rule that
 * denies one; where a policy does not enforce, it is a warning. `policy`: those that the tables are made of, in their
 * order; NULL: this one is not looked at. `only`: the number of one that is looked at alone, as if it enforced; -1:
 * all, with the modes that they have.
 */
int lockout_check(const struct lockout *lockout, struct tables *tables, const struct policy *const *policy, long only,
		  struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guard: what would end enforcement is refused by no rule of a policy, but because it would; and told like a
 * decision. What it is about is in guard_switch.h and guard_agent.h.
 */
#ifndef KERN_GUARD_H
#define KERN_GUARD_H

#include "enforce.h"

/* Does some policy enforce? */
static inline int guard_has_policy(struct bw_generation *now)
{
	enforce_open(now, 0);
	return bw_header_of(now->active & 1)->enforced != 0;
}

/* Tells the request of the task, and refuses it. */
static inline int guard_tell(struct bw_task *task)
{
	task->decision.n = 0;
	task->ruleless = BW_RECORD_GUARD;
	task->ruleless_verdict = BW_VERDICT_DENY;
	report_task(task);
	return -BW_EPERM;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guard: what would end enforcement is refused by no rule of a policy, but because it would; and told like a
 * decision. What it is about is in guard_switch.h, guard_agent.h and guard_start.h.
 */
#ifndef KERN_GUARD_H
#define KERN_GUARD_H

#include "file.h"

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

/* Refuses what is done to a file. */
static __noinline int guard_refuse_file(const struct bw_generation *now, struct file *file, __u32 operation, __u32 hook)
{
	struct bw_task *task = subject_task();

	if (!task)
		return -BW_EPERM;
	task->request = (struct bw_request){ .now = *now, .operation = operation, .hook = hook };
	file_about(&task->request, file, 0);
	return guard_tell(task);
}

#endif

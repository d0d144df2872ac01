/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Is it the agent that asks? What it does to the maps must not depend on the policies that are in them: it could not
 * take a mistake back.
 *
 * The agent is known by its process. The one that comes after it cannot be, before it has used bpf(2): it is known by
 * the file that it runs, as root and in the node's own namespaces. What runs that file is what it says and nothing that
 * somebody has put into it: guard_start.h.
 */
#ifndef KERN_IS_AGENT_H
#define KERN_IS_AGENT_H

#include "subject.h"

#define IS_AGENT_TICK 10000000 /* nanoseconds: a hundredth of a second */

static inline int is_agent_process(const struct task_struct *thread)
{
	return (__u32)thread->tgid == control.agent &&
	       thread->group_leader->start_boottime / IS_AGENT_TICK == control.agent_start;
}

static inline int is_agent_binary(struct task_struct *thread)
{
	struct bw_task *task = bpf_task_storage_get(&tasks, thread, NULL, 0);
	const struct cred *cred = thread->cred;

	return task && control.agent_inode && task->subject.program.ino == control.agent_inode &&
	       task->subject.program.dev == control.agent_device && cred->euid.val == 0 && !subject_is_apart(thread);
}

static __noinline int is_agent(void)
{
	struct task_struct *thread = bpf_get_current_task_btf();

	return is_agent_process(thread) || is_agent_binary(thread);
}

#endif

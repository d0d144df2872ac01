// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * use: power over other processes: ptrace, signal.
 *
 *	ptrace_access_check   PTRACE_ATTACH and SEIZE, process_vm_readv(2) and writev, /proc/PID/mem, pidfd_getfd(2)
 *	ptrace_traceme        PTRACE_TRACEME: the parent becomes the tracer
 *	task_kill             every signal that a process sends to another one
 */
#include "guard_agent.h"

/* Looking only (PTRACE_MODE_READ: /proc/PID/maps, fd, environ) is not meant. Threads of one process are not asked. */
SEC("lsm/ptrace_access_check")
int BPF_PROG(bw_may_ptrace, struct task_struct *child, __u32 mode, int ret)
{
	if (ret || !(mode & BW_PTRACE_MODE_ATTACH))
		return ret;
	if (guard_process(child, BW_FACILITY_PTRACE, BW_HOOK_PTRACE_ACCESS_CHECK, 0))
		return -BW_EPERM;
	return use_on_task(BW_FACILITY_PTRACE, BW_HOOK_PTRACE_ACCESS_CHECK, child, 0);
}

SEC("lsm/ptrace_traceme")
int BPF_PROG(bw_may_be_traced, struct task_struct *parent, int ret)
{
	return ret ?: use_on_task(BW_FACILITY_PTRACE, BW_HOOK_PTRACE_TRACEME, parent, 0);
}

#define USE_KILL_CRED 3 /* argument of task_kill */

/*
 * Does the current thread send it? A sender of which `cred` tells is not this thread, but a device's (usbfs). What an
 * exiting thread sends its children have asked for (PR_SET_PDEATHSIG). What the kernel sends otherwise is not asked
 * about.
 *
 * `cred` is read as a number: later verifiers take for granted that a pointer which is an argument of a hook is not
 * NULL, and drop the comparison.
 */
static inline int use_is_sent(void *context, const struct task_struct *thread)
{
	__u64 cred = 0;

	bpf_get_func_arg(context, USE_KILL_CRED, &cred);
	return !cred && !(thread->flags & BW_PF_EXITING);
}

SEC("lsm/task_kill")
int BPF_PROG(bw_may_signal, struct task_struct *target, void *info, __u32 signal, void *cred, int ret)
{
	struct task_struct *thread = bpf_get_current_task_btf();

	if (ret || !signal || target->tgid == thread->tgid || !use_is_sent(ctx, thread))
		return ret;
	/* SIGHUP has the agent read its files again: that is asked of it by a signal. */
	if (signal != BW_SIGHUP && guard_process(target, BW_FACILITY_SIGNAL, BW_HOOK_TASK_KILL, signal))
		return -BW_EPERM;
	return use_on_task(BW_FACILITY_SIGNAL, BW_HOOK_TASK_KILL, target, signal);
}

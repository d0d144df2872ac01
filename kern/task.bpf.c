// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Threads: what runs where, what ran before, and who started whom.
 *
 *	bprm_creds_for_exec    a thread is about to run another program: the one that it runs is added to its lineage;
 *and the guard's look at it bprm_committed_creds   a program has been started: its traits; but first, as whom the
 *thread was till then, the second look at an exec whose rules ask for arguments (exec.h) task_alloc             a
 *thread is born with those of the thread that made it task_free              a thread is gone, and lets go of its
 *lineage iterator over threads  the lineage of those that are older than the agent, by their parents
 */
#include "exec.h"
#include "guard_start.h"
#include "lineage.h"
#include "run.h"
#include "stored.h"

/* Where the thread has a program to leave: what it hands on to children is what it leaves behind. */
SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(bw_program_left, struct linux_binprm *bprm, int ret)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_task *task = bpf_task_storage_get(&tasks, thread, NULL, 0);

	if (!ret && guard_is_start(bprm))
		ret = guard_start(bprm);
	if (!ret && task && task->descent.flags & DESCENT_KNOWN && !(task->descent.flags & DESCENT_INCLUDED))
		lineage_for_children(task, thread);
	return ret;
}

SEC("lsm/bprm_committed_creds")
int BPF_PROG(bw_program_started, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = bprm->file;
	struct bw_generation now;
	struct bw_subject *subject;
	struct bw_task *stored;
	__u32 judged = enforce_open(&now, 1 << BW_OP_EXEC);

	stored = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!stored)
		return 0;
	if (judged && stored->exec.n && exec_settle(stored, &now, bprm->p, bprm->argc))
		enforce_too_late();
	lineage_leave(stored);
	subject = &stored->subject;
	subject->active = 0;
	subject->parent = 0;
	place_key(file->f_inode, &subject->program);
	label_place(&now, file, label_file(&now, file), &subject->place);
	subject_bring_up(stored, &now, 0);
	return 0;
}

SEC("lsm/task_alloc")
int BPF_PROG(bw_thread_born, struct task_struct *child, unsigned long flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bw_task *maker = bpf_task_storage_get(&tasks, task, NULL, 0);
	struct bw_task *born;

	/* A maker that was never seen has none; the child's are then computed when it is asked about. */
	if (!maker)
		return 0;
	born = bpf_task_storage_get(&tasks, child, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!born)
		return 0;
	born->subject = maker->subject;
	born->subject.uid = SUBJECT_NO_ID; /* what it descends from is another, */
	born->subject.parent = 0;	   /* and its parent may be */
	if (maker->descent.flags & DESCENT_KNOWN) {
		lineage_inherit(born, maker, task, flags & BW_CLONE_THREAD);
		run_inherit(born, maker, task, flags & BW_CLONE_THREAD);
	}
	return 0;
}

SEC("lsm/task_free")
int BPF_PROG(bw_thread_gone, struct task_struct *thread)
{
	struct bw_task *task = bpf_task_storage_get(&tasks, thread, NULL, 0);
	struct bw_descent descent;

	if (task)
		descent = task->descent;
	else if (!stored_descent(thread, &descent))
		return 0;
	lineage_let(descent.lineage);
	lineage_let(descent.children);
	return 0;
}

/*
 * Gives a thread that was there before us its lineage, if that of its parent is known. The agent goes over all threads
 * until one pass finds nothing left; each that is still without one is written to the reader as a byte.
 */
SEC("iter/task")
int bw_threads_before(struct bpf_iter__task *context)
{
	struct seq_file *seq = context->meta->seq;
	struct task_struct *thread = context->task, *parent;
	struct bw_task *task, *maker;
	char left = 0;
	int r = 0;

	if (!thread)
		return 0;
	task = bpf_task_storage_get(&tasks, thread, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (task && task->descent.flags & DESCENT_KNOWN)
		return 0;
	parent = thread->real_parent;
	if (task && parent->pid) {
		maker = bpf_task_storage_get(&tasks, parent, NULL, 0);
		r = maker && maker->descent.flags & DESCENT_KNOWN ? lineage_from_parent(task, maker, thread, parent)
								  : -1;
		if (maker && r >= 0)
			run_inherit_late(task, maker, parent);
	}
	if (!task || r < 0) {
		bpf_seq_write(seq, &left, sizeof(left));
		return 0;
	}
	if (r)
		lineage_forget(task);
	task->descent.flags |= DESCENT_KNOWN;
	task->subject.uid = SUBJECT_NO_ID;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Threads: what runs where. Nothing is decided here.
 *
 *	bprm_committed_creds   a program has been started: its traits
 *	task_alloc             a thread is born with those of the thread that made it
 */
#include "enforce.h"

SEC("lsm/bprm_committed_creds")
int BPF_PROG(bw_program_started, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = bprm->file;
	struct bw_generation now;
	struct bw_subject *subject;
	struct bw_task *stored;

	enforce_open(&now, 0);
	stored = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!stored)
		return 0;
	subject = &stored->subject;
	subject->active = 0;
	label_key(file->f_inode, &subject->program);
	label_unpack(label_file(&now, file), &subject->place);
	subject_set_program(subject, now.active & 1);
	subject_set_identity(subject, now.active & 1, task->cred->euid.val, task->cred->egid.val);
	subject->active = now.active;
	return 0;
}

SEC("lsm/task_alloc")
int BPF_PROG(bw_thread_born, struct task_struct *child)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bw_task *maker = bpf_task_storage_get(&tasks, task, NULL, 0);
	struct bw_task *born;

	/* A maker that was never asked about has none; the child's are then computed when it is asked about. */
	if (!maker)
		return 0;
	born = bpf_task_storage_get(&tasks, child, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (born)
		born->subject = maker->subject;
	return 0;
}

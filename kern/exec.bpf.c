// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * exec: running a file's code.
 *
 *	bprm_check_security    once for each stage: a script, then its interpreter
 *	bprm_committed_creds   (in task.bpf.c) once more where rules ask for arguments, when these are final
 *	mmap_file              a mapping that is executable: the dynamic loader's, dlopen(3), the kernel's of an ELF
 *	                       interpreter
 *	mmap_backing_file      the file below, of one on an overlay
 *	file_mprotect          a mapping that becomes executable
 *
 * (And file_open, in its own room, when an overlay opens the file below to run it.)
 *
 * Where rules ask for digests, a program that may sleep computes them before the one that decides, on the same hook.
 * Among several programs on one hook the order is the agent's business (agent/load.c); should it be wrong, there is no
 * digest when it is asked for, and the operation is undecided.
 */
#include "exec.h"

SEC("lsm.s/bprm_check_security")
int BPF_PROG(bw_digest_program, struct linux_binprm *bprm, int ret)
{
	if (!ret)
		exec_compute_digest(bprm->file);
	return ret;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(bw_may_exec, struct linux_binprm *bprm, int ret)
{
	struct bw_request request = { .operation = BW_OP_EXEC, .hook = BW_HOOK_BPRM_CHECK };
	struct file *file = bprm->file;
	/* Of a script's interpreter the name is another than that which the caller gave. */
	__u32 first = (__u64)bprm->interp == (__u64)bprm->filename;
	struct bw_task *task;

	if (ret || !enforce_open(&request.now, 1 << BW_OP_EXEC))
		return ret;
	task = first ? bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0) : NULL;
	if (task)
		task->exec.n = 0; /* what is left of an exec that failed */
	request.memory = exec_is_memory(file->f_inode);
	file_about(&request, file, label_file(&request.now, file));
	return exec_request(&request, first) ? -BW_EPERM : 0;
}

SEC("lsm.s/mmap_file")
int BPF_PROG(bw_digest_mapping, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags,
	     int ret)
{
	if (ret || !(prot & BW_PROT_EXEC))
		return ret;
	if (bw_no_file(file))
		return 0;
	bw_forget_that(file);
	if (file && !exec_is_own(file->f_inode))
		exec_compute_digest(file);
	return 0;
}

/* Shared memory without a file is made one by the kernel a moment later: by mprotect(2) it is seen as that. */
static inline int exec_judge_shared(void)
{
	struct bw_request request = { .operation = BW_OP_EXEC, .hook = BW_HOOK_MMAP_FILE, .memory = 1 };

	if (!enforce_open(&request.now, 1 << BW_OP_EXEC))
		return 0;
	request.kind = BW_OBJECT_FILE;
	return exec_request(&request, 0) ? -BW_EPERM : 0;
}

/* `prot` is what the mapping gets; what was asked for may have become executable by personality(2). */
SEC("lsm/mmap_file")
int BPF_PROG(bw_may_map, struct file *file, unsigned long reqprot, unsigned long prot, unsigned long flags, int ret)
{
	if (ret || !(prot & BW_PROT_EXEC))
		return ret;
	if (bw_no_file(file))
		return (flags & BW_MAP_TYPE) == BW_MAP_PRIVATE ? 0 : exec_judge_shared();
	bw_forget_that(file);
	if (!file)
		return 0;
	return exec_judge_mapping(BW_HOOK_MMAP_FILE, file, file->f_inode);
}

/* Of a program on an overlay the file below is none of its own, but was asked about when it was opened. */
SEC("lsm/mmap_backing_file")
int BPF_PROG(bw_may_map_below, struct vm_area_struct *vma, struct file *below, struct file *file, int ret)
{
	if (ret || !(vma->vm_flags & BW_VM_EXEC))
		return ret;
	return exec_judge_mapping(BW_HOOK_MMAP_BACKING_FILE, below, file->f_inode);
}

SEC("lsm/file_mprotect")
int BPF_PROG(bw_may_protect, struct vm_area_struct *vma, unsigned long reqprot, unsigned long prot, int ret)
{
	struct file *file = vma->vm_file;

	if (ret || !(prot & BW_PROT_EXEC) || vma->vm_flags & BW_VM_EXEC)
		return ret;
	if (!file)
		return 0;
	return exec_judge_mapping(BW_HOOK_FILE_MPROTECT, file, file->f_inode);
}

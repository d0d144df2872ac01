// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * read, write: what is done with descriptors that are open already: from before the policy, or inherited. Attached
 * only with `open_files: judge`, since these hooks see each read(2) and write(2).
 *
 *	file_permission    read, write, getdents, splice, sendfile, copy_file_range, fallocate, aio, io_uring
 *	mmap_file          a mapping is a read; shared, writable and of a file open for writing it is a write as well
 *	file_mprotect      such a mapping becomes writable
 */
#include "guard_switch.h"

static inline int held_is_open_to_run(const struct file *file)
{
	return (file->f_flags & BW_FMODE_EXEC) != 0;
}

SEC("lsm/file_permission")
int BPF_PROG(bw_may_use_file, struct file *file, int mask, int ret)
{
	__u32 type = file->f_inode->i_mode & BW_S_IFMT, operations = 0;
	struct bw_generation now;

	if (ret || type == BW_S_IFSOCK || type == BW_S_IFIFO || open_nameless(file) || held_is_open_to_run(file))
		return ret;
	if (mask & BW_MAY_READ)
		operations |= 1 << BW_OP_READ;
	if (mask & BW_MAY_WRITE)
		operations |= 1 << BW_OP_WRITE;
	if (mask & BW_MAY_WRITE && guard_switch_concerned(file))
		return guard_refuse_switch(file, BW_HOOK_FILE_PERMISSION);
	operations = enforce_open(&now, operations);
	return operations ? open_label(&now, file, operations, BW_HOOK_FILE_PERMISSION) : 0;
}

SEC("lsm/mmap_file")
int BPF_PROG(bw_may_map_held, struct file *file, unsigned long asked, unsigned long protection, unsigned long flags,
	     int ret)
{
	__u32 operations = 1 << BW_OP_READ;
	struct bw_generation now;

	if (ret || bw_no_file(file))
		return ret;
	bw_forget_that(file);
	if (!file)
		return 0;
	if (open_nameless(file) || held_is_open_to_run(file))
		return 0;
	/* MAP_SHARED_VALIDATE has the bit of MAP_SHARED. */
	if (flags & BW_MAP_SHARED && protection & BW_PROT_WRITE)
		operations |= 1 << BW_OP_WRITE;
	operations = enforce_open(&now, operations);
	return operations ? open_label(&now, file, operations, BW_HOOK_MMAP_FILE) : 0;
}

static __noinline int held_judge_mapping(struct file *file)
{
	struct bw_request request = { .operation = BW_OP_WRITE, .hook = BW_HOOK_FILE_MPROTECT };

	if (open_nameless(file) || !enforce_open(&request.now, 1 << BW_OP_WRITE))
		return 0;
	return file_judge_dentry(&request, file->f_path.dentry, file->f_path.mnt);
}

SEC("lsm/file_mprotect")
int BPF_PROG(bw_may_protect_held, struct vm_area_struct *area, unsigned long asked, unsigned long protection, int ret)
{
	struct file *file = area->vm_file;

	if (ret || !(protection & BW_PROT_WRITE) || !(area->vm_flags & BW_VM_SHARED) || area->vm_flags & BW_VM_WRITE)
		return ret;
	return file ? held_judge_mapping(file) : 0;
}

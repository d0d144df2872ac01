// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * read, write: opening a file.
 *
 *	file_open    every open, however spelled; after creation, before truncation
 */
#include "file.h"

/* What opening the file means. Opening to run it is neither: that is `exec`, asked by its own hook. */
static inline __u32 open_operations(const struct file *file)
{
	__u32 mode = file->f_mode, flags = file->f_flags, operations = 0;

	if (flags & BW_FMODE_EXEC)
		return 0;
	if (mode & BW_FMODE_READ)
		operations |= 1 << BW_OP_READ;
	if (mode & BW_FMODE_WRITE || flags & BW_O_TRUNC)
		operations |= 1 << BW_OP_WRITE;
	return operations;
}

/* One of the two questions that an open asks. */
static inline int open_ask(struct bw_request *request, __u32 operations, __u32 operation)
{
	request->operation = operation;
	return operations & 1 << operation && enforce_concerned(request) ? enforce_ask(request) : 0;
}

SEC("lsm/file_open")
int BPF_PROG(bw_may_open, struct file *file, int ret)
{
	struct bw_request request = { .hook = BW_HOOK_FILE_OPEN };
	__u32 operations = open_operations(file);

	if (ret || !enforce_open(&request.now, operations))
		return ret;
	file_place(&request, file);
	file_about(&request, file->f_inode, file->f_path.dentry, file->f_path.mnt);
	ret = open_ask(&request, operations, BW_OP_READ);
	return ret ?: open_ask(&request, operations, BW_OP_WRITE);
}

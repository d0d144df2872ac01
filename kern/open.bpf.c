// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * read, write: coming by an open file. exec: a file system that opens the file below one that is being run.
 *
 *	file_open       every open, however spelled; after creation, before truncation
 *	file_receive    a descriptor that another process opened: over a socket, by pidfd_getfd(2)
 */
#include "guard_switch.h"

/*
 * What opening the file means. Opening to run it is neither read nor write, and `exec` has its own hooks; but they do
 * not see the file that an overlay opens below the one that is run.
 */
static inline __u32 open_operations(const struct file *file)
{
	__u32 mode = file->f_mode, flags = file->f_flags, operations = 0;

	if (flags & BW_FMODE_EXEC)
		return 1 << BW_OP_EXEC;
	if (mode & BW_FMODE_READ)
		operations |= 1 << BW_OP_READ;
	if (mode & BW_FMODE_WRITE || flags & BW_O_TRUNC)
		operations |= 1 << BW_OP_WRITE;
	return operations;
}

/* Is it one that a file system opens below another: in a mount of its own, or (6.1) by the other's path? */
static inline int open_is_below(const struct file *file, __u64 value)
{
	return label_is_internal(value) || file->f_inode != file->f_path.dentry->d_inode;
}

/* One question about an open file. The request is made here, so that nothing of it outlives the question. */
static __noinline int open_ask(const struct bw_generation *now, struct file *file, __u64 value, __u32 operation,
			       __u32 hook)
{
	struct bw_request request = { .now = *now, .operation = operation, .hook = hook };

	file_about(&request, file, value);
	return enforce_ask(&request, NULL);
}

_Static_assert(BW_OP_EXEC == 0 && BW_OP_READ == 1, "open_judge() tells them by one bit");

/* To run, or to read; and to write. */
static inline int open_judge(const struct bw_generation *now, struct file *file, __u64 value, __u32 operations,
			     __u32 hook)
{
	operations = bw_blur(operations, value);
	if (operations & (1 << BW_OP_EXEC | 1 << BW_OP_READ) && open_ask(now, file, value, ~operations & 1, hook))
		return -BW_EPERM;
	if (operations & 1 << BW_OP_WRITE && open_ask(now, file, value, BW_OP_WRITE, hook))
		return -BW_EPERM;
	return 0;
}

/* Almost every open ends after the look at its label. */
static inline int open_label(const struct bw_generation *now, struct file *file, __u32 operations, __u32 hook)
{
	__u64 value = label_file(now, file);

	if (!label_matters(value) && !enforce_defaulted(now, operations))
		return 0;
	if (operations & 1 << BW_OP_EXEC && !open_is_below(file, value))
		return 0;
	return open_judge(now, file, value, operations, hook);
}

SEC("lsm/file_open")
int BPF_PROG(bw_may_open, struct file *file, int ret)
{
	struct bw_generation now;
	__u32 operations;

	if (ret)
		return ret;
	operations = open_operations(file);
	if (operations & 1 << BW_OP_WRITE && guard_switch_concerned(file))
		return guard_refuse_switch(file, BW_HOOK_FILE_OPEN);
	operations = enforce_open(&now, operations);
	return operations ? open_label(&now, file, operations, BW_HOOK_FILE_OPEN) : 0;
}

/* What lives on a file system without names was not opened, and no rule can mean it: sockets, pipes, memfds. */
static inline int open_nameless(const struct file *file)
{
	return (file->f_inode->i_sb->s_flags & PLACE_SB_NOUSER) != 0;
}

SEC("lsm/file_receive")
int BPF_PROG(bw_may_receive, struct file *file, int ret)
{
	struct bw_generation now;
	__u32 operations;

	if (ret || open_nameless(file))
		return ret;
	operations = open_operations(file);
	if (operations & 1 << BW_OP_WRITE && guard_switch_concerned(file))
		return guard_refuse_switch(file, BW_HOOK_FILE_RECEIVE);
	operations = enforce_open(&now, operations);
	return operations ? open_label(&now, file, operations, BW_HOOK_FILE_RECEIVE) : 0;
}

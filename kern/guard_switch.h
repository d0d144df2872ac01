/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What would switch BPF LSM off as a whole, closed to everybody while some policy enforces.
 *
 * While kernel.ftrace_enabled is 0, Linux before 7.3 runs no BPF LSM program, attached as they are (seen on 6.1 and
 * 6.12). So nobody opens it for writing, in whatever procfs and by whatever name.
 */
#ifndef KERN_GUARD_SWITCH_H
#define KERN_GUARD_SWITCH_H

#include "guard.h"

#define GUARD_SWITCH	 "ftrace_enabled"
#define GUARD_SWITCH_LEN (sizeof(GUARD_SWITCH) - 1)

static __noinline int guard_is_switch(const struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	char name[16] = {};

	if (dentry->d_name.len != GUARD_SWITCH_LEN ||
	    bpf_probe_read_kernel(name, GUARD_SWITCH_LEN, dentry->d_name.name))
		return 0;
	return bpf_strncmp(name, GUARD_SWITCH_LEN, GUARD_SWITCH) == 0;
}

static inline int guard_switch_concerned(const struct file *file)
{
	return file->f_inode->i_sb->s_magic == BW_PROC_MAGIC && guard_is_switch(file);
}

static inline int guard_refuse_switch(struct file *file, __u32 hook)
{
	struct bw_generation now;

	return guard_has_policy(&now) ? guard_refuse_file(&now, file, BW_OP_WRITE, hook) : 0;
}

#endif

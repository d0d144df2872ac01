// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Marks: files that policies name, told by the agent, so that a hard link made before is denied as well. Nothing
 * is decided here.
 *
 *	inode_getattr    a stat(2) by the agent while it puts tables in force; attached only then
 *
 * The kernel's own walk finds the label and the kernel's own numbers identify the inode: user space does not
 * know its generation on every file system.
 */
#include "file.h"

SEC("lsm/inode_getattr")
int BPF_PROG(bw_mark, const struct path *path, int ret)
{
	struct bw_generation next = { .active = control.marking };
	struct bw_place place = {};
	struct inode *inode;

	if (ret || (__u32)(bpf_get_current_pid_tgid() >> 32) != control.marker)
		return ret;
	inode = path->dentry->d_inode;
	if (!inode)
		return 0;
	label_walk(&next, path->dentry, path->mnt, inode, &place);
	label_keep(next.active & 1, inode, &place);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write: changes of the tree that a file system makes in another one below it. See below.h.
 *
 *	inode_create   inode_mknod   inode_mkdir   inode_symlink
 *	inode_link     the file linked from and the name linked to
 *	inode_unlink   inode_rmdir
 *	inode_rename   the file renamed and the name it takes
 *
 * Changes of attributes below are in write.bpf.c, with those that have no path hook.
 */
#include "below.h"

SEC("lsm/inode_create")
int BPF_PROG(bw_may_create_below, struct inode *dir, struct dentry *dentry, __u16 mode, int ret)
{
	return ret ?: below_judge(BW_HOOK_INODE_CREATE, dentry);
}

SEC("lsm/inode_mknod")
int BPF_PROG(bw_may_mknod_below, struct inode *dir, struct dentry *dentry, __u16 mode, unsigned int dev, int ret)
{
	return ret ?: below_judge(BW_HOOK_INODE_MKNOD, dentry);
}

SEC("lsm/inode_mkdir")
int BPF_PROG(bw_may_mkdir_below, struct inode *dir, struct dentry *dentry, __u16 mode, int ret)
{
	return ret ?: below_judge(BW_HOOK_INODE_MKDIR, dentry);
}

SEC("lsm/inode_symlink")
int BPF_PROG(bw_may_symlink_below, struct inode *dir, struct dentry *dentry, const char *target, int ret)
{
	return ret ?: below_judge(BW_HOOK_INODE_SYMLINK, dentry);
}

SEC("lsm/inode_link")
int BPF_PROG(bw_may_link_below, struct dentry *old, struct inode *dir, struct dentry *dentry, int ret)
{
	ret = ret ?: below_judge(BW_HOOK_INODE_LINK, old);
	return ret ?: below_judge(BW_HOOK_INODE_LINK, dentry);
}

SEC("lsm/inode_unlink")
int BPF_PROG(bw_may_unlink_below, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ?: below_judge(BW_HOOK_INODE_UNLINK, dentry);
}

SEC("lsm/inode_rmdir")
int BPF_PROG(bw_may_rmdir_below, struct inode *dir, struct dentry *dentry, int ret)
{
	return ret ?: below_judge(BW_HOOK_INODE_RMDIR, dentry);
}

SEC("lsm/inode_rename")
int BPF_PROG(bw_may_rename_below, struct inode *old_dir, struct dentry *old, struct inode *new_dir, struct dentry *new,
	     int ret)
{
	ret = ret ?: below_judge(BW_HOOK_INODE_RENAME, old);
	return ret ?: below_judge(BW_HOOK_INODE_RENAME, new);
}

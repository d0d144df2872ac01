// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The tree itself: changes after which a place has another name, so that cached labels are void. Nothing is
 * decided here.
 *
 *	inode_rename, vfs_rename (exit)   a folder is about to be renamed, has been renamed
 *	sb_mount, move_mount, sb_umount, sb_pivotroot
 *	copy_mnt_ns (exit)                a mount namespace has been made: its mounts may stand at addresses that
 *	                                  mounts of another place had, of one that is gone
 *
 * A folder is counted before and after: a label computed between the two is of the old name.
 */
#include "enforce.h"

static inline void tree_changed(void)
{
	__sync_fetch_and_add(&control.paths, 1);
}

static inline int tree_is_folder(const struct dentry *dentry)
{
	const struct inode *inode = dentry->d_inode;

	return inode && (inode->i_mode & BW_S_IFMT) == BW_S_IFDIR;
}

SEC("lsm/inode_rename")
int BPF_PROG(bw_folder_moves, struct inode *old_dir, struct dentry *old, struct inode *new_dir, struct dentry *new)
{
	if (tree_is_folder(old) || tree_is_folder(new))
		tree_changed();
	return 0;
}

SEC("fexit/vfs_rename")
int BPF_PROG(bw_folder_moved, struct renamedata *renamed)
{
	if (tree_is_folder(renamed->old_dentry) || tree_is_folder(renamed->new_dentry))
		tree_changed();
	return 0;
}

SEC("fexit/copy_mnt_ns")
int BPF_PROG(bw_namespace_made, unsigned long flags)
{
	if (flags & BW_CLONE_NEWNS)
		tree_changed();
	return 0;
}

SEC("lsm/sb_mount")
int BPF_PROG(bw_mounts)
{
	tree_changed();
	return 0;
}

SEC("lsm/move_mount")
int BPF_PROG(bw_moves_mount)
{
	tree_changed();
	return 0;
}

SEC("lsm/sb_umount")
int BPF_PROG(bw_unmounts)
{
	tree_changed();
	return 0;
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(bw_pivots)
{
	tree_changed();
	return 0;
}

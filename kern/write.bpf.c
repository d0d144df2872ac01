// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write: changes of the tree and of what stands in it, other than by opening.
 *
 *	path_mknod       create (open with O_CREAT too), mknod, and the node of a unix socket (which is `bind` too)
 *	path_unlink      path_rmdir   path_mkdir   path_symlink
 *	path_link        the file linked from and the name linked to
 *	path_rename      the file renamed and the name it takes, and the file that it replaces
 *	sb_mount         move_mount: what is mounted over a file or folder takes its place
 *	path_truncate    file_truncate (ftruncate from 6.2 on; before, it passes path_truncate)
 *	path_chmod       path_chown
 *	inode_setattr    times, which have no path hook; and what is changed below another file system (below.h)
 *	inode_setxattr   inode_removexattr   inode_set_acl   inode_remove_acl
 *
 * The inode hooks do not tell the mount: there the file is known only as stored.
 */
#include "below.h"
#include "keep.h"
#include "unix.h"

static __noinline int write_judge(__u32 hook, struct dentry *dentry, struct vfsmount *mount)
{
	struct bw_request request = { .operation = BW_OP_WRITE, .hook = hook };

	if (!enforce_open(&request.now, 1 << BW_OP_WRITE))
		return 0;
	below_leave_word(hook, dentry);
	return file_judge_dentry(&request, dentry, mount);
}

/* The node of a unix socket is made by bind(2). */
static __noinline int write_judge_bind(struct dentry *dentry, struct vfsmount *mount)
{
	struct bw_request request = { .operation = BW_OP_BIND, .hook = BW_HOOK_PATH_MKNOD };

	return enforce_open(&request.now, 1 << BW_OP_BIND) ? unix_judge_path(&request, dentry, mount) : 0;
}

SEC("lsm/path_mknod")
int BPF_PROG(bw_may_mknod, const struct path *dir, struct dentry *dentry, __u16 mode, unsigned int dev, int ret)
{
	ret = ret ?: write_judge(BW_HOOK_PATH_MKNOD, dentry, dir->mnt);
	if (ret || (mode & BW_S_IFMT) != BW_S_IFSOCK)
		return ret;
	return write_judge_bind(dentry, dir->mnt);
}

SEC("lsm/path_unlink")
int BPF_PROG(bw_may_unlink, const struct path *dir, struct dentry *dentry, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_UNLINK, dentry, dir->mnt);
}

SEC("lsm/path_rmdir")
int BPF_PROG(bw_may_rmdir, const struct path *dir, struct dentry *dentry, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_RMDIR, dentry, dir->mnt);
}

SEC("lsm/path_mkdir")
int BPF_PROG(bw_may_mkdir, const struct path *dir, struct dentry *dentry, __u16 mode, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_MKDIR, dentry, dir->mnt);
}

SEC("lsm/path_symlink")
int BPF_PROG(bw_may_symlink, const struct path *dir, struct dentry *dentry, const char *target, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_SYMLINK, dentry, dir->mnt);
}

/*
 * What gets another name keeps what its name gave it; what cannot be remembered does not get it. While other tables
 * are about to come into force, it keeps in them too what they say of its name.
 */
static __noinline int write_keep(struct dentry *old, struct dentry *new, struct vfsmount *mount)
{
	struct inode *inode = old->d_inode;
	struct bw_generation now;
	__u64 marking;
	int r;

	if (!inode || !enforce_open(&now, BW_FILE_OPERATIONS))
		return 0;
	r = keep_names(now.active & 1, old, new, mount, inode);
	marking = *(volatile __u64 *)&control.marking;
	if (!r && marking && marking != now.active)
		r = keep_names(marking & 1, old, new, mount, inode);
	return r ? enforce_undecided(now.active & 1, BW_FILE_OPERATIONS) : 0;
}

SEC("lsm/path_link")
int BPF_PROG(bw_may_link, struct dentry *old, const struct path *dir, struct dentry *dentry, int ret)
{
	ret = ret ?: write_judge(BW_HOOK_PATH_LINK, old, dir->mnt);
	ret = ret ?: write_judge(BW_HOOK_PATH_LINK, dentry, dir->mnt);
	return ret ?: write_keep(old, dentry, dir->mnt);
}

SEC("lsm/path_rename")
int BPF_PROG(bw_may_rename, const struct path *old_dir, struct dentry *old, const struct path *new_dir,
	     struct dentry *new, unsigned int flags, int ret)
{
	ret = ret ?: write_judge(BW_HOOK_PATH_RENAME, old, old_dir->mnt);
	ret = ret ?: write_judge(BW_HOOK_PATH_RENAME, new, new_dir->mnt);
	ret = ret ?: write_keep(old, new, old_dir->mnt);
	if (ret || !(flags & BW_RENAME_EXCHANGE))
		return ret;
	return write_keep(new, old, new_dir->mnt);
}

/* Of mount(2), what changes flags or propagation alone leaves what is seen there. */
SEC("lsm/sb_mount")
int BPF_PROG(bw_may_mount_over, const char *device, const struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	if (ret || flags & (BW_MS_REMOUNT | BW_MS_PROPAGATION))
		return ret;
	return write_judge(BW_HOOK_SB_MOUNT, path->dentry, path->mnt);
}

SEC("lsm/move_mount")
int BPF_PROG(bw_may_move_mount_over, const struct path *from, const struct path *to, int ret)
{
	return ret ?: write_judge(BW_HOOK_MOVE_MOUNT, to->dentry, to->mnt);
}

SEC("lsm/path_truncate")
int BPF_PROG(bw_may_truncate, const struct path *path, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_TRUNCATE, path->dentry, path->mnt);
}

SEC("lsm/file_truncate")
int BPF_PROG(bw_may_ftruncate, struct file *file, int ret)
{
	return ret ?: write_judge(BW_HOOK_FILE_TRUNCATE, file->f_path.dentry, file->f_path.mnt);
}

SEC("lsm/path_chmod")
int BPF_PROG(bw_may_chmod, const struct path *path, __u16 mode, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_CHMOD, path->dentry, path->mnt);
}

SEC("lsm/path_chown")
int BPF_PROG(bw_may_chown, const struct path *path, __u32 uid, __u32 gid, int ret)
{
	return ret ?: write_judge(BW_HOOK_PATH_CHOWN, path->dentry, path->mnt);
}

static inline int write_setattr(struct dentry *dentry, const struct iattr *attributes)
{
	const unsigned int others = BW_ATTR_MODE | BW_ATTR_UID | BW_ATTR_GID | BW_ATTR_SIZE;
	unsigned int valid = attributes->ia_valid;

	if (valid & BW_ATTR_FORCE)
		return 0;
	if (valid & others)
		return below_judge(BW_HOOK_INODE_SETATTR, dentry);
	if (!(valid & (BW_ATTR_ATIME | BW_ATTR_MTIME)))
		return 0;
	return write_judge(BW_HOOK_INODE_SETATTR, dentry, NULL);
}

SEC("lsm/inode_setattr")
int BPF_PROG(bw_may_set_times, struct dentry *dentry, struct iattr *attributes, int ret)
{
	return ret ?: write_setattr(dentry, attributes);
}

SEC("lsm/inode_setattr")
int BPF_PROG(bw_may_set_times_idmap, void *idmap, struct dentry *dentry, struct iattr *attributes, int ret)
{
	return ret ?: write_setattr(dentry, attributes);
}

SEC("lsm/inode_setxattr")
int BPF_PROG(bw_may_set_xattr, void *idmap, struct dentry *dentry, const char *name, const void *value, __u64 size,
	     int flags, int ret)
{
	return ret ?: write_judge(BW_HOOK_INODE_SETXATTR, dentry, NULL);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(bw_may_remove_xattr, void *idmap, struct dentry *dentry, const char *name, int ret)
{
	return ret ?: write_judge(BW_HOOK_INODE_REMOVEXATTR, dentry, NULL);
}

SEC("lsm/inode_set_acl")
int BPF_PROG(bw_may_set_acl, void *idmap, struct dentry *dentry, const char *name, void *acl, int ret)
{
	return ret ?: write_judge(BW_HOOK_INODE_SET_ACL, dentry, NULL);
}

SEC("lsm/inode_remove_acl")
int BPF_PROG(bw_may_remove_acl, void *idmap, struct dentry *dentry, const char *name, int ret)
{
	return ret ?: write_judge(BW_HOOK_INODE_REMOVE_ACL, dentry, NULL);
}

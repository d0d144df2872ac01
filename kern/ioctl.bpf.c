// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write: changes of a file for which a descriptor opened for reading is enough.
 *
 *	file_ioctl, file_ioctl_compat    flags, versions, verity, encryption; subvolumes of btrfs
 *	inode_file_setattr               file_setattr(2), and the ioctls that do the same (from 7.0 on)
 *
 * Ioctls for which a file system asks for a descriptor opened for writing are not looked at: that open was judged.
 * Of all others nothing is read but their number. inode_file_setattr does not tell the mount.
 */
#include "file.h"

/* Type and number alone: their direction and size are those of the caller's word length. */
#define IOCTL(type, number) ((type) << 8 | (number))

static inline int ioctl_changes(unsigned int command)
{
	switch (command & 0xffff) {
	case IOCTL('f', 2):   /* FS_IOC_SETFLAGS */
	case IOCTL('f', 4):   /* EXT4_IOC_SETVERSION */
	case IOCTL('f', 9):   /* EXT4_IOC_MIGRATE */
	case IOCTL('f', 19):  /* FS_IOC_SET_ENCRYPTION_POLICY */
	case IOCTL('f', 133): /* FS_IOC_ENABLE_VERITY */
	case IOCTL('r', 17):  /* FAT_IOCTL_SET_ATTRIBUTES */
	case IOCTL('v', 2):   /* FS_IOC_SETVERSION */
	case IOCTL('X', 32):  /* FS_IOC_FSSETXATTR */
	case IOCTL(0x94, 1):  /* BTRFS_IOC_SNAP_CREATE: a folder is made in the one that is open */
	case IOCTL(0x94, 14): /* BTRFS_IOC_SUBVOL_CREATE */
	case IOCTL(0x94, 15): /* BTRFS_IOC_SNAP_DESTROY: and removed */
	case IOCTL(0x94, 23): /* BTRFS_IOC_SNAP_CREATE_V2 */
	case IOCTL(0x94, 24): /* BTRFS_IOC_SUBVOL_CREATE_V2 */
	case IOCTL(0x94, 26): /* BTRFS_IOC_SUBVOL_SETFLAGS */
	case IOCTL(0x94, 37): /* BTRFS_IOC_SET_RECEIVED_SUBVOL */
	case IOCTL(0x94, 63): /* BTRFS_IOC_SNAP_DESTROY_V2 */
		return 1;
	default:
		return 0;
	}
}

/* A mark is found by the generation of its inode: who may set that takes the mark away, so nobody may. */
static inline int ioctl_unmarks(struct file *file, unsigned int command)
{
	struct bw_generation now;
	struct bw_inode_key key;

	command &= 0xffff;
	if (command != IOCTL('f', 4) && command != IOCTL('v', 2))
		return 0;
	if (!enforce_open(&now, BW_FILE_OPERATIONS) || !bw_header_of(now.active & 1)->marks)
		return 0;
	place_key(file->f_inode, &key);
	return bw_table_at(marks, now.active & 1, &key) ? enforce_undecided(now.active & 1, BW_FILE_OPERATIONS) : 0;
}

/* Devices have numbers of their own, which may be the same. */
static __noinline int ioctl_judge(struct file *file, unsigned int command)
{
	struct bw_request request = { .operation = BW_OP_WRITE, .hook = BW_HOOK_FILE_IOCTL };
	__u32 type = file->f_inode->i_mode & BW_S_IFMT;

	if (type != BW_S_IFREG && type != BW_S_IFDIR)
		return 0;
	if (ioctl_unmarks(file, command))
		return -BW_EPERM;
	if (!enforce_open(&request.now, 1 << BW_OP_WRITE))
		return 0;
	file_about(&request, file, label_file(&request.now, file));
	return enforce_request(&request);
}

SEC("lsm/file_ioctl")
int BPF_PROG(bw_may_ioctl, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	if (!ioctl_changes(command))
		return ret;
	return ret ?: ioctl_judge(file, command);
}

SEC("lsm/file_ioctl_compat")
int BPF_PROG(bw_may_ioctl_compat, struct file *file, unsigned int command, unsigned long argument, int ret)
{
	if (!ioctl_changes(command))
		return ret;
	return ret ?: ioctl_judge(file, command);
}

SEC("lsm/inode_file_setattr")
int BPF_PROG(bw_may_set_file_attributes, struct dentry *dentry, void *attributes, int ret)
{
	struct bw_request request = { .operation = BW_OP_WRITE, .hook = BW_HOOK_INODE_FILE_SETATTR };

	if (ret || !enforce_open(&request.now, 1 << BW_OP_WRITE))
		return ret;
	return file_judge_dentry(&request, dentry, NULL);
}

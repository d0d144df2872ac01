// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * use: mount: what changes which file a path leads to.
 *
 *	sb_mount          mount(2): new, bind, move, remount, propagation
 *	move_mount        move_mount(2): whatever was made by the newer calls gets its place
 *	sb_set_mnt_opts   fsconfig(2): a file system is made, before it has a place
 *	sb_remount        fsconfig(2), and mount(2) once more: a file system gets other options
 *	sb_umount         umount(2)
 *	sb_pivotroot      pivot_root(2)
 *	path_chroot       chroot(2)
 *
 * tree.bpf.c counts the changes on some of these hooks, whether or not they are judged here.
 */
#include "guard_agent.h"

static inline int use_mount_at(__u32 hook, const struct path *path)
{
	return use_on_path(BW_FACILITY_MOUNT, hook, (__u64)path->dentry, (__u64)path->mnt);
}

SEC("lsm/sb_mount")
int BPF_PROG(bw_may_mount, const char *device, const struct path *path, const char *type, unsigned long flags,
	     void *data, int ret)
{
	return ret ?: guard_place(BW_HOOK_SB_MOUNT, path) ?: use_mount_at(BW_HOOK_SB_MOUNT, path);
}

SEC("lsm/move_mount")
int BPF_PROG(bw_may_move_mount, const struct path *from, const struct path *to, int ret)
{
	ret = ret ?: guard_place(BW_HOOK_MOVE_MOUNT, from) ?: guard_place(BW_HOOK_MOVE_MOUNT, to);
	return ret ?: use_mount_at(BW_HOOK_MOVE_MOUNT, to);
}

/* The hook also sees mount(2), asked about before, and what the kernel mounts for itself. */
SEC("lsm/sb_set_mnt_opts")
int BPF_PROG(bw_may_make_mount, struct super_block *sb, void *options, unsigned long flags, unsigned long *set, int ret)
{
	const struct pt_regs *registers = (const struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());

	if (ret || (registers->orig_ax & ~BW_NR_X32) != BW_NR_FSCONFIG)
		return ret;
	return use_plain(BW_FACILITY_MOUNT, BW_HOOK_SB_SET_MNT_OPTS);
}

SEC("lsm/sb_remount")
int BPF_PROG(bw_may_remount, struct super_block *sb, void *options, int ret)
{
	if (!ret && guard_has_pins(sb))
		ret = guard_refuse_mount(BW_HOOK_SB_REMOUNT, sb->s_root, 0);
	return ret ?: use_on_path(BW_FACILITY_MOUNT, BW_HOOK_SB_REMOUNT, (__u64)sb->s_root, 0);
}

SEC("lsm/sb_umount")
int BPF_PROG(bw_may_unmount, struct vfsmount *mount, int flags, int ret)
{
	ret = ret ?: guard_mount(BW_HOOK_SB_UMOUNT, mount, mount->mnt_root);
	return ret ?: use_on_path(BW_FACILITY_MOUNT, BW_HOOK_SB_UMOUNT, (__u64)mount->mnt_root, (__u64)mount);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(bw_may_pivot, const struct path *old, const struct path *new, int ret)
{
	return ret ?: use_mount_at(BW_HOOK_SB_PIVOTROOT, new);
}

SEC("lsm/path_chroot")
int BPF_PROG(bw_may_chroot, const struct path *path, int ret)
{
	return ret ?: use_mount_at(BW_HOOK_PATH_CHROOT, path);
}

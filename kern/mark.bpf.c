// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Marks that no change of names makes, and the agent's own file. Nothing is decided here.
 *
 *	inode_getattr    a stat(2) by the agent while it puts tables in force; attached only then
 *	                 once more, for its own file
 *
 * The agent stats the files that policies name, and the linked ones among those that their wildcards cover, so that a
 * hard link made before is denied as well. The kernel's own walk finds the place and the kernel's own numbers identify
 * the inode: user space does not know its generation on every file system.
 */
#include "keep.h"

static __noinline int mark_stated(bw_set_t set, const struct path *path, struct inode *inode)
{
	struct bw_scratch *scratch = scratch_claim();

	if (!scratch)
		return 0;
	scratch->keeping = (struct bw_keeping){};
	/* One that has but this name is marked again from it, or noted when it gets another. */
	scratch->keeping.quiet = inode->i_nlink < 2;
	keep_in_set(set, scratch, path->dentry, path->mnt, inode);
	scratch_release(scratch);
	return 0;
}

SEC("lsm/inode_getattr")
int BPF_PROG(bw_mark, const struct path *path, int ret)
{
	struct inode *inode;

	if (ret || (__u32)(bpf_get_current_pid_tgid() >> 32) != control.marker)
		return ret;
	inode = path->dentry->d_inode;
	/* A folder is marked when it is renamed, not before: each mark above a file is looked at in every walk. */
	if (!inode || (inode->i_mode & BW_S_IFMT) == BW_S_IFDIR)
		return 0;
	mark_stated(control.marking & 1, path, inode);
	return 0;
}

/* Which file an agent runs (is_agent.h): on btrfs and overlayfs stat(2) tells other numbers than the inode has. */
SEC("lsm/inode_getattr")
int BPF_PROG(bw_know_agent, const struct path *path, int ret)
{
	const struct inode *inode;

	if (ret || (__u32)(bpf_get_current_pid_tgid() >> 32) != control.marker)
		return ret;
	inode = path->dentry->d_inode;
	if (!inode)
		return 0;
	control.agent_inode = inode->i_ino;
	control.agent_device = inode->i_sb->s_dev;
	control.marker = 0; /* before 6.6 overlayfs asks of the file below too, and that comes last */
	return 0;
}

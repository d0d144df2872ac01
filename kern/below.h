/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Changes that a file system makes in another one below it (overlayfs in its upper folder): the inode hooks see them,
 * the path hooks do not. Of a change by path both kinds are called; the path hook knows the mount, judges, and leaves
 * word here, so that the inode hook does not ask again.
 *
 * A change has at most two names. Word of one is overwritten by the path hook of the next change, which always comes
 * before the inode hooks of what is done below.
 */
#ifndef KERN_BELOW_H
#define KERN_BELOW_H

#include "file.h"

static inline int below_has_two_names(__u32 hook)
{
	return hook == BW_HOOK_PATH_RENAME || hook == BW_HOOK_PATH_LINK;
}

/* Leaves word that a path hook has judged the change of this dentry. */
static inline void below_leave_word(__u32 hook, const struct dentry *dentry)
{
	struct bw_task *task = subject_task();

	if (!task)
		return;
	task->judged[1] = below_has_two_names(hook) ? task->judged[0] : 0;
	task->judged[0] = (__u64)dentry;
}

static inline int below_is_judged(const struct dentry *dentry)
{
	const struct bw_task *task = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), NULL, 0);

	return task && (task->judged[0] == (__u64)dentry || task->judged[1] == (__u64)dentry);
}

/*
 * Judges the change of a dentry that no path hook has judged, by its place as stored. Not of the kernel's own threads:
 * devices come and go by themselves, and a file server's clients are no processes of this node.
 */
static __noinline int below_judge(__u32 hook, struct dentry *dentry)
{
	struct bw_request request = { .operation = BW_OP_WRITE, .hook = hook, .no_default = 1 };

	if (!enforce_open(&request.now, 1 << BW_OP_WRITE) || below_is_judged(dentry) ||
	    bpf_get_current_task_btf()->flags & BW_PF_KTHREAD)
		return 0;
	return file_judge_dentry(&request, dentry, NULL);
}

#endif

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * use: becoming somebody else: setuid-root, userns.
 *
 *	bprm_creds_from_file   a program is started with root's rights because its file says so
 *	task_fix_setuid        setuid(2) and its relatives
 *	userns_create          clone(2) or unshare(2) with CLONE_NEWUSER
 *
 * Root is the node's: user 0 of a user namespace is another number here.
 */
#include "use.h"

static inline int use_becomes_root(const struct cred *old, const struct cred *new)
{
	return (old->euid.val && !new->euid.val) || (old->fsuid.val && !new->fsuid.val);
}

SEC("lsm/bprm_creds_from_file")
int BPF_PROG(bw_may_start_as_root, struct linux_binprm *bprm, struct file *file, int ret)
{
	struct task_struct *thread = bpf_get_current_task_btf();

	if (ret || !use_becomes_root(thread->cred, bprm->cred))
		return ret;
	return use_on_path(BW_FACILITY_SETUID_ROOT, BW_HOOK_BPRM_CREDS_FROM_FILE, (__u64)file->f_path.dentry,
			   (__u64)file->f_path.mnt);
}

SEC("lsm/task_fix_setuid")
int BPF_PROG(bw_may_become_root, struct cred *new, const struct cred *old, int flags, int ret)
{
	if (ret || !use_becomes_root(old, new))
		return ret;
	return use_plain(BW_FACILITY_SETUID_ROOT, BW_HOOK_TASK_FIX_SETUID);
}

SEC("lsm/userns_create")
int BPF_PROG(bw_may_make_userns, const struct cred *cred, int ret)
{
	return ret ?: use_plain(BW_FACILITY_USERNS, BW_HOOK_USERNS_CREATE);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who runs the agent's file is taken for the agent (is_agent.h), so nobody else's code runs in such a process: the
 * dynamic loader takes nothing from its environment, as for a setuid program; and who traces it from before could write
 * into it what he likes, so it is not started.
 */
#ifndef KERN_GUARD_START_H
#define KERN_GUARD_START_H

#include "guard_agent.h"

static inline int guard_is_start(const struct linux_binprm *bprm)
{
	const struct inode *inode = bprm->file->f_inode;

	return control.guard && inode->i_ino == control.agent_inode && inode->i_sb->s_dev == control.agent_device;
}

/* Returns 0, or -EPERM when it must not start. */
static inline int guard_start(struct linux_binprm *bprm)
{
	const struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_generation now;

	bpf_bprm_opts_set(bprm, BPF_F_BPRM_SECUREEXEC);
	if (!thread->ptrace || !guard_holds(&now))
		return 0;
	return guard_refuse_file(&now, bprm->file, BW_OP_EXEC, BW_HOOK_BPRM_CREDS_FOR_EXEC);
}

#endif

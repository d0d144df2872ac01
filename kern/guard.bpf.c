// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What only the guard asks about. The hooks that rules of `use` ask about too are in their rooms: signals and ptrace in
 * use_task.bpf.c, mounts in use_mount.bpf.c, descriptors of links in use_kernel.bpf.c.
 *
 *	bpf_map                a descriptor of a map: by its number, or by its pin
 *	bpf_prog               the same of a program
 *	task_setrlimit         prlimit(2): a limit of CPU time ends a process, one of memory breaks it
 *	bprm_creds_for_exec    the agent's file is executed
 */
#include "exec.h"
#include "guard_agent.h"

SEC("lsm/bpf_map")
int BPF_PROG(bw_may_reach_map, struct bpf_map *map, unsigned int mode, int ret)
{
	return ret ?: guard_object(BW_GUARDED_MAP, map->id, BW_HOOK_BPF_MAP);
}

SEC("lsm/bpf_prog")
int BPF_PROG(bw_may_reach_program, struct bpf_prog *program, int ret)
{
	return ret ?: guard_object(BW_GUARDED_PROGRAM, program->aux->id, BW_HOOK_BPF_PROG);
}

SEC("lsm/task_setrlimit")
int BPF_PROG(bw_may_limit, struct task_struct *target, unsigned int resource, void *limit, int ret)
{
	const struct task_struct *thread = bpf_get_current_task_btf();

	if (ret || target->tgid == thread->tgid)
		return ret;
	return guard_process(target, BW_FACILITY_PTRACE, BW_HOOK_TASK_SETRLIMIT, 0);
}

static __noinline int guard_refuse_traced(struct file *file)
{
	struct bw_generation now;
	struct bw_task *task;

	if (!guard_holds(&now))
		return 0;
	task = subject_task();
	if (!task)
		return -BW_EPERM;
	task->request = (struct bw_request){ .now = now, .operation = BW_OP_EXEC, .hook = BW_HOOK_BPRM_CREDS_FOR_EXEC };
	file_about(&task->request, file, 0);
	return guard_tell(task);
}

/*
 * Who runs the agent's file is taken for it, so nobody else's code runs in such a process: the dynamic loader takes
 * nothing from its environment, as for a setuid program; and who traces it already could write what it likes.
 */
SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(bw_starts_agent, struct linux_binprm *bprm, int ret)
{
	const struct task_struct *thread = bpf_get_current_task_btf();
	struct file *file = bprm->file;

	if (ret || !control.guard || file->f_inode->i_ino != control.agent_inode ||
	    file->f_inode->i_sb->s_dev != control.agent_device)
		return ret;
	bpf_bprm_opts_set(bprm, BPF_F_BPRM_SECUREEXEC);
	return thread->ptrace ? guard_refuse_traced(file) : 0;
}

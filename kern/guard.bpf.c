// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What only the guard asks about. The hooks that others ask about too are in their rooms: the start of the agent's
 * program in task.bpf.c, signals and ptrace in use_task.bpf.c, mounts in use_mount.bpf.c, descriptors of links in
 * use_kernel.bpf.c.
 *
 *	bpf_map                a descriptor of a map: by its number, or by its pin
 *	bpf_prog               the same of a program
 *	task_setrlimit         prlimit(2): a limit of CPU time ends a process, one of memory breaks it
 */
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

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The agent, what it has in the kernel, and where that is pinned: closed to everybody else while some policy enforces,
 * and when it is sealed, always.
 *
 * Spared are the agent, whoever runs the agent's file as root of the node (is_agent.h), and the node's first process,
 * which has to be able to end and start it: what is in force stays.
 */
#ifndef KERN_GUARD_AGENT_H
#define KERN_GUARD_AGENT_H

#include "guard.h"
#include "is_agent.h"
#include "use.h"

static inline int guard_holds(struct bw_generation *now)
{
	__u32 guard = *(volatile __u32 *)&control.guard;

	if (guard & BW_GUARD_SEALED)
		return enforce_open(now, 0), 1;
	return guard & BW_GUARD_ON && guard_has_policy(now);
}

static __noinline int guard_spares(void)
{
	const struct task_struct *thread = bpf_get_current_task_btf();

	return thread->tgid == 1 || is_agent();
}

/* Refuses the use of a facility; `request` has its hook, its object, and nothing else. */
static __noinline int guard_refuse(const struct bw_request *request, const struct bw_event_object *object)
{
	struct bw_generation now;
	struct bw_task *task;

	if (!guard_holds(&now) || guard_spares())
		return 0;
	task = subject_task();
	if (!task)
		return -BW_EPERM;
	task->request = *request;
	task->request.now = now;
	task->endpoint = *object;
	return guard_tell(task);
}

/* --- its processes ------------------------------------------------------------------------------------------- */

/* The agent itself, or a helper that it has started. */
static inline int guard_is_known(const struct task_struct *thread)
{
	const struct task_struct *leader = thread->group_leader, *parent = leader->real_parent;

	return is_agent_process(thread) || is_agent_process(parent);
}

/* Somebody does something to a process. Returns 0 or -EPERM. */
static inline int guard_process(struct task_struct *target, __u32 facility, __u32 hook, __u32 number)
{
	struct bw_event_object object = use_object(facility);
	struct bw_request request = use_request(hook);

	if (!control.guard || (!guard_is_known(target) && !is_agent_binary(target)))
		return 0;
	use_about_task(&request, &object, target, number);
	return guard_refuse(&request, &object);
}

/* --- what it has in the kernel ------------------------------------------------------------------------------- */

/* Is the agent making it, right now? Then it is the agent's from here on, before anybody else can reach it. */
static inline int guard_claims(const struct bw_guarded *key)
{
	__u32 claimed = 1;

	if (!is_agent_process(bpf_get_current_task_btf()))
		return 0;
	bpf_map_update_elem(&guarded, key, &claimed, BPF_ANY);
	return 1;
}

/* Somebody gets a descriptor. Returns 0 or -EPERM. */
static __noinline int guard_object(__u32 kind, __u32 id, __u32 hook)
{
	struct bw_event_object object = use_object(BW_FACILITY_BPF);
	struct bw_request request = use_request(hook);
	const struct bw_guarded key = { .kind = kind, .id = id };

	if (!control.guard || guard_claims(&key) || !bpf_map_lookup_elem(&guarded, &key))
		return 0;
	object.number = kind == BW_GUARDED_MAP	     ? BPF_MAP_GET_FD_BY_ID
			: kind == BW_GUARDED_PROGRAM ? BPF_PROG_GET_FD_BY_ID
						     : BPF_LINK_GET_FD_BY_ID;
	return guard_refuse(&request, &object);
}

static inline int guard_command(__u32 command, const void *attributes)
{
	__u32 id = 0;

	if (command != BPF_LINK_GET_FD_BY_ID)
		return 0;
	if (bpf_probe_read_kernel(&id, sizeof(id), attributes))
		return -BW_EPERM;
	return guard_object(BW_GUARDED_LINK, id, BW_HOOK_BPF);
}

/* --- where that is pinned ------------------------------------------------------------------------------------- */

static inline int guard_has_pins(const struct super_block *sb)
{
	return control.guard && control.pins_device && sb->s_dev == control.pins_device;
}

/* Copies of the mount, in other namespaces, are of no interest: one that is the node's own holds the file system. */
static inline int guard_is_nodes(__u64 vfsmount)
{
	__u64 mount = place_mount_of((const void *)vfsmount), namespace = 0;
	__u32 number = 0;

	bw_read(namespace, struct mount, mount, mnt_ns);
	bw_read(number, struct mnt_namespace, namespace, ns.inum);
	return number == control.mount_namespace;
}

static inline int guard_refuse_mount(__u32 hook, const struct dentry *dentry, __u64 mount)
{
	struct bw_event_object object = use_object(BW_FACILITY_MOUNT);
	struct bw_request request = use_request(hook);

	request.dentry = (__u64)dentry;
	request.mount = mount;
	return guard_refuse(&request, &object);
}

/* Something is done to a mount, at this place in it. Returns 0 or -EPERM. */
static inline int guard_mount(__u32 hook, const struct vfsmount *mount, const struct dentry *dentry)
{
	if (!guard_has_pins(mount->mnt_sb) || !guard_is_nodes((__u64)mount))
		return 0;
	return guard_refuse_mount(hook, dentry, (__u64)mount);
}

static inline int guard_place(__u32 hook, const struct path *path)
{
	return guard_mount(hook, path->mnt, path->dentry);
}

#endif

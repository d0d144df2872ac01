/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Decision -> ring buffer: one event for each policy that had something to say.
 *
 * Nothing here can change a decision: it is taken before. What does not fit into the ring is counted as lost.
 * The reader looks by itself a few times a second and is woken only when much waits, since waking costs more
 * than everything else together.
 */
#ifndef KERN_REPORT_H
#define KERN_REPORT_H

#include "subject.h"

#define REPORT_WAKE_BYTES (64u << 10)
#define REPORT_TEXT_MASK  (BW_RECORD_MAX - 1) /* all texts together are shorter */

_Static_assert(4 * BW_TEXT_PATH + 2 * BW_TEXT_ARGS + sizeof(struct bw_event) <= BW_RECORD_MAX, "texts fit a record");

/* A path being written from the leaf up: each component and a NUL. */
struct bw_render {
	struct bw_event *event;
	__u64 dentry;
	__u64 mount;
	__u64 root;
	__u32 at; /* next byte of event->text */
	__u32 end;
	__u32 cut;
	__u32 _pad;
};

static long report_component(__u32 i, void *context)
{
	struct bw_render *render = context;
	struct qstr name = {};
	__u64 parent = 0, at = render->at, length;

	if (render->mount && render->dentry == render->root)
		return place_cross(&render->mount, &render->root, &render->dentry);
	bw_read(parent, struct dentry, render->dentry, d_parent);
	bw_read(name, struct dentry, render->dentry, d_name);
	if (!parent || parent == render->dentry)
		return 1;
	length = name.len;
	bw_bound(length, 0xff);
	if (at + length + 1 > render->end) {
		render->cut = BW_SPAN_CUT;
		return 1;
	}
	if (bpf_probe_read_kernel(&render->event->text[bw_bound(at, REPORT_TEXT_MASK)], length, name.name))
		return 1;
	at += length;
	render->event->text[bw_bound(at, REPORT_TEXT_MASK)] = 0;
	render->at = at + 1;
	render->dentry = parent;
	return 0;
}

/* Writes a path at text offset `at`; returns the offset after it. */
static __noinline __u32 report_path(struct bw_event *event, __u32 which, __u32 at, __u64 dentry, __u64 mount)
{
	struct bw_render render = {
		.event = event,
		.dentry = dentry,
		.mount = mount ? place_mount_of((void *)mount) : 0,
		.at = at,
		.end = at + BW_TEXT_PATH,
	};

	if (!dentry || which >= _BW_TEXT_MAX)
		return at;
	if (render.mount)
		bw_read(render.root, struct mount, render.mount, mnt.mnt_root);
	bpf_loop(BW_WALK_MAX, report_component, &render, 0);
	if (render.at == at) { /* the root itself: one empty component */
		__u64 end = at;

		event->text[bw_bound(end, REPORT_TEXT_MASK)] = 0;
		render.at++;
	}
	event->span[which].offset = at;
	event->span[which].size = render.at - at;
	event->span[which].flags = BW_SPAN_REVERSED | render.cut;
	return render.at;
}

static inline __u32 report_file(struct bw_event *event, __u32 which, __u32 at, const struct file *file)
{
	struct path path = {};

	if (!file)
		return at;
	bw_read(path.mnt, struct file, file, f_path.mnt);
	bw_read(path.dentry, struct file, file, f_path.dentry);
	return report_path(event, which, at, (__u64)path.dentry, (__u64)path.mnt);
}

static inline __u32 report_bytes(struct bw_event *event, __u32 which, __u32 at, __u64 from, __u64 size)
{
	__u64 room = size < BW_TEXT_ARGS ? size : BW_TEXT_ARGS - 1, offset = at;

	if (!from || bpf_probe_read_user(&event->text[bw_bound(offset, REPORT_TEXT_MASK)],
					 bw_bound(room, BW_TEXT_ARGS - 1), (void *)from))
		return at;
	event->span[which].offset = at;
	event->span[which].size = room;
	event->span[which].flags = room < size ? BW_SPAN_CUT : 0;
	return at + room;
}

/* The arguments of an exec's attempt, being written from the caller's own list. */
struct bw_attempt {
	struct bw_event *event;
	__u64 list; /* address of the next pointer */
	__u32 at;
	__u32 end;
	__u32 cut;
	__u32 _pad;
};

static long report_argument(__u32 i, void *context)
{
	struct bw_attempt *attempt = context;
	__u64 argument = 0, at = attempt->at, room = attempt->end - attempt->at;
	long size;

	if (bpf_probe_read_user(&argument, sizeof(argument), (void *)attempt->list) || !argument)
		return 1;
	attempt->list += sizeof(argument);
	size = bpf_probe_read_user_str(&attempt->event->text[bw_bound(at, REPORT_TEXT_MASK)],
				       bw_bound(room, BW_TEXT_ARGS - 1), (void *)argument);
	if (size <= 0)
		return 1;
	attempt->at += size;
	if (attempt->at + 1 < attempt->end)
		return 0;
	attempt->cut = BW_SPAN_CUT;
	return 1;
}

/*
 * Writes what the thread hands to execve(2) or execveat(2) that it is in. From its own memory: another thread may
 * change it meanwhile, so this is for the event and never for a decision.
 */
static __noinline __u32 report_attempt(struct bw_event *event, __u32 at, struct task_struct *thread)
{
	const struct pt_regs *registers = (const struct pt_regs *)bpf_task_pt_regs(thread);
	struct bw_attempt attempt = { .event = event, .at = at, .end = at + BW_TEXT_ARGS - 1 };
	unsigned long call = registers->orig_ax;

	attempt.list = call == BW_NR_EXECVE ? registers->si : call == BW_NR_EXECVEAT ? registers->dx : 0;
	if (!attempt.list)
		return at;
	bpf_loop(BW_TEXT_ARGS, report_argument, &attempt, 0);
	event->span[BW_TEXT_OBJECT_ARGUMENTS].offset = at;
	event->span[BW_TEXT_OBJECT_ARGUMENTS].size = attempt.at - at;
	event->span[BW_TEXT_OBJECT_ARGUMENTS].flags = attempt.cut;
	return attempt.at;
}

static inline __u32 report_abstract(struct bw_event *event, __u32 at, __u64 from, __u64 size)
{
	__u64 offset = at;

	if (bpf_probe_read_kernel(&event->text[bw_bound(offset, REPORT_TEXT_MASK)], bw_bound(size, BW_TEXT_ARGS - 1),
				  (void *)from))
		return at;
	event->span[BW_TEXT_OBJECT].offset = at;
	event->span[BW_TEXT_OBJECT].size = size;
	return at + size;
}

static inline void report_process(struct bw_event_process *process, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader, *parent = task->real_parent;
	const struct cred *cred = task->cred;

	process->start = leader->start_boottime;
	process->execs = task->self_exec_id;
	process->parent_start = parent->start_boottime;
	process->parent_execs = parent->self_exec_id;
	process->cgroup = bpf_get_current_cgroup_id();
	process->pid = task->tgid;
	process->tid = task->pid;
	process->ppid = parent->tgid;
	process->uid = cred->uid.val;
	process->gid = cred->gid.val;
	process->euid = cred->euid.val;
	process->egid = cred->egid.val;
	process->loginuid = task->loginuid.val;
	bpf_get_current_comm(process->comm, sizeof(process->comm));
}

/* All texts of the event; returns how many bytes they take. */
static inline __u32 report_texts(struct bw_event *event, const struct bw_request *request)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	struct mm_struct *mm = thread->mm, *parent_mm = thread->real_parent->mm;
	struct fs_struct *fs = thread->fs;
	__u32 at = 0, i;

	for (i = 0; i < _BW_TEXT_MAX; i++)
		event->span[i] = (struct bw_span){};
	at = report_path(event, BW_TEXT_OBJECT, at, request->dentry, request->mount);
	if (request->kind == BW_OBJECT_ABSTRACT)
		at = report_abstract(event, at, request->name, request->name_size);
	if (request->operation == BW_OP_EXEC)
		at = report_attempt(event, at, thread);
	if (parent_mm)
		at = report_file(event, BW_TEXT_PARENT, at, parent_mm->exe_file);
	if (fs)
		at = report_path(event, BW_TEXT_CWD, at, (__u64)fs->pwd.dentry, (__u64)fs->pwd.mnt);
	if (!mm)
		return at;
	at = report_file(event, BW_TEXT_BINARY, at, mm->exe_file);
	return report_bytes(event, BW_TEXT_ARGUMENTS, at, mm->arg_start, mm->arg_end - mm->arg_start);
}

static inline void report_send(struct bw_event *event, __u64 text, struct bw_stats *counted)
{
	__u64 flags = BPF_RB_NO_WAKEUP, size = sizeof(*event) + bw_bound(text, REPORT_TEXT_MASK);

	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > REPORT_WAKE_BYTES)
		flags = BPF_RB_FORCE_WAKEUP;
	event->record.size = size;
	event->record.serial = counted->sent + counted->lost;
	if (!bpf_ringbuf_output(&events, event, size, flags))
		counted->sent++;
	else
		counted->lost++;
}

static inline void report_object(struct bw_event_object *object, const struct bw_task *task)
{
	const struct bw_request *request = &task->request;
	struct super_block *sb = NULL;

	if (request->kind == BW_OBJECT_INET) {
		*object = task->endpoint;
		return;
	}
	__builtin_memset(object, 0, sizeof(*object));
	object->kind = request->kind;
	if (request->kind != BW_OBJECT_FILE || !request->inode)
		return;
	bw_read(object->ino, struct inode, request->inode, i_ino);
	bw_read(sb, struct inode, request->inode, i_sb);
	bw_read(object->dev, struct super_block, sb, s_dev);
}

static inline void report_head(struct bw_event *event, const struct bw_task *task, __u32 type)
{
	const struct bw_request *request = &task->request;

	event->record.type = type;
	event->record.cpu = bpf_get_smp_processor_id();
	event->record.time = bpf_ktime_get_boot_ns();
	event->active = request->now.active;
	event->operation = request->operation;
	event->hook = request->hook;
	report_object(&event->object, task);
	report_process(&event->process, bpf_get_current_task_btf());
}

static inline void report_count(const struct bw_outcome *outcome, bw_set_t set, __u32 enforced)
{
	__u32 rule = outcome->rule;
	struct bw_counter *counter = bw_table_at(counters, set, &rule);

	if (!counter)
		return;
	__sync_fetch_and_add(&counter->hits, 1);
	if (enforced)
		__sync_fetch_and_add(&counter->denials, 1);
	counter->last = bpf_ktime_get_boot_ns();
}

/* Builds the event of the task's request in scratch memory; returns how many bytes its texts take. */
static inline __u32 report_build(struct bw_event *event, const struct bw_task *task, __u32 type)
{
	report_head(event, task, type);
	return report_texts(event, &task->request);
}

/* Reports every outcome of the subject's decision. */
static __noinline int report_decision(struct bw_task *task)
{
	const struct bw_decision *decision = &task->decision;
	const struct bw_request *request = &task->request;
	struct bw_scratch *scratch;
	struct bw_stats *counted;
	struct bw_event *event;
	__u32 zero = 0, text, i;

	counted = bpf_map_lookup_elem(&stats, &zero);
	if (!counted)
		return 0;
	scratch = scratch_claim();
	if (!scratch) {
		counted->decided += decision->n;
		counted->lost += decision->n;
		return 0;
	}
	event = (struct bw_event *)scratch->record;
	text = report_build(event, task, BW_RECORD_DECISION);
	for (i = 0; i < BW_OUTCOMES_MAX; i++) {
		const struct bw_outcome *outcome = &decision->outcome[i];

		if (i >= decision->n)
			break;
		event->rule = outcome->rule;
		event->policy = outcome->policy;
		event->verdict = outcome->verdict;
		event->mode = outcome->mode;
		event->enforced = outcome->verdict >= BW_VERDICT_DENY && outcome->mode == BW_MODE_ENFORCE;
		counted->decided++;
		report_count(outcome, request->now.active & 1, event->enforced);
		report_send(event, text, counted);
	}
	scratch_release(scratch);
	return 0;
}

/* Reports that on_error decided the subject's request. */
static __noinline int report_undecided(struct bw_task *task, __u32 verdict)
{
	struct bw_scratch *scratch;
	struct bw_stats *counted;
	struct bw_event *event;
	__u32 zero = 0, text;

	counted = bpf_map_lookup_elem(&stats, &zero);
	if (!counted)
		return 0;
	counted->undecided++;
	scratch = task ? scratch_claim() : NULL;
	if (!scratch || !task) {
		counted->lost++;
		return 0;
	}
	event = (struct bw_event *)scratch->record;
	text = report_build(event, task, BW_RECORD_UNDECIDED);
	event->rule = 0;
	event->policy = 0;
	event->verdict = verdict;
	event->mode = BW_MODE_ENFORCE;
	event->enforced = verdict != BW_VERDICT_ALLOW;
	report_send(event, text, counted);
	scratch_release(scratch);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Decision -> ring buffer: one event for each policy that had something to say.
 *
 * Nothing here can change a decision: it is taken before. What does not fit into the ring is counted as lost, what is
 * told often enough is folded (fold.h): sent, suppressed and lost together are decided.
 * The reader looks by itself a few times a second and is woken only when much waits, since waking costs more
 * than everything else together.
 */
#ifndef KERN_REPORT_H
#define KERN_REPORT_H

#include "ancestry.h"
#include "fold.h"

#define REPORT_WAKE_BYTES (64u << 10)

static inline struct bw_event *report_event(const struct bw_loop *loop)
{
	return (struct bw_event *)loop->scratch->event;
}

/* Notes where the text stands that has been appended since the record had `start` bytes. */
static inline void report_note(const struct bw_loop *loop, __u32 which, __u32 start, __u32 flags)
{
	struct bw_event *event = report_event(loop);

	event->span[which].offset = start - sizeof(*event);
	event->span[which].size = loop->scratch->writing.at - start;
	event->span[which].flags = flags;
}

static __noinline int report_path(struct bw_loop *loop, __u32 which, __u64 dentry, __u64 mount)
{
	__u32 start = loop->scratch->writing.at;

	if (!dentry || which >= _BW_TEXT_MAX)
		return 0;
	text_path(loop, dentry, mount, BW_RECORD_MAX);
	report_note(loop, which, start, BW_SPAN_REVERSED | loop->scratch->writing.cut);
	return 0;
}

static inline void report_file(struct bw_loop *loop, __u32 which, const struct file *file)
{
	struct path path = {};

	if (!file)
		return;
	bw_read(path.mnt, struct file, file, f_path.mnt);
	bw_read(path.dentry, struct file, file, f_path.dentry);
	report_path(loop, which, (__u64)path.dentry, (__u64)path.mnt);
}

static __noinline int report_memory(struct bw_loop *loop, __u32 which, __u64 from, __u64 size)
{
	__u32 start = loop->scratch->writing.at, n = text_memory(loop, from, size);

	if (n && which < _BW_TEXT_MAX)
		report_note(loop, which, start, n < size ? BW_SPAN_CUT : 0);
	return 0;
}

/*
 * Writes what the thread hands to execve(2) or execveat(2) that it is in. From its own memory: another thread may
 * change it meanwhile, so this is for the event and never for a decision.
 */
static __noinline int report_attempt(struct bw_loop *loop, struct task_struct *thread)
{
	const struct pt_regs *registers = (const struct pt_regs *)bpf_task_pt_regs(thread);
	unsigned long call = registers->orig_ax;
	__u64 list = call == BW_NR_EXECVE ? registers->si : call == BW_NR_EXECVEAT ? registers->dx : 0;
	__u32 start = loop->scratch->writing.at;

	if (!list)
		return 0;
	text_arguments(loop, list);
	report_note(loop, BW_TEXT_OBJECT_ARGUMENTS, start, loop->scratch->writing.cut);
	return 0;
}

/* The name of an abstract socket, or a text of the kernel's own, up to its NUL. */
static inline void report_name(struct bw_loop *loop, const struct bw_request *request)
{
	struct bw_scratch *scratch = loop->scratch;
	__u64 at = scratch->writing.at, size = request->name_size;
	__u32 start = at;
	char *to = &scratch->event[bw_bound(at, TEXT_MASK)];
	long n;

	bw_bound(size, 0xff);
	if (request->kind == BW_OBJECT_ABSTRACT)
		n = bpf_probe_read_kernel(to, size, (void *)request->name) ? 0 : size;
	else
		n = bpf_probe_read_kernel_str(to, size, (void *)request->name);
	if (n < (request->kind == BW_OBJECT_ABSTRACT ? 1 : 2))
		return;
	scratch->writing.at = start + n;
	report_note(loop, BW_TEXT_OBJECT, start, 0);
}

static inline void report_process(struct bw_event_process *process, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader, *parent = task->real_parent;
	const struct cred *cred = task->cred;

	process->start = leader->start_boottime;
	process->execs = task->self_exec_id;
	process->cgroup = bpf_get_current_cgroup_id();
	process->pid = task->tgid;
	process->tid = task->pid;
	process->ppid = parent->tgid;
	process->uid = cred->uid.val;
	process->gid = cred->gid.val;
	process->euid = cred->euid.val;
	process->egid = cred->egid.val;
	process->loginuid = bpf_core_field_exists(task->loginuid) ? task->loginuid.val : (__u32)-1;
	bpf_get_current_comm(process->comm, sizeof(process->comm));
}

/* A namespace that cannot be read is 0. */
#define report_namespace(process, which, type, address) \
	bw_read((process)->namespaces[BW_NAMESPACE_##which], struct type, address, ns.inum)

/* The one that the process is in, by the last of its numbers; that for its children may be another. */
static inline __u64 report_pid_namespace(struct task_struct *thread)
{
	__u64 pid = 0, at, space = 0;
	__u32 level = 0;

	bw_read(pid, struct task_struct, thread, thread_pid);
	bw_read(level, struct pid, pid, level);
	at = pid + bpf_core_field_offset(struct pid, numbers) + (__u64)level * bpf_core_type_size(struct upid);
	bw_read(space, struct upid, at, ns);
	return space;
}

static __noinline int report_namespaces(struct bw_event_process *process, struct task_struct *thread)
{
	const struct nsproxy *spaces = thread->nsproxy;

	__builtin_memset(process->namespaces, 0, sizeof(process->namespaces));
	report_namespace(process, USER, user_namespace, thread->cred->user_ns);
	report_namespace(process, PID, pid_namespace, report_pid_namespace(thread));
	if (!spaces)
		return 0;
	report_namespace(process, CGROUP, cgroup_namespace, spaces->cgroup_ns);
	report_namespace(process, IPC, ipc_namespace, spaces->ipc_ns);
	report_namespace(process, MNT, mnt_namespace, spaces->mnt_ns);
	report_namespace(process, NET, net, spaces->net_ns);
	report_namespace(process, TIME, time_namespace, spaces->time_ns);
	report_namespace(process, UTS, uts_namespace, spaces->uts_ns);
	return 0;
}

/* All texts of the event, one behind the other. */
static inline void report_texts(struct bw_loop *loop, const struct bw_task *task)
{
	const struct bw_request *request = &task->request;
	struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_event *event = report_event(loop);
	struct mm_struct *mm = thread->mm;
	struct fs_struct *fs = thread->fs;
	__u32 i;

	for (i = 0; i < _BW_TEXT_MAX; i++)
		event->span[i] = (struct bw_span){};
	loop->scratch->writing.at = sizeof(*event);
	report_path(loop, BW_TEXT_OBJECT, request->dentry, request->mount);
	if (request->kind == BW_OBJECT_ABSTRACT || (request->kind == BW_OBJECT_FACILITY && request->name))
		report_name(loop, request);
	if (request->hook == BW_HOOK_BPRM_CHECK)
		report_attempt(loop, thread);
	if (request->hook == BW_HOOK_BPRM_COMMITTED)
		report_memory(loop, BW_TEXT_OBJECT_ARGUMENTS, task->exec.start, task->exec.arguments.size);
	if (fs)
		report_path(loop, BW_TEXT_CWD, (__u64)fs->pwd.dentry, (__u64)fs->pwd.mnt);
	if (!mm)
		return;
	report_file(loop, BW_TEXT_BINARY, mm->exe_file);
	report_memory(loop, BW_TEXT_ARGUMENTS, mm->arg_start, mm->arg_end - mm->arg_start);
}

/* Counters are of this CPU, but one program may be preempted by another. */
#define report_add(counter, n) __sync_fetch_and_add(&(counter), n)

/* Returns 0, or nonzero when there was no room. */
static inline int report_send(struct bw_event *event, struct bw_stats *counted)
{
	__u64 flags = BPF_RB_NO_WAKEUP, size = event->record.size;

	if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > REPORT_WAKE_BYTES)
		flags = BPF_RB_FORCE_WAKEUP;
	event->record.serial = counted->sent + counted->lost;
	if (!bpf_ringbuf_output(&events, event, bw_bound(size, BW_RECORD_MAX - 1), flags)) {
		report_add(counted->sent, 1);
		return 0;
	}
	report_add(counted->lost, 1);
	return 1;
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
	object_describe(&event->object, task);
	report_process(&event->process, bpf_get_current_task_btf());
	report_namespaces(&event->process, bpf_get_current_task_btf());
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

/* Builds the event of the task's request in scratch memory, but for what a rule says. */
static inline void report_build(struct bw_scratch *scratch, const struct bw_task *task)
{
	struct bw_event *event = (struct bw_event *)scratch->event;
	struct bw_loop loop = { .scratch = scratch };

	report_head(event, task, BW_RECORD_DECISION);
	report_texts(&loop, task);
	ancestry_write(&loop, task);
	event->record.size = scratch->writing.at;
}

/* What is told of one request: by bpf_loop(), so that the verifier follows the telling once. */
struct bw_telling {
	const struct bw_task *task;
	struct bw_scratch *scratch;
	struct bw_stats *counted;
	struct bw_folding folding;
	__u32 told; /* bits of the outcomes that become events */
};

static long report_judge(__u32 i, void *context)
{
	struct bw_telling *telling = context;
	const struct bw_task *task = telling->task;
	const struct bw_outcome *outcome = &task->decision.outcome[i % BW_OUTCOMES_MAX];
	__u32 enforced = outcome->verdict >= BW_VERDICT_DENY && outcome->mode == BW_MODE_ENFORCE;

	report_add(telling->counted->decided, 1);
	report_count(outcome, task->request.now.active & 1, enforced);
	if (!control.fold_after || fold_is_told(&telling->folding, task, outcome))
		telling->told |= 1u << i % BW_OUTCOMES_MAX;
	else
		report_add(telling->counted->suppressed, 1);
	return 0;
}

static long report_outcome(__u32 i, void *context)
{
	struct bw_telling *telling = context;
	const struct bw_task *task = telling->task;
	struct bw_event *event = (struct bw_event *)telling->scratch->event;
	const struct bw_outcome *outcome = &task->decision.outcome[i % BW_OUTCOMES_MAX];

	if (!(telling->told & 1u << i % BW_OUTCOMES_MAX))
		return 0;
	event->rule = outcome->rule;
	event->policy = outcome->policy;
	event->verdict = outcome->verdict;
	event->mode = outcome->mode;
	event->enforced = outcome->verdict >= BW_VERDICT_DENY && outcome->mode == BW_MODE_ENFORCE;
	event->suppressed = control.fold_after ? fold_collect(&telling->folding, task, outcome) : 0;
	if (report_send(event, telling->counted) && event->suppressed)
		fold_return(&telling->folding, task, outcome, event->suppressed);
	return 0;
}

/* What no rule decided, by the type of its record: on_error did, or the guard. */
static inline void report_ruleless(const struct bw_telling *telling)
{
	struct bw_event *event = (struct bw_event *)telling->scratch->event;

	event->record.type = telling->task->ruleless;
	event->rule = 0;
	event->policy = 0;
	event->verdict = telling->task->ruleless_verdict;
	event->mode = BW_MODE_ENFORCE;
	event->enforced = telling->task->ruleless_verdict != BW_VERDICT_ALLOW;
	event->suppressed = 0;
	report_send(event, telling->counted);
}

/* Reports every outcome of the task's decision, and what was decided without a rule. */
static __noinline int report_task(struct bw_task *task)
{
	struct bw_telling telling = { .task = task };
	__u32 n = task->decision.n;

	telling.counted = bw_stats_here();
	if (!telling.counted)
		return 0;
	report_add(telling.counted->undecided, task->ruleless == BW_RECORD_UNDECIDED);
	telling.scratch = scratch_claim();
	if (!telling.scratch) {
		report_add(telling.counted->decided, n);
		report_add(telling.counted->lost, n + (task->ruleless != 0));
		return 0;
	}
	if (control.fold_after && n)
		fold_begin(&telling.folding, telling.scratch, task);
	bpf_loop(n, report_judge, &telling, 0);
	if (telling.told || task->ruleless)
		report_build(telling.scratch, task);
	if (telling.told)
		bpf_loop(n, report_outcome, &telling, 0);
	if (task->ruleless)
		report_ruleless(&telling);
	scratch_release(telling.scratch);
	return 0;
}

/* Of an undecided operation that no event can be made of. */
static inline void report_unseen(void)
{
	struct bw_stats *counted = bw_stats_here();

	if (!counted)
		return;
	report_add(counted->undecided, 1);
	report_add(counted->lost, 1);
}

#endif

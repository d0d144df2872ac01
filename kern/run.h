/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Runs: who started whom, for events.
 *
 * A run is one program in one process. It is recorded when the process first starts another one, which then holds a
 * reference to the record; so a process that starts none, or runs another program at once, costs nothing. A reference
 * from record to record leads on, whatever has become of the processes.
 *
 * Nobody counts references. The records stand in slots that are taken in turn, and a reference holds the version of the
 * slot that it means: when it has another by now, the record was overwritten. Then its process makes it anew as soon as
 * it starts another child, and events go on by the parents that live (ancestry.h). So nothing can leak, and nothing is
 * to be done when a process ends.
 *
 * Whoever writes makes the version odd by compare-and-swap, and takes the next slot if that fails; whoever reads looks
 * at the version before and after.
 */
#ifndef KERN_RUN_H
#define KERN_RUN_H

#include "text.h"

#define RUN_TRIES	8 /* slots that are tried, while others write theirs */
#define RUN_LONG	(1u << 15)
#define RUN_INDEX	(RUN_LONG - 1)
#define RUN_VERSION_BIT 16

_Static_assert(BW_RUNS_SHORT <= RUN_LONG && BW_RUNS_LONG <= RUN_LONG, "an index fits a reference");
_Static_assert(!(BW_RUNS_SHORT & (BW_RUNS_SHORT - 1)) && !(BW_RUNS_LONG & (BW_RUNS_LONG - 1)), "slots in turn");

/* The slots to be tried next, short and long ones. */
__u64 run_turn[2] SEC(".data.runs") = {};

/* --- references ------------------------------------------------------------------------------------------------ */

static inline __u64 run_version(const struct bw_run_slot *slot)
{
	return *(volatile __u64 *)&slot->version;
}

/* The slot of a reference, if its record is still there. */
static inline struct bw_run_slot *run_find(__u64 reference)
{
	__u32 index = reference & RUN_INDEX;
	struct bw_run_slot *slot;

	if (!reference)
		return NULL;
	if (reference & RUN_LONG)
		slot = bpf_map_lookup_elem(&runs_long, &index);
	else
		slot = bpf_map_lookup_elem(&runs_short, &index);
	return slot && run_version(slot) == reference >> RUN_VERSION_BIT ? slot : NULL;
}

/* --- a record -------------------------------------------------------------------------------------------------- */

/* Which run it is that a thread, by its address, is in. */
static inline void run_identify(struct bw_ancestor *run, __u64 thread)
{
	__u64 leader = 0, cred = 0;

	bw_read(leader, struct task_struct, thread, group_leader);
	bw_read(cred, struct task_struct, thread, cred);
	bw_read(run->start, struct task_struct, leader, start_boottime);
	bw_read(run->execs, struct task_struct, thread, self_exec_id);
	bw_read(run->pid, struct task_struct, thread, tgid);
	bw_read(run->uid, struct cred, cred, uid.val);
}

/*
 * The head of a record at scratch->writing.at, and its program behind it, up to `end`. All offsets are of
 * scratch->event.
 */
static inline void run_write(struct bw_loop *loop, struct bw_ancestor *run, __u64 thread, __u32 end)
{
	struct bw_writing *writing = &loop->scratch->writing;
	__u32 start;

	run_identify(run, thread);
	start = writing->at += sizeof(*run);
	text_program(loop, thread, end);
	run->binary = writing->at - start;
	run->arguments = 0;
	run->flags = writing->cut ? BW_ANCESTOR_BINARY_CUT : 0;
}

/* The arguments of the current process behind that. */
static inline void run_write_arguments(struct bw_loop *loop, struct bw_ancestor *run, struct task_struct *thread)
{
	struct mm_struct *mm = thread->mm;
	__u64 size;

	if (!mm || mm->arg_end <= mm->arg_start)
		return;
	size = mm->arg_end - mm->arg_start;
	run->arguments = text_memory(loop, mm->arg_start, size);
	if (run->arguments && run->arguments < size)
		run->flags |= BW_ANCESTOR_ARGUMENTS_CUT;
}

static inline void run_close(struct bw_ancestor *run)
{
	run->size = (sizeof(*run) + run->binary + run->arguments + 7) & ~7;
}

/* --- its slot -------------------------------------------------------------------------------------------------- */

struct bw_run_storing {
	struct bw_scratch *scratch; /* the record stands there */
	__u64 maker;
	__u64 reference; /* to what was stored; 0: no slot was free */
};

/* `room`: of the slot, a constant. */
static inline long run_put(struct bw_run_storing *storing, struct bw_run_slot *slot, __u32 index, __u64 room)
{
	__u64 was, size = ((struct bw_ancestor *)storing->scratch->event)->size;

	if (!slot)
		return 1;
	was = run_version(slot);
	if (was & 1 || __sync_val_compare_and_swap(&slot->version, was, was + 1) != was)
		return 0;
	slot->maker = storing->maker;
	asm volatile("" : "+r"(size));
	if (size > room)
		size = room;
	bpf_probe_read_kernel(slot->run, size, storing->scratch->event);
	__sync_lock_test_and_set(&slot->version, was + 2);
	storing->reference = (was + 2) << RUN_VERSION_BIT | index;
	return 1;
}

static long run_put_short(__u32 i, void *context)
{
	__u32 index = __sync_fetch_and_add(&run_turn[0], 1) & (BW_RUNS_SHORT - 1);

	return run_put(context, bpf_map_lookup_elem(&runs_short, &index), index, BW_RUN_SHORT);
}

static long run_put_long(__u32 i, void *context)
{
	__u32 index = __sync_fetch_and_add(&run_turn[1], 1) & (BW_RUNS_LONG - 1);

	return run_put(context, bpf_map_lookup_elem(&runs_long, &index), index | RUN_LONG, BW_RUN_LONG);
}

static inline __u64 run_store(struct bw_scratch *scratch, __u64 maker)
{
	struct bw_run_storing storing = { .scratch = scratch, .maker = maker };

	if (((struct bw_ancestor *)scratch->event)->size > BW_RUN_SHORT)
		bpf_loop(RUN_TRIES, run_put_long, &storing, 0);
	else
		bpf_loop(RUN_TRIES, run_put_short, &storing, 0);
	return storing.reference;
}

/* Records what a thread runs. Its arguments only if it is the current one. Returns the reference; 0: it cannot. */
static __noinline __u64 run_record(struct task_struct *thread, __u64 maker, __u32 current)
{
	struct bw_loop loop = { .scratch = scratch_claim() };
	struct bw_ancestor *run;
	__u64 reference;

	if (!loop.scratch)
		return 0;
	run = (struct bw_ancestor *)loop.scratch->event;
	loop.scratch->writing.at = 0;
	run_write(&loop, run, (__u64)thread, sizeof(*run) + BW_TEXT_PATH);
	if (current)
		run_write_arguments(&loop, run, thread);
	else
		run->flags |= BW_ANCESTOR_SEEN;
	run_close(run);
	reference = run_store(loop.scratch, maker);
	scratch_release(loop.scratch);
	return reference;
}

/* --- threads --------------------------------------------------------------------------------------------------- */

/* Is the record there, of the program that the thread runs? `seen`: one that another made will do. */
static inline int run_is_current(__u64 reference, const struct task_struct *thread, __u32 seen)
{
	const struct bw_run_slot *slot = run_find(reference);
	const struct bw_ancestor *run = slot ? (const struct bw_ancestor *)slot->run : NULL;

	return run && run->execs == thread->self_exec_id && (seen || !(run->flags & BW_ANCESTOR_SEEN));
}

/* The reference for a child of the current thread. The record is found with the first thread, for all of them. */
static inline __u64 run_for_children(struct bw_task *task, struct task_struct *thread)
{
	struct bw_task *first = task;

	if (thread->group_leader->pid != thread->pid)
		first = bpf_task_storage_get(&tasks, thread->group_leader, NULL, 0) ?: task;
	if (!run_is_current(first->runs.own, thread, 0))
		first->runs.own = run_record(thread, task->runs.maker, 1);
	return first->runs.own;
}

/* A thread is born: of the same process, or of one that this one has started. */
static inline void run_inherit(struct bw_task *born, struct bw_task *maker, struct task_struct *thread,
			       __u32 same_process)
{
	born->runs.maker = same_process ? maker->runs.maker : run_for_children(maker, thread);
}

/* Of a thread that was there before us: by its parent, whose storage `maker` is. */
static inline void run_inherit_late(struct bw_task *task, struct bw_task *maker, struct task_struct *parent)
{
	if (!run_is_current(maker->runs.own, parent, 1))
		maker->runs.own = run_record(parent, maker->runs.maker, 0);
	task->runs.maker = maker->runs.own;
}

#endif

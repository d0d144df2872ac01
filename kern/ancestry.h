/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ancestors of the current process, into its event: who started it, who started that, and so on.
 *
 * By the records of runs (run.h), as far as these lead. Beside them goes the line of those that live, by their parents
 * of now: each ancestor that is met in a record is passed there too. Where a record is missing, of an ancestor that is
 * older than the agent or that was overwritten, the list goes on with the first that lives and was not passed yet.
 *
 * All of it by address, with its state in scratch memory, so that the verifier follows it once.
 */
#ifndef KERN_ANCESTRY_H
#define KERN_ANCESTRY_H

#include "run.h"

#define ANCESTRY_RESERVE 192		     /* bytes that each ancestor is sure to have */
#define ANCESTRY_END	 (BW_RECORD_MAX - 8) /* the record stays below BW_RECORD_MAX */

_Static_assert(sizeof(struct bw_event) + 3 * BW_TEXT_PATH + 2 * BW_TEXT_ARGS + 8 +
			       BW_ANCESTORS_MAX * ANCESTRY_RESERVE <=
		       ANCESTRY_END,
	       "all texts fit a record");

/* Goes on from one who lives to its parent: the next that lives. None is that of the first process. */
static inline void ancestry_climb(struct bw_ancestry *ancestry)
{
	bw_read(ancestry->leader, struct task_struct, ancestry->living, group_leader);
	bw_read(ancestry->living, struct task_struct, ancestry->leader, real_parent);
	bw_read(ancestry->pid, struct task_struct, ancestry->living, pid);
	if (!ancestry->pid)
		ancestry->living = 0;
}

/* Where the head of the next ancestor is to stand. */
static inline struct bw_ancestor *ancestry_at(struct bw_scratch *scratch)
{
	__u64 at = scratch->writing.at;

	return (struct bw_ancestor *)&scratch->event[bw_bound(at, TEXT_MASK)];
}

/* Passes the one that is just added among those that live. */
static inline void ancestry_pass(struct bw_ancestry *ancestry, const struct bw_ancestor *run)
{
	if (!ancestry->living)
		return;
	bw_read(ancestry->pid, struct task_struct, ancestry->living, tgid);
	bw_read(ancestry->leader, struct task_struct, ancestry->living, group_leader);
	bw_read(ancestry->start, struct task_struct, ancestry->leader, start_boottime);
	if (ancestry->pid == run->pid && ancestry->start == run->start)
		ancestry_climb(ancestry);
}

/* Cuts what has been copied to the room that there is. */
static inline void ancestry_cut(struct bw_ancestor *run, __u32 room)
{
	__u32 texts = room - sizeof(*run);

	if (run->size <= room)
		return;
	if (run->binary > texts) {
		run->binary = texts;
		run->flags |= BW_ANCESTOR_BINARY_CUT;
	}
	if (run->arguments > texts - run->binary) {
		run->arguments = texts - run->binary;
		run->flags |= BW_ANCESTOR_ARGUMENTS_CUT;
	}
}

/* Copies the next record. Returns 0 when it is not there, or was being overwritten meanwhile. */
static inline int ancestry_add_recorded(struct bw_scratch *scratch)
{
	struct bw_ancestry *ancestry = &scratch->ancestry;
	const struct bw_run_slot *slot = run_find(ancestry->record);
	__u64 size, room, maker;
	struct bw_ancestor *run = ancestry_at(scratch);

	if (!slot)
		return 0;
	room = ancestry->record & RUN_LONG ? BW_RUN_LONG : BW_RUN_SHORT;
	if (room > ancestry->end - scratch->writing.at)
		room = ancestry->end - scratch->writing.at;
	maker = *(volatile __u64 *)&slot->maker;
	size = *(volatile __u16 *)&((const struct bw_ancestor *)slot->run)->size;
	if (size > room)
		size = room;
	asm volatile("" : "+r"(size));
	if (size < sizeof(*run) || size > BW_RUN_LONG || bpf_probe_read_kernel(run, size, slot->run) ||
	    run_version(slot) != ancestry->record >> RUN_VERSION_BIT)
		return 0;
	ancestry->record = maker;
	ancestry_cut(run, size);
	return 1;
}

static inline int ancestry_add_living(struct bw_loop *loop)
{
	struct bw_ancestry *ancestry = &loop->scratch->ancestry;
	struct bw_ancestor *run = ancestry_at(loop->scratch);

	ancestry->record = 0;
	if (!ancestry->living)
		return 0;
	run_write(loop, run, ancestry->living, ancestry->end);
	run->flags |= BW_ANCESTOR_SEEN;
	return 1;
}

static long ancestry_add(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_scratch *scratch = loop->scratch;
	struct bw_ancestor *run = ancestry_at(scratch);
	__u32 start = scratch->writing.at;

	if (!ancestry_add_recorded(scratch) && !ancestry_add_living(loop))
		return 1;
	run_close(run);
	ancestry_pass(&scratch->ancestry, run);
	scratch->writing.at = start + run->size;
	scratch->ancestry.end += ANCESTRY_RESERVE;
	return 0;
}

/* Appends the ancestors to the event. */
static inline void ancestry_write(struct bw_loop *loop, const struct bw_task *task)
{
	struct bw_scratch *scratch = loop->scratch;
	struct bw_event *event = (struct bw_event *)scratch->event;
	__u32 start = (scratch->writing.at + 7) & ~7u;

	scratch->ancestry.record = task->runs.maker;
	scratch->ancestry.living = (__u64)bpf_get_current_task_btf();
	ancestry_climb(&scratch->ancestry);
	scratch->ancestry.end = ANCESTRY_END - (BW_ANCESTORS_MAX - 1) * ANCESTRY_RESERVE;
	scratch->writing.at = start;
	bpf_loop(BW_ANCESTORS_MAX, ancestry_add, loop, 0);
	event->ancestors.offset = start - sizeof(*event);
	event->ancestors.size = scratch->writing.at - start;
	event->ancestors.flags = 0;
}

#endif

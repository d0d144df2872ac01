/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Equal events are folded into one: of a kind (what a rule says to a program about an object), as many are told in a
 * second as `control.fold_after` says. The others are counted, and the next one that is told brings the number; where
 * none comes any more, the agent tells it (agent/folds.c).
 *
 * A kind has the one slot that its hash names. It goes to another kind when its second is over and nothing in it waits
 * to be told; until then every event of the other kind is told. So the first of a kind is never folded, and no count
 * is lost. The hash is keyed like that of paths: nobody can hide an event behind a flood of others.
 */
#ifndef KERN_FOLD_H
#define KERN_FOLD_H

#include "object.h"
#include "subject.h"

#define FOLD_SECOND 1000000000ll
#define FOLD_NAME   112 /* longer than any abstract name */

/* A kind, but for the rule: in scratch.event, while no event stands there. */
struct bw_fold_parts {
	struct bw_inode_key program;
	struct bw_event_object object;
	__u64 entry; /* of a file that does not exist yet: its folder, and its name by the kernel's own hash */
	__u64 name_hash;
	char name[FOLD_NAME]; /* of what has a name and no number */
};

struct bw_folding {
	struct bw_hash_state hash; /* of the parts */
	__u64 now;
};

static long fold_hash_word(__u32 i, void *context)
{
	struct bw_loop *loop = context;

	bw_hash_word(&loop->scratch->walk.hash, *(const __u64 *)&loop->scratch->event[i * 8 & 0xf8]);
	return 0;
}

static inline void fold_name(struct bw_fold_parts *parts, const struct bw_request *request)
{
	const struct dentry *dentry = (const struct dentry *)request->dentry;
	__u32 size = request->name_size;

	if (request->kind == BW_OBJECT_FILE && !request->inode && dentry) {
		bw_read(parts->entry, struct dentry, request->dentry, d_parent);
		bw_read(parts->name_hash, struct dentry, request->dentry, d_name.hash);
	} else if (request->kind == BW_OBJECT_ABSTRACT) {
		bpf_probe_read_kernel(parts->name, size < FOLD_NAME ? size : FOLD_NAME, (void *)request->name);
	} else if (request->kind == BW_OBJECT_FACILITY && request->name) {
		bpf_probe_read_kernel_str(parts->name, FOLD_NAME, (void *)request->name);
	}
}

/* What all outcomes of the task's decision have in common. */
static __noinline int fold_begin(struct bw_folding *folding, struct bw_scratch *scratch, const struct bw_task *task)
{
	struct bw_fold_parts *parts = (struct bw_fold_parts *)scratch->event;
	const struct bw_header *header = bw_header_of(task->request.now.active & 1);
	struct bw_loop loop = { .scratch = scratch };
	__u32 kind = task->request.kind, size = offsetof(struct bw_fold_parts, name);

	if (kind == BW_OBJECT_ABSTRACT || kind == BW_OBJECT_FACILITY)
		size = sizeof(*parts);
	__builtin_memset(parts, 0, sizeof(*parts));
	parts->program = task->subject.program;
	object_describe(&parts->object, task);
	fold_name(parts, &task->request);
	bw_hash_start(&scratch->walk.hash, header->hash_key[0], header->hash_key[1]);
	bpf_loop(size / 8, fold_hash_word, &loop, 0);
	folding->hash = scratch->walk.hash;
	folding->now = bpf_ktime_get_boot_ns();
	return 0;
}

static inline __u64 fold_kind(const struct bw_folding *folding, const struct bw_task *task,
			      const struct bw_outcome *outcome)
{
	struct bw_hash_state hash = folding->hash;

	bw_hash_word(&hash, task->request.now.active);
	bw_hash_word(&hash,
		     (__u64)outcome->rule << 32 | (__u32)outcome->policy << 16 | outcome->verdict << 8 | outcome->mode);
	return bw_hash_end(&hash, task->request.operation, 1) ?: 1;
}

static inline struct bw_fold *fold_slot(__u64 kind)
{
	__u32 at = kind & (BW_FOLDS_MAX - 1);

	return bpf_map_lookup_elem(&folds, &at);
}

static inline int fold_is_over(const struct bw_fold *slot, __u64 now)
{
	return (__s64)(now - slot->since) >= FOLD_SECOND;
}

/* Has the kind the slot, or can it have it? */
static inline int fold_take(struct bw_fold *slot, __u64 kind, const struct bw_folding *folding)
{
	__u64 other = slot->kind;

	if (other == kind)
		return 1;
	if (other && (!fold_is_over(slot, folding->now) || slot->folded))
		return 0;
	return __sync_val_compare_and_swap(&slot->kind, other, kind) == other;
}

static inline void fold_describe(struct bw_fold *slot, const struct bw_task *task, const struct bw_outcome *outcome)
{
	slot->active = task->request.now.active;
	slot->rule = outcome->rule;
	slot->policy = outcome->policy;
	slot->verdict = outcome->verdict;
	slot->operation = task->request.operation;
	slot->mode = outcome->mode;
	bpf_get_current_comm(slot->comm, sizeof(slot->comm));
}

/* Is this outcome told, or counted? Two CPUs that begin a second at once may tell a few more. */
static __noinline int fold_is_told(const struct bw_folding *folding, const struct bw_task *task,
				   const struct bw_outcome *outcome)
{
	__u64 kind = fold_kind(folding, task, outcome);
	struct bw_fold *slot = fold_slot(kind);

	if (!slot || !fold_take(slot, kind, folding))
		return 1;
	if (fold_is_over(slot, folding->now)) {
		fold_describe(slot, task, outcome);
		slot->told = 0;
		slot->since = folding->now;
	}
	if (__sync_fetch_and_add(&slot->told, 1) < control.fold_after)
		return 1;
	__sync_fetch_and_add(&slot->folded, 1);
	return 0;
}

/* How many like this one were counted; they are told with it. */
static __noinline int fold_collect(const struct bw_folding *folding, const struct bw_task *task,
				   const struct bw_outcome *outcome)
{
	__u64 kind = fold_kind(folding, task, outcome);
	struct bw_fold *slot = fold_slot(kind);

	return slot && slot->kind == kind && slot->folded ? __sync_lock_test_and_set(&slot->folded, 0) : 0;
}

/* The event that would have told it had no room. */
static __noinline int fold_return(const struct bw_folding *folding, const struct bw_task *task,
				  const struct bw_outcome *outcome, __u32 n)
{
	struct bw_fold *slot = fold_slot(fold_kind(folding, task, outcome));

	if (slot)
		__sync_fetch_and_add(&slot->folded, n);
	return 0;
}

#endif

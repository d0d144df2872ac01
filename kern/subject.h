/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Process -> traits, kept in the thread's task storage.
 *
 * Set at exec, copied at fork, and computed on the spot for a thread that is older than the agent or than the
 * tables in force: never empty because unknown. The identity (uid, gid) is compared at every question, so that
 * it is as of the operation. A process whose executable is not the file that it ran (PR_SET_MM_EXE_FILE) has,
 * until its next exec, every trait for denials and none for allows.
 */
#ifndef KERN_SUBJECT_H
#define KERN_SUBJECT_H

#include "label.h"

static inline void subject_add(struct bw_traits *traits, const struct bw_traits *more)
{
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		traits->word[i] |= more->word[i];
}

static inline void subject_keep_common(struct bw_traits *traits, const struct bw_traits *other)
{
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		traits->word[i] &= other->word[i];
}

static inline void subject_fill(struct bw_traits *traits, __u64 word)
{
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		traits->word[i] = word;
}

static inline const struct bw_traits *subject_label_traits(bw_set_t set, __u32 number)
{
	const struct bw_label *label = number ? bw_label_at(set, number) : NULL;
	__u32 traits = label ? label->traits : 0;

	return traits ? bw_table_at(trait_sets, set, &traits) : NULL;
}

/* Traits of running the file at subject->place: in any view, in all views. */
static inline void subject_set_program(struct bw_subject *subject, bw_set_t set)
{
	const struct bw_place *place = &subject->place;
	const struct bw_traits *traits = subject_label_traits(set, place->label[0]);

	subject_fill(&subject->any, place->unknown ? ~0ull : 0);
	subject_fill(&subject->all, 0);
	if (place->unknown || !place->views)
		return;
	if (traits) {
		subject_add(&subject->any, traits);
		subject_add(&subject->all, traits);
	}
	if (place->views == 1 || place->label[1] == place->label[0])
		return;
	traits = subject_label_traits(set, place->label[1]);
	if (traits) {
		subject_add(&subject->any, traits);
		subject_keep_common(&subject->all, traits);
	} else {
		subject_fill(&subject->all, 0);
	}
}

struct bw_id_search {
	bw_set_t set;
	__u32 id;
	__u32 low;  /* index of a range that starts at or below id */
	__u32 high; /* one past the last that may */
};

static long subject_halve(__u32 i, void *context)
{
	struct bw_id_search *search = context;
	__u32 middle = search->low + (search->high - search->low) / 2;
	const struct bw_id_range *range;

	if (search->high - search->low <= 1)
		return 1;
	range = bw_table_at(id_ranges, search->set, &middle);
	if (range && range->from <= search->id)
		search->low = middle;
	else
		search->high = middle;
	return 0;
}

/* Adds the traits of a numeric identity. A slice of one range has no conditions in it. */
static inline void subject_add_id(struct bw_subject *subject, bw_set_t set, const struct bw_slice *slice, __u32 id)
{
	struct bw_id_search search = {
		.set = set,
		.id = id,
		.low = slice->first,
		.high = slice->first + slice->count,
	};
	const struct bw_traits *traits = NULL;
	const struct bw_id_range *range;
	__u32 number;

	if (slice->count < 2)
		return;
	bpf_loop(32, subject_halve, &search, 0);
	range = bw_table_at(id_ranges, set, &search.low);
	if (range && range->traits) {
		number = range->traits;
		traits = bw_table_at(trait_sets, set, &number);
	}
	if (traits) {
		subject_add(&subject->any, traits);
		subject_add(&subject->all, traits);
	}
}

static inline void subject_set_identity(struct bw_subject *subject, bw_set_t set, __u32 uid, __u32 gid)
{
	subject_add_id(subject, set, &bw_header_of(set)->users, uid);
	subject_add_id(subject, set, &bw_header_of(set)->groups, gid);
	subject->uid = uid;
	subject->gid = gid;
}

/*
 * The place of the program that a thread runs, which by now may have another name than it was started by. A thread
 * whose executable is not the file that it was started from has no place that can be told.
 */
static inline void subject_find_program(struct bw_subject *subject, struct task_struct *thread,
					const struct bw_generation *now)
{
	struct mm_struct *mm = thread->mm;
	struct file *program = mm ? mm->exe_file : NULL;
	struct inode *inode;

	subject->place = (struct bw_place){};
	if (!program)
		return;
	inode = program->f_inode;
	if (!subject->program.ino)
		label_key(inode, &subject->program);
	if (inode->i_ino != subject->program.ino || inode->i_sb->s_dev != subject->program.dev)
		subject->place.unknown = 1;
	else
		label_walk(now, program->f_path.dentry, program->f_path.mnt, NULL, &subject->place);
}

/* Computes the traits of a thread: where its program is only for new tables, since a file can be renamed. */
static __noinline int subject_compute(struct bw_task *task, struct task_struct *thread, const struct bw_generation *now)
{
	struct bw_subject *subject = &task->subject;
	bw_set_t set = now->active & 1;

	if (subject->active != now->active)
		subject_find_program(subject, thread, now);
	subject_set_program(subject, set);
	subject_set_identity(subject, set, thread->cred->euid.val, thread->cred->egid.val);
	subject->active = now->active;
	return 0;
}

/* The thread that asks, its traits up to date. NULL: no memory for its storage. */
static inline struct bw_task *subject_current(const struct bw_generation *now)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_task *task = bpf_task_storage_get(&tasks, thread, NULL, 0);

	if (!task)
		task = bpf_task_storage_get(&tasks, thread, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!task)
		return NULL;
	if (task->subject.active != now->active || task->subject.uid != thread->cred->euid.val ||
	    task->subject.gid != thread->cred->egid.val)
		subject_compute(task, thread, now);
	return task;
}

#endif

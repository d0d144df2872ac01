/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Process -> traits, kept in the thread's task storage: by the program that it runs, by those before it (lineage.h), by
 * that of its parent, by its identity, by its cgroup.
 *
 * Set at exec, copied at fork, and computed on the spot for a thread that is older than the agent or than the
 * tables in force: never empty because unknown. The identity (uid, gid, capabilities), the parent and the cgroup are
 * compared at every question, so that they are as of the operation. A process whose executable is not the file that it
 * ran (PR_SET_MM_EXE_FILE) has, until its next exec, every trait for denials and none for allows.
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

static inline void subject_fill(struct bw_traits *traits, __u64 word)
{
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		traits->word[i] = word;
}

/* --- by programs ----------------------------------------------------------------------------------------------- */

/* Which of a label's trait sets: of who runs such a file, of whose parent does, of who descends from one that did. */
enum {
	SUBJECT_RUNS,
	SUBJECT_PARENTS,
	SUBJECT_ANCESTORS,
};

static inline const struct bw_traits *subject_label_traits(bw_set_t set, __u32 number, __u32 which)
{
	const struct bw_label *label = number ? bw_label_at(set, number) : NULL;
	__u32 traits = 0;

	if (label)
		traits = which == SUBJECT_RUNS	    ? label->traits
			 : which == SUBJECT_PARENTS ? label->parents
						    : label->ancestors;
	return traits ? bw_table_at(trait_sets, set, &traits) : NULL;
}

struct bw_gaining {
	struct bw_held *held;
	const struct bw_place *place;
	bw_set_t set;
	__u32 which;
};

/* Traits of names that the program had: a process may be denied by them, not allowed. */
static long subject_gain_kept(__u32 i, void *context)
{
	const struct bw_gaining *gaining = context;
	const struct bw_traits *traits =
		subject_label_traits(gaining->set, gaining->place->kept[i % BW_KEPT_MAX], gaining->which);

	if (traits)
		subject_add(&gaining->held->any, traits);
	return 0;
}

/* Adds what both views give to what is held in all. */
static inline void subject_add_common(struct bw_traits *all, const struct bw_traits *a, const struct bw_traits *b)
{
	__u32 i;

#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		all->word[i] |= a->word[i] & b->word[i];
}

/* Adds the traits that a program at this place gives: in any view or by a name that it had; in all views. */
static __noinline int subject_gain(struct bw_held *held, const struct bw_place *place, bw_set_t set, __u32 which)
{
	struct bw_gaining gaining = { .held = held, .place = place, .set = set, .which = which };
	const struct bw_traits *first, *second;

	if (place->n_kept)
		bpf_loop(BW_KEPT_MAX, subject_gain_kept, &gaining, 0);
	if (!place->views)
		return 0;
	first = second = subject_label_traits(set, place->label[0], which);
	if (place->views > 1 && place->label[1] != place->label[0])
		second = subject_label_traits(set, place->label[1], which);
	if (first)
		subject_add(&held->any, first);
	if (second)
		subject_add(&held->any, second);
	if (first && second)
		subject_add_common(&held->all, first, second);
	return 0;
}

/* Adds a whole set for denials: of what cannot be told. */
static inline void subject_gain_all(struct bw_held *held, bw_set_t set, __u32 number)
{
	const struct bw_traits *traits = number ? bw_table_at(trait_sets, set, &number) : NULL;

	if (traits)
		subject_add(&held->any, traits);
}

/* Adds a set of what is so in every view. */
static inline void subject_gain_set(struct bw_held *held, bw_set_t set, __u32 number)
{
	const struct bw_traits *traits = number ? bw_table_at(trait_sets, set, &number) : NULL;

	if (!traits)
		return;
	subject_add(&held->any, traits);
	subject_add(&held->all, traits);
}

/* The traits of running the file at subject->place. The first: what is held of others, or was, goes. */
static inline void subject_set_program(struct bw_subject *subject, bw_set_t set)
{
	subject_fill(&subject->held.any, subject->place.unknown ? ~0ull : 0);
	subject_fill(&subject->held.all, 0);
	if (!subject->place.unknown)
		subject_gain(&subject->held, &subject->place, set, SUBJECT_RUNS);
}

/* By what ran before. */
static inline void subject_add_lineage(struct bw_task *task, bw_set_t set)
{
	struct bw_held *held = &task->subject.held;
	__u32 ancestors = bw_header_of(set)->ancestors, flags = task->descent.flags;
	const struct bw_held *more;

	if (!ancestors)
		return;
	more = task->descent.lineage ? bw_table_at(lineage_traits, set, &task->descent.lineage) : NULL;
	if (!(flags & DESCENT_KNOWN) || flags & DESCENT_BROKEN || (task->descent.lineage && !more))
		subject_gain_all(held, set, ancestors);
	if (!more)
		return;
	subject_add(&held->any, &more->any);
	if (!(flags & DESCENT_BROKEN))
		subject_add(&held->all, &more->all);
}

static inline void subject_add_parent(struct bw_subject *subject, bw_set_t set)
{
	if (subject->parent_place.unknown)
		subject_gain_all(&subject->held, set, bw_header_of(set)->parents);
	else
		subject_gain(&subject->held, &subject->parent_place, set, SUBJECT_PARENTS);
}

/* --- by identity ----------------------------------------------------------------------------------------------- */

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
	const struct bw_id_range *range;

	if (slice->count < 2)
		return;
	bpf_loop(32, subject_halve, &search, 0);
	range = bw_table_at(id_ranges, set, &search.low);
	if (range)
		subject_gain_set(&subject->held, set, range->traits);
}

static inline void subject_set_identity(struct bw_subject *subject, bw_set_t set, __u32 uid, __u32 gid)
{
	subject_add_id(subject, set, &bw_header_of(set)->users, uid);
	subject_add_id(subject, set, &bw_header_of(set)->groups, gid);
	subject->uid = uid;
	subject->gid = gid;
}

/* The effective set. Its type differs between kernels, its 8 bytes do not. */
static inline __u64 subject_capabilities(const struct task_struct *thread)
{
	__u64 capabilities = 0;

	bpf_probe_read_kernel(&capabilities, sizeof(capabilities),
			      (const void *)((__u64)thread->cred + bpf_core_field_offset(struct cred, cap_effective)));
	return capabilities;
}

struct bw_gaining_capabilities {
	struct bw_subject *subject;
	bw_set_t set;
};

static long subject_add_capability(__u32 i, void *context)
{
	const struct bw_gaining_capabilities *gaining = context;
	const struct bw_header *header = bw_header_of(gaining->set);

	if (gaining->subject->capabilities & header->capabilities & 1ull << (i % BW_CAPABILITY_SLOTS))
		subject_gain_set(&gaining->subject->held, gaining->set, header->capability[i % BW_CAPABILITY_SLOTS]);
	return 0;
}

static inline void subject_add_capabilities(struct bw_subject *subject, bw_set_t set, const struct task_struct *thread)
{
	struct bw_gaining_capabilities gaining = { .subject = subject, .set = set };

	subject->capabilities = subject_capabilities(thread);
	bpf_loop(BW_CAPABILITY_SLOTS, subject_add_capability, &gaining, 0);
}

/* --- by container ---------------------------------------------------------------------------------------------- */

/* Has it a mount or pid namespace of its own? */
static inline __u32 subject_is_apart(const struct task_struct *thread)
{
	struct nsproxy *spaces = thread->nsproxy;

	return spaces && (spaces->mnt_ns->ns.inum != control.mount_namespace ||
			  spaces->pid_ns_for_children->ns.inum != control.pid_namespace);
}

static inline void subject_lose_set(struct bw_held *held, bw_set_t set, __u32 number)
{
	const struct bw_traits *traits = bw_table_at(trait_sets, set, &number);
	__u32 i;

	if (!traits)
		return;
#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++) {
		held->any.word[i] &= ~traits->word[i];
		held->all.word[i] &= ~traits->word[i];
	}
}

static inline void subject_count_unnamed(void)
{
	struct bw_stats *counted = bw_stats_here();

	if (counted)
		counted->unnamed++;
}

#define SUBJECT_ROOT_CGROUP 1 /* its id: kernfs numbers its root so */

/*
 * By the cgroup. A container that the agent has not named yet has, by configuration, none of the names that rules ask
 * for, or for denials all; and is looked at again the next time. So is a cgroup of which nothing is known (made while
 * policies changed, say): for denials it is all that rules ask for. Who is in the cgroup but not apart, as the runtime
 * is for a moment, is in no container, and has no names.
 */
static inline void subject_add_cgroup(struct bw_subject *subject, bw_set_t set, const struct task_struct *thread)
{
	const struct bw_header *header = bw_header_of(set);
	__u64 id = bpf_get_current_cgroup_id();
	const struct bw_cgroup *cgroup = bw_table_at(cgroups, set, &id);
	__u32 inside;

	subject->apart = subject_is_apart(thread);
	subject->renamed = *(volatile __u32 *)&control.renamed;
	subject->cgroup = cgroup || id == SUBJECT_ROOT_CGROUP ? id : 0;
	if (!subject->cgroup) {
		subject_gain_all(&subject->held, set, header->cgroups);
		return;
	}
	inside = cgroup && cgroup->flags & BW_CGROUP_CONTAINER && subject->apart;
	subject_gain_set(&subject->held, set, header->container[inside]);
	if (cgroup) {
		subject_add(&subject->held.any, &cgroup->traits);
		subject_add(&subject->held.all, &cgroup->traits);
	}
	if (!header->names || (inside && cgroup->flags & BW_CGROUP_NAMED))
		return;
	if (!inside) {
		subject_lose_set(&subject->held, set, header->names);
		return;
	}
	subject->cgroup = 0;
	subject_count_unnamed();
	if (control.unnamed == BW_ON_ERROR_DENY)
		subject_gain_all(&subject->held, set, header->names);
}

/* --- all together ---------------------------------------------------------------------------------------------- */

/*
 * The two steps of bringing a subject up to date: where its programs are, what it holds by that and by all else. By
 * bpf_loop(), so that the verifier goes on with one state from the many in which they may end.
 */
struct bw_updating {
	struct bw_task *task;
};

/* Is the executable the file that the thread was started from? */
static inline int subject_is_own(struct bw_subject *subject, const struct inode *inode)
{
	if (!subject->program.ino)
		place_key(inode, &subject->program);
	return inode->i_ino == subject->program.ino && inode->i_sb->s_dev == subject->program.dev;
}

/* The parent's program: what it is by now. */
static inline struct file *subject_program_of_parent(struct bw_subject *subject)
{
	struct task_struct *thread = bpf_get_current_task_btf(), *parent = thread->real_parent;
	struct mm_struct *mm = parent->mm;

	subject->parent = (__u64)parent;
	subject->parent_execs = parent->self_exec_id;
	return mm ? mm->exe_file : NULL;
}

/* As subject_is_own(), of the parent: by what was seen of it. */
static inline int subject_is_parents_own(const struct inode *inode)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	const struct bw_task *parent = bpf_task_storage_get(&tasks, thread->real_parent, NULL, 0);

	return !parent || !parent->subject.program.ino ||
	       (inode->i_ino == parent->subject.program.ino && inode->i_sb->s_dev == parent->subject.program.dev);
}

static inline struct file *subject_program_of(void)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	struct mm_struct *mm = thread->mm;

	return mm ? mm->exe_file : NULL;
}

/*
 * Where a program is by now: it may have another name than it was started by. A thread whose executable is not the file
 * that it was started from has no place that can be told.
 */
static long subject_find(__u32 parents, void *context)
{
	struct bw_task *task = ((struct bw_updating *)context)->task;
	struct bw_subject *subject = &task->subject;
	struct bw_place *place;
	struct file *program;
	int own;

	if (parents ? !task->update.parent : !task->update.program)
		return 0;
	place = parents ? &subject->parent_place : &subject->place;
	program = parents ? subject_program_of_parent(subject) : subject_program_of();
	__builtin_memset(place, 0, sizeof(*place));
	if (!program)
		return 0;
	own = parents ? subject_is_parents_own(program->f_inode) : subject_is_own(subject, program->f_inode);
	if (own)
		label_walk_inline(&task->update.now, program->f_path.dentry, program->f_path.mnt, program->f_inode,
				  place);
	else
		place->unknown = 1;
	return 0;
}

static long subject_complete(__u32 i, void *context)
{
	struct bw_task *task = ((struct bw_updating *)context)->task;
	struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_subject *subject = &task->subject;
	bw_set_t set = task->update.now.active & 1;
	const struct bw_header *header = bw_header_of(set);

	subject_set_program(subject, set);
	subject_set_identity(subject, set, thread->cred->euid.val, thread->cred->egid.val);
	subject_add_lineage(task, set);
	if (header->parents)
		subject_add_parent(subject, set);
	if (header->capabilities)
		subject_add_capabilities(subject, set, thread);
	if (header->cgroups)
		subject_add_cgroup(subject, set, thread);
	subject->active = task->update.now.active;
	return 0;
}

/* The number of steps is one that the verifier does not know: then it follows a step once, and not each. */
static inline void subject_bring_up(struct bw_task *task, const struct bw_generation *now, __u32 program)
{
	struct bw_updating updating = { .task = task };

	task->update.now = *now;
	task->update.program = program;
	task->update.parent = bw_header_of(now->active & 1)->parents && (program || !task->subject.parent);
	*(volatile __u32 *)&task->update.programs = task->update.program || task->update.parent ? 2 : 0;
	bpf_loop(*(volatile __u32 *)&task->update.programs, subject_find, &updating, 0);
	bpf_loop(1, subject_complete, &updating, 0);
}

#define SUBJECT_NO_ID ((__u32)-1) /* of no process: its identity is to be looked at */

/* Has something changed that only some rules ask about? */
static __noinline int subject_has_moved(struct bw_subject *subject, struct task_struct *thread, bw_set_t set)
{
	const struct bw_header *header = bw_header_of(set);
	const struct task_struct *parent = thread->real_parent;

	if (header->parents && (subject->parent != (__u64)parent || subject->parent_execs != parent->self_exec_id)) {
		subject->parent = 0;
		return 1;
	}
	if (header->capabilities && subject->capabilities != subject_capabilities(thread))
		return 1;
	return header->cgroups &&
	       (subject->cgroup != bpf_get_current_cgroup_id() ||
		subject->renamed != *(volatile __u32 *)&control.renamed || subject->apart != subject_is_apart(thread));
}

static inline __u32 subject_may_move(bw_set_t set)
{
	const struct bw_header *header = bw_header_of(set);

	return header->parents | header->cgroups | (header->capabilities != 0);
}

/* What is kept for the thread that asks. NULL: no memory for it. */
static inline struct bw_task *subject_task(void)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_task *task = bpf_task_storage_get(&tasks, thread, NULL, 0);

	return task ?: bpf_task_storage_get(&tasks, thread, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

/* Brings the traits of the thread that asks up to date. */
static inline void subject_refresh(struct bw_task *task, const struct bw_generation *now)
{
	struct task_struct *thread = bpf_get_current_task_btf();
	struct bw_subject *subject = &task->subject;
	bw_set_t set = now->active & 1;
	int stale = subject->active != now->active, moved;

	moved = subject_may_move(set) && subject_has_moved(subject, thread, set);
	if (!stale && !moved && subject->uid == thread->cred->euid.val && subject->gid == thread->cred->egid.val)
		return;
	subject_bring_up(task, now, stale);
}

#endif

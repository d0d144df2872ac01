/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What ran before: of each thread, the way from the first program that was seen to the one before its own.
 *
 * A way is a chain of entries in `lineages`, shared by all who went it: made when a process first starts another, or
 * runs another program in its own place; counted by the threads and the entries that point to it, and gone with the
 * last of them. It holds the paths of its programs, so that the agent can make its traits again when policies change,
 * whatever has become of the processes and files by then. While it does so, the traits of new entries are made in both
 * sets of tables.
 *
 * A way has each program once, since rules ask whether a program is in it and not how often: a script that calls itself
 * does not make it longer. What cannot be remembered leaves the thread and all that come from it with every trait for
 * denials and none for allows.
 */
#ifndef KERN_LINEAGE_H
#define KERN_LINEAGE_H

#include "noted.h"
#include "subject.h"

#define LINEAGE_CLOSED (1u << 31) /* in `refs`: it is being made, or its last holder has let go; nobody may take it */
#define LINEAGE_SALTS  4	  /* ids that an entry may have, should one that is closed stand at the first */
#define LINEAGE_TRIES  8	  /* of a hold, while other CPUs take theirs */

/* --- counting -------------------------------------------------------------------------------------------------- */

/*
 * Takes one more hold of an entry that is open. Returns -1 when it is not, or when others are too busy with it. To one
 * that is closed nobody writes but who closed it.
 */
static inline int lineage_take(struct bw_lineage *entry)
{
	__u32 i;

#pragma unroll
	for (i = 0; i < LINEAGE_TRIES; i++) {
		__u32 was = *(volatile __u32 *)&entry->refs;

		if (!was || was & LINEAGE_CLOSED)
			return -1;
		if (__sync_val_compare_and_swap(&entry->refs, was, was + 1) == was)
			return 0;
	}
	return -1;
}

/* The same of one that the caller does not hold by anything, by its id; 0 is no entry, and there for all. */
static inline int lineage_take_id(__u64 id)
{
	struct bw_lineage *entry = id ? bpf_map_lookup_elem(&lineages, &id) : NULL;

	return !id ? 0 : entry ? lineage_take(entry) : -1;
}

/* One more hold of an entry that the caller, or what it looks at, holds already. */
static inline void lineage_share(__u64 id)
{
	struct bw_lineage *entry = id ? bpf_map_lookup_elem(&lineages, &id) : NULL;

	if (entry)
		__sync_fetch_and_add(&entry->refs, 1);
}

static inline void lineage_remove(__u64 id)
{
	__u32 set;
	void *inner;

#pragma unroll
	for (set = 0; set < 2; set++) {
		__u32 at = set;

		inner = bpf_map_lookup_elem(&lineage_traits, &at);
		if (inner)
			bpf_map_delete_elem(inner, &id);
	}
	bpf_map_delete_elem(&lineages, &id);
}

/* Lets go of one entry; with the last hold it goes, and its own hold of the one before. */
static long lineage_let_one(__u32 i, void *context)
{
	__u64 *id = context, before;
	struct bw_lineage *entry = bpf_map_lookup_elem(&lineages, id);

	/* From 0 on nobody takes it any more. */
	if (!entry || __sync_fetch_and_add(&entry->refs, -1) != 1)
		return 1;
	before = entry->before;
	lineage_remove(*id);
	*id = before;
	return !before;
}

static __noinline int lineage_let(__u64 id)
{
	if (id)
		bpf_loop(BW_LINEAGE_DEPTH + 1, lineage_let_one, &id, 0);
	return 0;
}

/* --- the program that is added --------------------------------------------------------------------------------- */

static inline struct bw_lineage *lineage_entry(struct bw_scratch *scratch)
{
	return (struct bw_lineage *)scratch->record;
}

/* Names the program whose place has just been walked: by its inode and all components of its paths. */
static inline void lineage_name_program(struct bw_scratch *scratch, const struct inode *inode)
{
	const struct bw_walk *walk = &scratch->walk;
	struct bw_lineage *entry = lineage_entry(scratch);
	struct bw_noting noting = { .scratch = scratch, .n_inner = walk->n };

	place_key(inode, &entry->inode);
	noting.sum = noted_mix(entry->inode.ino, (__u64)entry->inode.dev << 32 | entry->inode.generation);
	noting.sum = noted_mix(noting.sum, (__u64)walk->n_in_mount << 32 | walk->n);
	bpf_loop(walk->n + walk->n_outer, noted_sum, &noting, 0);
	scratch->line.program = noting.sum;
}

#define LINEAGE_TEXT __builtin_offsetof(struct bw_lineage, text)

static inline void lineage_write_paths(struct bw_scratch *scratch)
{
	struct bw_lineage *entry = lineage_entry(scratch);
	struct bw_walk *walk = &scratch->walk;
	struct bw_noting noting = {
		.scratch = scratch,
		.n_inner = walk->n_in_mount,
		.at = LINEAGE_TEXT,
		.end = LINEAGE_TEXT + BW_LINEAGE_TEXT,
	};

	bpf_loop(walk->n_in_mount + walk->n_outer, noted_write, &noting, 0);
	entry->mounted = noting.at - LINEAGE_TEXT;
	noting.n_inner = walk->n;
	bpf_loop(walk->n, noted_write, &noting, 0);
	entry->stored = noting.at - LINEAGE_TEXT - entry->mounted;
	entry->flags = noting.failed || scratch->place.unknown ? BW_LINEAGE_CUT : 0;
	if (walk->mounted >= 0)
		entry->flags |= BW_LINEAGE_MOUNTED;
}

/* --- its traits ------------------------------------------------------------------------------------------------ */

/*
 * Makes the traits of a new entry in one set. Those of the entry before may be missing in a set that the agent is still
 * making: then it makes these too.
 */
static __noinline int lineage_make_traits(struct bw_scratch *scratch, bw_set_t set)
{
	struct bw_line *line = &scratch->line;
	struct bw_held *held = &line->held;
	__u32 ancestors = bw_header_of(set)->ancestors, at = set & 1;
	const struct bw_held *before = line->before ? bw_table_at(lineage_traits, set, &line->before) : NULL;
	void *inner = bpf_map_lookup_elem(&lineage_traits, &at);

	if (!ancestors || !inner || (line->before && !before))
		return 0;
	__builtin_memset(held, 0, sizeof(*held));
	if (before)
		*held = *before;
	if (scratch->place.unknown)
		subject_gain_all(held, set, ancestors);
	else
		subject_gain(held, &scratch->place, set, SUBJECT_ANCESTORS);
	bpf_map_update_elem(inner, &line->id, held, BPF_ANY);
	return 0;
}

/* --- the entry ------------------------------------------------------------------------------------------------- */

struct bw_line_search {
	__u64 id;
	__u64 program;
	__u32 depth;
	__u32 found;
};

static long lineage_is_program(__u32 i, void *context)
{
	struct bw_line_search *search = context;
	const struct bw_lineage *entry = bpf_map_lookup_elem(&lineages, &search->id);

	if (!entry)
		return 1;
	search->depth++;
	search->found = entry->program == search->program;
	search->id = entry->before;
	return search->found || !search->id;
}

/* Is the program in the way already? Returns -1 when the way has as many as there may be. */
static inline int lineage_has(struct bw_scratch *scratch)
{
	struct bw_line_search search = { .id = scratch->line.before, .program = scratch->line.program };

	if (search.id)
		bpf_loop(BW_LINEAGE_DEPTH, lineage_is_program, &search, 0);
	if (!search.found && search.depth >= BW_LINEAGE_DEPTH)
		return -1;
	lineage_entry(scratch)->depth = search.depth + 1;
	return search.found;
}

/* Looks for the entry of line->id, to hold it, or enters it. Returns 0 or 1; -1: another is at this id, or no room. */
static inline int lineage_enter(struct bw_scratch *scratch)
{
	struct bw_line *line = &scratch->line;
	struct bw_lineage *entry = bpf_map_lookup_elem(&lineages, &line->id);

	if (!entry)
		return bpf_map_update_elem(&lineages, &line->id, lineage_entry(scratch), BPF_NOEXIST) ? -1 : 1;
	if (entry->before != line->before || entry->program != line->program)
		return -1;
	return lineage_take(entry);
}

static long lineage_try_id(__u32 salt, void *context)
{
	struct bw_line *line = &((struct bw_loop *)context)->scratch->line;
	int r;

	/* The last is of this CPU alone, which makes one at a time. */
	if (salt == LINEAGE_SALTS)
		salt += bpf_get_smp_processor_id();
	line->id = noted_mix(noted_mix(line->before, line->program), salt) | 1;
	r = lineage_enter(((struct bw_loop *)context)->scratch);
	line->failed = r < 0;
	line->made = r == 1;
	return r >= 0;
}

/* Opens an entry for others, once it has its traits. The first hold of it is ours, and it holds the one before. */
static inline void lineage_open(const struct bw_line *line)
{
	struct bw_lineage *entry = bpf_map_lookup_elem(&lineages, &line->id);

	lineage_share(line->before);
	if (entry)
		__sync_fetch_and_add(&entry->refs, 1 - LINEAGE_CLOSED);
}

/* Makes the way that goes on from line->before by the program that has been walked, and holds it. Returns -1: it
 * cannot. */
static inline int lineage_go_on(struct bw_loop *loop)
{
	struct bw_scratch *scratch = loop->scratch;
	struct bw_line *line = &scratch->line;
	int has = lineage_has(scratch);

	if (has < 0)
		return -1;
	if (has) {
		line->id = line->before;
		lineage_share(line->id);
		return 0;
	}
	lineage_write_paths(scratch);
	lineage_entry(scratch)->before = line->before;
	lineage_entry(scratch)->program = line->program;
	lineage_entry(scratch)->refs = LINEAGE_CLOSED;
	bpf_loop(LINEAGE_SALTS + 1, lineage_try_id, loop, 0);
	return line->failed ? -1 : 0;
}

/* The traits of what was made, in the set in force and in the one that the agent is making. */
static inline void lineage_judge(struct bw_scratch *scratch, struct dentry *dentry, struct vfsmount *mount,
				 const struct inode *inode)
{
	__u64 marking = *(volatile __u64 *)&control.marking;

	lineage_make_traits(scratch, scratch->walk.set);
	if (marking) {
		place_walk(marking & 1, scratch, dentry, mount, inode);
		lineage_make_traits(scratch, marking & 1);
	}
	lineage_open(&scratch->line);
}

/* The way that goes on from `before`, which the caller holds, by a program. Returns -1 when it cannot be made. */
static inline int lineage_add_program(__u64 before, struct file *program, __u64 *ret)
{
	struct inode *inode = program->f_inode;
	struct dentry *dentry = program->f_path.dentry;
	struct vfsmount *mount = program->f_path.mnt;
	struct bw_scratch *scratch = scratch_claim();
	struct bw_loop loop = { .scratch = scratch };
	struct bw_line *line;
	int r = -1;

	if (!scratch)
		return -1;
	place_walk(*(volatile __u64 *)&control.active & 1, scratch, dentry, mount, inode);
	line = &scratch->line;
	line->before = before;
	line->made = 0;
	if (scratch->walk.n <= BW_PATH_DEPTH && scratch->walk.n_outer <= BW_PATH_DEPTH) {
		lineage_name_program(scratch, inode);
		r = lineage_go_on(&loop);
	}
	if (line->made)
		lineage_judge(scratch, dentry, mount, inode);
	*ret = line->id;
	scratch_release(scratch);
	return r;
}

/* --- threads --------------------------------------------------------------------------------------------------- */

static inline void lineage_forget(struct bw_task *task)
{
	struct bw_stats *counted = bw_stats_here();

	task->descent.flags |= DESCENT_BROKEN;
	if (counted)
		counted->forgotten++;
}

/*
 * Makes what the thread hands on, its own program included, unless that is there: a thread that was born with its
 * program has it in its lineage. An executable that is not the file that the thread was started from says nothing.
 */
static __noinline int lineage_for_children(struct bw_task *task, struct task_struct *thread)
{
	struct bw_descent *descent = &task->descent;
	struct mm_struct *mm = thread->mm;
	struct file *program = mm ? mm->exe_file : NULL;
	__u64 id = descent->lineage;

	if (descent->flags & DESCENT_MADE)
		return 0;
	if (descent->flags & DESCENT_INCLUDED || !program)
		lineage_share(id);
	else if (!subject_is_own(&task->subject, program->f_inode) || lineage_add_program(id, program, &id) < 0) {
		lineage_forget(task);
		return -1;
	}
	descent->children = id;
	descent->flags |= DESCENT_MADE;
	return 0;
}

/* A thread is born: of the same process, or of one that has what its maker hands on. */
static inline void lineage_inherit(struct bw_task *born, struct bw_task *maker, struct task_struct *thread,
				   __u32 same_process)
{
	const struct bw_descent *from = &maker->descent;

	if (!same_process)
		lineage_for_children(maker, thread);
	born->descent.lineage = same_process ? from->lineage : from->children;
	born->descent.flags = from->flags & (DESCENT_KNOWN | DESCENT_BROKEN);
	born->descent.flags |= same_process ? from->flags & DESCENT_INCLUDED : DESCENT_INCLUDED;
	lineage_share(born->descent.lineage);
}

/*
 * The lineage of a thread that was there before us, from its parent, which goes on meanwhile: nothing is written there,
 * and if it has become another the work is for the next time. Returns -1 then, 1 when it cannot be remembered.
 */
static __noinline int lineage_from_parent(struct bw_task *task, struct bw_task *maker, struct task_struct *thread,
					  struct task_struct *parent)
{
	__u64 before = *(volatile __u64 *)&maker->descent.lineage, id = before, execs = parent->self_exec_id;
	__u32 flags = *(volatile __u32 *)&maker->descent.flags;
	struct mm_struct *mm = parent->mm;
	struct file *program = mm ? mm->exe_file : NULL;
	int r = 0;

	if (lineage_take_id(before) < 0)
		return -1;
	if (!(flags & DESCENT_INCLUDED) && program) {
		r = lineage_add_program(before, program, &id);
		lineage_let(before);
	}
	if (r < 0)
		return 1;
	if (*(volatile __u64 *)&maker->descent.lineage != before || parent->self_exec_id != execs ||
	    thread->real_parent != parent) {
		lineage_let(id);
		return -1;
	}
	task->descent.lineage = id;
	return 0;
}

/* Another program runs in the thread: the one before it, which lineage_for_children() has added, is behind it now. */
static inline void lineage_leave(struct bw_task *task)
{
	struct bw_descent *descent = &task->descent;

	if (descent->flags & DESCENT_MADE) {
		lineage_let(descent->lineage);
		descent->lineage = descent->children;
		descent->children = 0;
	} else if (descent->flags & DESCENT_KNOWN && !(descent->flags & (DESCENT_INCLUDED | DESCENT_BROKEN))) {
		lineage_forget(task); /* the kernel did not run the program that adds it */
	}
	descent->flags &= DESCENT_KNOWN | DESCENT_BROKEN;
}

#endif

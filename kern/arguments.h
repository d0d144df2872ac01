/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Arguments of an exec -> traits: each is read from row header.arguments of the glob automaton, and the names by which
 * a box may be called, their components, from row header.applets.
 *
 * They are looked at twice. Before the point of no return they stand in the caller's memory only, where another thread
 * may change them after the kernel has copied them: what is seen there serves to refuse with an errno. When the new
 * program's memory is the thread's own, and nobody else has it yet, the strings in it are what the program will get.
 */
#ifndef KERN_ARGUMENTS_H
#define KERN_ARGUMENTS_H

#include "enforce.h"

#define ARGUMENTS_CHUNK 4096 /* a page: what is read at once does not reach into another */

enum {
	ARGUMENTS_READ,
	ARGUMENTS_UNREADABLE,
	ARGUMENTS_TOO_LONG,
};

struct arguments_loop {
	struct bw_scratch *scratch;
	struct bw_task *task; /* whose object gets the traits */
};

/* A byte of an argument that may be a name: only its last component counts. */
static inline void arguments_name(struct bw_arguments *reading, bw_set_t set, __u8 byte)
{
	const struct bw_header *header = bw_header_of(set);
	const __u32 *next;
	__u32 cell;

	if (byte == '/') {
		reading->name = header->applets;
		return;
	}
	if (!reading->name)
		return;
	cell = reading->name * header->glob_classes + header->glob_class[byte];
	next = bw_table_at(glob_cells, set, &cell);
	reading->name = next ? *next : 0;
}

/* The end of such an argument. The box's own name leaves it to the next; after another one an option alone counts. */
static inline void arguments_name_end(struct bw_task *task, bw_set_t set)
{
	struct bw_arguments *reading = &task->exec.arguments;
	__u32 row = reading->name;
	const __u32 *next = row ? bw_table_at(glob_rows, set, &row) : NULL;
	__u32 value = next ? *next : 0;

	if (value & reading->wanted)
		enforce_add_traits(task, value & BW_APPLET_TRAITS);
	if (reading->wanted == BW_APPLET_OPTION)
		reading->wanted = 0;
	else if (!(value & BW_APPLET_BOX))
		reading->wanted = BW_APPLET_OPTION;
	reading->name = bw_header_of(set)->applets;
}

/* Has all been read that is asked for, and what an event shows? */
static inline int arguments_suffice(const struct bw_arguments *reading)
{
	return !reading->wanted && !(reading->asked & BW_LABEL_ARGUMENTS) && reading->size > BW_TEXT_ARGS;
}

static long arguments_byte(__u32 i, void *context)
{
	struct arguments_loop *loop = context;
	struct bw_task *task = loop->task;
	struct bw_arguments *reading = &task->exec.arguments;
	bw_set_t set = task->request.now.active & 1;
	const struct bw_header *header = bw_header_of(set);
	__u8 byte = loop->scratch->record[i & (ARGUMENTS_CHUNK - 1)];
	__u32 row = reading->row, cell;
	const __u32 *next;

	reading->size++;
	if (arguments_suffice(reading)) {
		reading->count = 0;
		return 1;
	}
	if (!byte) {
		next = row ? bw_table_at(glob_rows, set, &row) : NULL;
		if (next)
			enforce_add_traits(task, *next);
		reading->row = header->arguments;
		reading->count--;
		if (reading->wanted)
			arguments_name_end(task, set);
		return reading->count ? 0 : 1;
	}
	if (reading->wanted)
		arguments_name(reading, set, byte);
	if (!row)
		return 0;
	cell = row * header->glob_classes + header->glob_class[byte];
	next = bw_table_at(glob_cells, set, &cell);
	reading->row = next ? *next : 0;
	return 0;
}

/* Takes the next pointer of the caller's list. Returns 0 at its end, and when it cannot be read. */
static inline __u64 arguments_next(struct bw_arguments *reading)
{
	__u64 at = 0;

	reading->result = ARGUMENTS_UNREADABLE;
	if (bpf_probe_read_user(&at, sizeof(at), (void *)reading->list))
		return 0;
	reading->list += sizeof(at);
	reading->result = at ? ARGUMENTS_TOO_LONG : ARGUMENTS_READ;
	return at;
}

/* A piece of the caller's arguments, found by its list of pointers. */
static long arguments_by_pointer(__u32 i, void *context)
{
	struct arguments_loop *loop = context;
	struct bw_arguments *reading = &loop->task->exec.arguments;
	__u64 at = reading->at ?: arguments_next(reading);
	long size;

	if (!at)
		return 1;
	size = bpf_probe_read_user_str(loop->scratch->record, ARGUMENTS_CHUNK, (void *)at);
	if (size <= 0) {
		reading->result = ARGUMENTS_UNREADABLE;
		return 1;
	}
	reading->at = 0;
	if (size >= ARGUMENTS_CHUNK) { /* the helper ended it */
		size = ARGUMENTS_CHUNK - 1;
		reading->at = at + size;
	}
	if (reading->left < size)
		return 1;
	reading->left -= size;
	bpf_loop(size, arguments_byte, loop, 0);
	if (reading->count)
		return 0;
	reading->result = ARGUMENTS_READ;
	return 1;
}

/* A page of arguments that stand one behind another. */
static long arguments_by_page(__u32 i, void *context)
{
	struct arguments_loop *loop = context;
	struct bw_arguments *reading = &loop->task->exec.arguments;
	__u64 size = ARGUMENTS_CHUNK - (reading->at & (ARGUMENTS_CHUNK - 1));

	if (size > reading->left)
		size = reading->left;
	if (!size)
		return 1;
	if (bpf_probe_read_user(loop->scratch->record, bw_bound(size, 2 * ARGUMENTS_CHUNK - 1), (void *)reading->at)) {
		reading->result = ARGUMENTS_UNREADABLE;
		return 1;
	}
	reading->at += size;
	reading->left -= size;
	bpf_loop(size, arguments_byte, loop, 0);
	if (reading->count)
		return 0;
	reading->result = ARGUMENTS_READ;
	return 1;
}

static inline void arguments_start(struct bw_task *task, __u32 count)
{
	struct bw_arguments *reading = &task->exec.arguments;
	const struct bw_header *header = bw_header_of(task->request.now.active & 1);

	reading->list = 0;
	reading->at = 0;
	reading->left = BW_ARGUMENTS_MAX;
	reading->count = count;
	reading->row = header->arguments;
	reading->name = header->applets;
	reading->wanted = reading->asked & BW_LABEL_APPLET ? ~0u : 0;
	reading->result = ARGUMENTS_TOO_LONG;
	reading->size = 0;
}

/*
 * Adds the traits of what the thread hands to the execve(2) or execveat(2) that it is in. `exec.arguments.asked` says
 * what is to be read. Returns ARGUMENTS_*.
 */
static __noinline int arguments_of_caller(struct bw_task *task)
{
	const struct pt_regs *registers = (const struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct arguments_loop loop = { .task = task };
	unsigned long call = registers->orig_ax;
	__u64 list = call == BW_NR_EXECVE ? registers->si : call == BW_NR_EXECVEAT ? registers->dx : 0;

	loop.scratch = list ? scratch_claim() : NULL;
	if (!loop.scratch)
		return ARGUMENTS_UNREADABLE;
	arguments_start(task, ~0u);
	task->exec.arguments.list = list;
	bpf_loop(2 * BW_ARGUMENTS_MAX, arguments_by_pointer, &loop, 0);
	scratch_release(loop.scratch);
	return task->exec.arguments.result;
}

/* The same of a program that is about to begin: `count` arguments from address `at` on. */
static __noinline int arguments_of_program(struct bw_task *task, __u64 at, __u32 count)
{
	struct arguments_loop loop = { .task = task };

	arguments_start(task, count);
	if (!count)
		return ARGUMENTS_READ;
	loop.scratch = scratch_claim();
	if (!loop.scratch)
		return ARGUMENTS_UNREADABLE;
	task->exec.arguments.at = at;
	bpf_loop(BW_ARGUMENTS_MAX, arguments_by_page, &loop, 0);
	scratch_release(loop.scratch);
	return task->exec.arguments.result;
}

#endif

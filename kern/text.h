/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Texts of events: a path as the kernel walks it, from the leaf up; arguments out of a process's memory. For people and
 * never for a decision.
 *
 * Each is appended to what stands in scratch->event, at scratch->writing.at. There is room for the longest text behind
 * the last offset that TEXT_MASK lets through.
 */
#ifndef KERN_TEXT_H
#define KERN_TEXT_H

#include "place.h"

#define TEXT_MASK (BW_RECORD_MAX - 1)
#define TEXT_PAGE 4096

_Static_assert(sizeof(struct bw_ancestor) + BW_TEXT_PATH + BW_TEXT_ARGS <= BW_RECORD_MORE,
	       "the longest text at the last offset is within the record");

/* --- paths ----------------------------------------------------------------------------------------------------- */

/* One component and a NUL. */
static long text_component(__u32 i, void *context)
{
	struct bw_scratch *scratch = ((struct bw_loop *)context)->scratch;
	struct bw_writing *writing = &scratch->writing;
	__u64 at = writing->at, length;

	if (writing->mount && writing->dentry == writing->root)
		return place_cross(&writing->mount, &writing->root, &writing->dentry);
	bw_read(writing->parent, struct dentry, writing->dentry, d_parent);
	bw_read(writing->name, struct dentry, writing->dentry, d_name);
	if (!writing->parent || writing->parent == writing->dentry)
		return 1;
	length = writing->name.len;
	bw_bound(length, 0xff);
	if (at + length + 1 > writing->end) {
		writing->cut = BW_SPAN_CUT;
		return 1;
	}
	if (bpf_probe_read_kernel(&scratch->event[bw_bound(at, TEXT_MASK)], length, writing->name.name))
		return 1;
	at += length;
	scratch->event[bw_bound(at, TEXT_MASK)] = 0;
	writing->at = at + 1;
	writing->dentry = writing->parent;
	return 0;
}

/* Appends a path of at most BW_TEXT_PATH bytes that ends before `end`. Its mount may be 0: not known. */
static inline void text_path(struct bw_loop *loop, __u64 dentry, __u64 mount, __u32 end)
{
	struct bw_writing *writing = &loop->scratch->writing;
	__u64 start = writing->at;

	writing->cut = 0;
	writing->end = start + BW_TEXT_PATH < end ? start + BW_TEXT_PATH : end;
	writing->dentry = dentry;
	writing->mount = mount ? place_mount_of((void *)mount) : 0;
	if (!dentry)
		return;
	if (writing->mount)
		bw_read(writing->root, struct mount, writing->mount, mnt.mnt_root);
	bpf_loop(BW_WALK_MAX, text_component, loop, 0);
	if (writing->at == start && start < writing->end) { /* the root itself: one empty component */
		loop->scratch->event[bw_bound(start, TEXT_MASK)] = 0;
		writing->at++;
	}
}

/* Appends the path of the program that a thread runs, by the thread's address. */
static inline void text_program(struct bw_loop *loop, __u64 thread, __u32 end)
{
	struct bw_writing *writing = &loop->scratch->writing;

	writing->file = 0;
	writing->path.dentry = NULL;
	bw_read(writing->mm, struct task_struct, thread, mm);
	if (writing->mm)
		bw_read(writing->file, struct mm_struct, writing->mm, exe_file);
	if (writing->file)
		bw_read(writing->path, struct file, writing->file, f_path);
	text_path(loop, (__u64)writing->path.dentry, (__u64)writing->path.mnt, end);
}

/* --- memory of the current process ----------------------------------------------------------------------------- */

/* A page at a time, since one may be there and the next not. */
static long text_page(__u32 i, void *context)
{
	struct bw_scratch *scratch = ((struct bw_loop *)context)->scratch;
	struct bw_writing *writing = &scratch->writing;
	__u64 size = TEXT_PAGE - (writing->from & (TEXT_PAGE - 1)), at = writing->at;

	if (size > writing->left)
		size = writing->left;
	asm volatile("" : "+r"(size));
	if (!size || size > TEXT_PAGE)
		return 1;
	if (bpf_probe_read_user(&scratch->event[bw_bound(at, TEXT_MASK)], size, (void *)writing->from))
		return 1;
	writing->from += size;
	writing->left -= size;
	writing->at += size;
	return 0;
}

/* Appends up to BW_TEXT_ARGS of the `size` bytes from address `from` on. Returns how many. */
static inline __u32 text_memory(struct bw_loop *loop, __u64 from, __u64 size)
{
	struct bw_writing *writing = &loop->scratch->writing;
	__u32 start = writing->at;

	writing->from = from;
	writing->left = size < BW_TEXT_ARGS ? size : BW_TEXT_ARGS;
	if (from)
		bpf_loop(1 + BW_TEXT_ARGS / TEXT_PAGE, text_page, loop, 0);
	return writing->at - start;
}

/* One argument out of a list of pointers. */
static long text_argument(__u32 i, void *context)
{
	struct bw_scratch *scratch = ((struct bw_loop *)context)->scratch;
	struct bw_writing *writing = &scratch->writing;
	__u64 argument = 0, at = writing->at, room = writing->end - writing->at;
	long size;

	if (bpf_probe_read_user(&argument, sizeof(argument), (void *)writing->from) || !argument)
		return 1;
	writing->from += sizeof(argument);
	asm volatile("" : "+r"(room));
	if (!room || room > BW_TEXT_ARGS + 1)
		return 1;
	size = bpf_probe_read_user_str(&scratch->event[bw_bound(at, TEXT_MASK)], room, (void *)argument);
	if (size <= 0)
		return 1;
	writing->at += size;
	return writing->at >= writing->end;
}

/* Appends the strings of a list of pointers, up to BW_TEXT_ARGS bytes; writing->cut says whether there are more. */
static inline void text_arguments(struct bw_loop *loop, __u64 list)
{
	struct bw_writing *writing = &loop->scratch->writing;

	writing->from = list;
	writing->end = writing->at + BW_TEXT_ARGS + 1; /* a byte more: what reaches it is cut */
	writing->cut = 0;
	bpf_loop(BW_TEXT_ARGS + 1, text_argument, loop, 0);
	if (writing->at < writing->end)
		return;
	writing->at--;
	writing->cut = BW_SPAN_CUT;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is asked at a hook: may the current thread do this to the object at that place?
 */
#ifndef KERN_REQUEST_H
#define KERN_REQUEST_H

#include "kernel.h"
#include <bulwark/abi.h>

typedef __u32 bw_set_t; /* a set of tables: 0 or 1 */

/* As in bw_control: read once at the start of a request, so that all of it is answered from one set of tables. */
struct bw_generation {
	__u64 active;
	__u64 paths;
};

/* The labels of a place. Narrow numbers: it stands on the stack of every hook. */
struct bw_place {
	__u16 label[2];
	__u16 kept[BW_KEPT_MAX]; /* labels beside those that the file keeps from other names; 0: none. See keep.h */
	__u8 views;		 /* labels above that are known: 0, 1 or 2 */
	__u8 n_kept;
	__u8 unknown;  /* 1: there may be rules for this place, but it cannot be told */
	__u8 internal; /* 1: opened by a file system for itself, below one that the process sees */
};

_Static_assert(BW_LABELS_MAX <= 1 << 16, "a label fits");

/*
 * The object of a request for its event is told by addresses, which only the report follows: `dentry` and `mount`
 * of a file or of a unix socket's path, `inode` of a file that exists, `name` of an abstract socket or of what a
 * facility is used on.
 */
struct bw_request {
	struct bw_generation now;
	struct bw_place place;
	__u8 operation;
	__u8 hook;
	__u8 kind;	   /* enum bw_object_kind */
	__u8 no_default;   /* as in bw_question */
	__u8 default_slot; /* as in bw_question; 0: the operation's own */
	__u8 has_traits;   /* bw_task.object holds traits for this question */
	__u8 name_size;
	__u8 memory; /* of an exec: the file has no name */
	__u64 dentry;
	__u64 mount; /* 0: not known */
	union {
		__u64 inode;
		__u64 name;
	};
	__u32 digest; /* of an exec: the trait set of the file's digest */
	__u32 owner;  /* the trait set of who owns the file, or of who does not; 0: no rule asks */
};

#endif

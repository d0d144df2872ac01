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

/* The labels of a place. */
struct bw_place {
	__u32 label[2];
	__u32 mark;    /* label that the file keeps from another name; 0: none. See label.h */
	__u8 views;    /* labels above that are known: 0, 1 or 2 */
	__u8 unknown;  /* 1: there may be rules for this place, but it cannot be told */
	__u8 internal; /* 1: opened by a file system for itself, below one that the process sees */
	__u8 _pad;
};

/*
 * The object of a request for its event is told by addresses, which only the report follows: `dentry` and `mount`
 * of a file or of a unix socket's path, `inode` of a file that exists, `name` of an abstract socket.
 */
struct bw_request {
	struct bw_generation now;
	struct bw_place place;
	__u32 operation;
	__u8 hook;
	__u8 kind;	 /* enum bw_object_kind */
	__u8 no_default; /* as in bw_question */
	__u8 name_size;
	__u64 dentry;
	__u64 mount; /* 0: not known */
	union {
		__u64 inode;
		__u64 name;
	};
};

#endif

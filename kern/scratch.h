/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Working memory too large for the stack: the components of a path, the record of an event.
 *
 * A program does not migrate, but a kernel that preempts may run a second one on the same CPU before the
 * first is done. So each CPU has several slots and a program claims a free one; when there is none the
 * operation is undecided. Never shared, never waited for.
 */
#ifndef KERN_SCRATCH_H
#define KERN_SCRATCH_H

#include "maps.h"
#include <bulwark/hash.h>

#define BW_SCRATCH_SLOTS 4
#define BW_NAME_ROOM	 256 /* BW_COMPONENT_MAX and room to read whole words */

/* One path component: its hash, and where its text stands while RCU keeps it. */
struct bw_component {
	__u64 hash;
	__u64 name;
	__u64 length;
};

/*
 * A walk on its way. It stands here and not on the stack, of which a program has 512 bytes for all its calls, and
 * because the verifier follows every value on the stack but none in a map.
 */
struct bw_walk {
	/* up, from the leaf to the root of its file system */
	__u32 n;	  /* components so far */
	__u32 n_in_mount; /* of these, below the mount's root */
	__u32 in_mount;	  /* 1: the mount's root was met */
	__u32 at_top;
	__u32 error;
	/* up, from the mount to the root of its namespace: addresses */
	__u32 n_outer;
	__u64 mount;
	__u64 root;
	__u64 dentry;
	__u64 parent;
	struct qstr name;
	/* down: the automaton */
	__u32 outer; /* 1: it reads the components of `outer` */
	__u32 top;   /* the next component to read, from the root down, plus one */
	__u32 state;
	__u32 sink; /* nothing below can change the state any more */
	__u32 row;  /* of the globs */
	__u32 set;
	struct bw_hash_state hash; /* of a component */
};

struct bw_scratch {
	__u32 busy;
	__u32 _pad;
	struct bw_walk walk;
	struct bw_place place; /* what the walk found */
	struct bw_inode_key key;
	struct bw_component inner[BW_PATH_DEPTH]; /* within the file's own file system, from the leaf up */
	struct bw_component outer[BW_PATH_DEPTH]; /* above the mount that it is in, from there up */
	char name[BW_NAME_ROOM];
	char record[2 * BW_RECORD_MAX]; /* twice, so that one mask bounds any offset within */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, BW_SCRATCH_SLOTS);
	__type(key, __u32);
	__type(value, struct bw_scratch);
} scratches SEC(".maps");

static inline struct bw_scratch *scratch_claim(void)
{
	struct bw_scratch *scratch;
	__u32 i;

	for (i = 0; i < BW_SCRATCH_SLOTS; i++) {
		__u32 slot = i;

		scratch = bpf_map_lookup_elem(&scratches, &slot);
		if (scratch && !__sync_val_compare_and_swap(&scratch->busy, 0, 1))
			return scratch;
	}
	return NULL;
}

/* What a callback of bpf_loop() is handed: that must be on the stack. */
struct bw_loop {
	struct bw_scratch *scratch;
	struct dentry *dentry; /* place_climb_inner */
	struct dentry *mount_root;
};

static inline void scratch_release(struct bw_scratch *scratch)
{
	__sync_lock_test_and_set(&scratch->busy, 0);
}

#endif

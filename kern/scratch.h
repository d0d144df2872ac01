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
#define BW_NAME_ROOM	 256  /* BW_COMPONENT_MAX and room to read whole words */
#define BW_NOTED_MAX	 4096 /* a mask bounds any offset of a record, and as much fits behind the last one */
#define BW_RECORD_MORE	 6144 /* what fits behind the last offset of an event: its head and the longest text */

/* One path component: its hash, and where its text stands while RCU keeps it. */
struct bw_component {
	__u64 hash;
	__u64 name;
	__u64 length;
};

/* A mark met on the way up: of the file itself or of a folder above it. */
struct bw_passed {
	struct bw_inode_key key;
	__u64 origin; /* as in bw_mark */
	__u32 state;  /* as in bw_mark */
	__u32 below;  /* components below the marked inode, in its list */
	__u32 outer;  /* 1: the list is `outer`, and those of `inner` in the mount are below too */
	__u32 _pad;
	__s64 found; /* state of the place that was walked, when the automaton goes on from there; or PLACE_UNKNOWN */
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
	__u32 alias;	/* 1: climbs `outer` within one file system, to its root */
	__u32 moved;	/* 1: marks of folders are looked for */
	__u32 n_passed; /* of scratch.passed; more than there is room for: the place is unknown */
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
	__u32 stored_known;	   /* 1: the node mounts the file system */
	__u32 same;		   /* 1: both views are the same */
	__s64 mounted;		   /* state of the view as mounted, or PLACE_*; before: that of the mount */
	__s64 stored;		   /* the same, as stored */
	struct bw_hash_state hash; /* of a component */
};

/* What the place that a file is about to take holds already, and what is made of the one that it leaves: keep.h. */
struct bw_keeping {
	__u32 set;
	__u32 folder;		      /* 1: it is about a folder */
	__u32 after[1 + BW_KEPT_MAX]; /* states of the place to come; BW_STATE_DEAD: none */
	__u32 failed;
	__u32 quiet; /* 1: the path need not be noted */
	struct bw_inode_key key;
	struct bw_origin_key origin;
	struct bw_marks fresh;
};

/* An entry of `lineages` on its way: lineage.h. Its value stands in scratch.record. */
struct bw_line {
	__u64 id;
	__u64 before;
	__u64 program;
	__u32 failed;
	__u32 made; /* 1: by us, and closed till it has its traits */
	struct bw_held held;
};

/* A text on its way into scratch.event: text.h. */
struct bw_writing {
	__u64 dentry; /* of a path: addresses */
	__u64 mount;  /* 0: not known */
	__u64 root;
	__u64 from; /* of a process's memory: the next byte, or the next pointer of a list */
	__u64 left; /* bytes of it */
	__u32 at;   /* next byte of scratch.event */
	__u32 end;  /* one past the last that may be written */
	__u32 cut;  /* BW_SPAN_CUT: there was no room for all of it */
	__u32 _pad;
	__u64 parent; /* what is read on the way: here and not on the stack */
	struct qstr name;
	struct path path;
	__u64 mm;
	__u64 file;
};

/* The ancestors of who asks, on their way into its event: ancestry.h. */
struct bw_ancestry {
	__u64 record; /* of the next one: a reference as of run.h; 0: none */
	__u64 living; /* the next one that still lives: address of a thread; 0: none */
	__u64 end;    /* one past the last byte of scratch.event that the next one may have */
	__u64 leader; /* what is read of a thread: here and not on the stack */
	__u64 start;
	__u32 pid;
	__u32 _pad;
};

struct bw_scratch {
	__u32 busy;
	__u32 _pad;
	struct bw_walk walk;
	struct bw_place place; /* what the walk found */
	struct bw_inode_key key;
	struct bw_passed passed[BW_KEPT_MAX];
	struct bw_keeping keeping;
	struct bw_line line;
	struct bw_writing writing;
	struct bw_ancestry ancestry;
	struct bw_origin_key folder;
	union {
		struct {
			struct bw_component inner[BW_PATH_DEPTH]; /* in the file's own file system, from the leaf up */
			struct bw_component outer[BW_PATH_DEPTH]; /* above the mount that it is in, from there up */
			char name[BW_NAME_ROOM];
			char record[2 * BW_NOTED_MAX]; /* a value of a map on its way; arguments that are judged */
		};
		char event[BW_RECORD_MAX + BW_RECORD_MORE]; /* while no path is walked */
	};
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

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All maps, in one room.
 *
 * A table (see include/bulwark/abi.h) is an array of two maps, one for each set; the agent makes the inner
 * maps as large as the policies need, fills them, and flips `control.active`. The inner maps here are only
 * the patterns that the agent's maps must fit.
 */
#ifndef KERN_MAPS_H
#define KERN_MAPS_H

#include "request.h"
#include <bulwark/decision.h>

#define BW_INNER_ARRAY(value_type, flags)                   \
	struct {                                            \
		__uint(type, BPF_MAP_TYPE_ARRAY);           \
		__uint(max_entries, 1);                     \
		__uint(map_flags, BPF_F_INNER_MAP | flags); \
		__uint(key_size, sizeof(__u32));            \
		__uint(value_size, sizeof(value_type));     \
	}

#define BW_INNER_HASH(key_type, value_type)             \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_HASH);        \
		__uint(max_entries, 1);                 \
		__uint(key_size, sizeof(key_type));     \
		__uint(value_size, sizeof(value_type)); \
	}

#define BW_INNER_GROWING(key_type, value_type)          \
	struct {                                        \
		__uint(type, BPF_MAP_TYPE_HASH);        \
		__uint(max_entries, 1);                 \
		__uint(map_flags, BPF_F_NO_PREALLOC);   \
		__uint(key_size, sizeof(key_type));     \
		__uint(value_size, sizeof(value_type)); \
	}

#define BW_INNER_TRIE(key_type)                       \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);  \
		__uint(max_entries, 1);               \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__uint(key_size, sizeof(key_type));   \
		__uint(value_size, sizeof(__u32));    \
	}

#define BW_TABLE(name, inner)                             \
	struct {                                          \
		__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
		__uint(max_entries, 2);                   \
		__type(key, __u32);                       \
		__array(values, inner);                   \
	} name SEC(".maps")

typedef BW_INNER_ARRAY(struct bw_state, 0) bw_inner_states;
typedef BW_INNER_HASH(struct bw_edge, __u32) bw_inner_edges;
typedef BW_INNER_ARRAY(__u32, 0) bw_inner_numbers;
typedef BW_INNER_ARRAY(struct bw_label, 0) bw_inner_labels;
typedef BW_INNER_ARRAY(struct bw_rule, 0) bw_inner_rules;
typedef BW_INNER_ARRAY(struct bw_policy, BPF_F_MMAPABLE) bw_inner_policies;
typedef BW_INNER_ARRAY(struct bw_traits, 0) bw_inner_trait_sets;
typedef BW_INNER_ARRAY(struct bw_id_range, 0) bw_inner_id_ranges;
typedef BW_INNER_TRIE(struct bw_prefix4) bw_inner_networks4;
typedef BW_INNER_TRIE(struct bw_prefix6) bw_inner_networks6;
typedef BW_INNER_ARRAY(struct bw_network, 0) bw_inner_networks;
typedef BW_INNER_ARRAY(struct bw_port_range, 0) bw_inner_port_ranges;
typedef BW_INNER_GROWING(struct bw_inode_key, __u32) bw_inner_marks;
typedef BW_INNER_GROWING(__u32, __u32) bw_inner_filesystems;
typedef BW_INNER_ARRAY(struct bw_counter, 0) bw_inner_counters;

BW_TABLE(states, bw_inner_states);
BW_TABLE(edges, bw_inner_edges);
BW_TABLE(glob_rows, bw_inner_numbers);
BW_TABLE(glob_cells, bw_inner_numbers);
BW_TABLE(labels, bw_inner_labels);
BW_TABLE(rules, bw_inner_rules);
BW_TABLE(policies, bw_inner_policies);
BW_TABLE(trait_sets, bw_inner_trait_sets);
BW_TABLE(id_ranges, bw_inner_id_ranges);
BW_TABLE(networks4, bw_inner_networks4);
BW_TABLE(networks6, bw_inner_networks6);
BW_TABLE(networks, bw_inner_networks);
BW_TABLE(port_ranges, bw_inner_port_ranges);
BW_TABLE(marks, bw_inner_marks);
BW_TABLE(filesystems, bw_inner_filesystems);
BW_TABLE(counters, bw_inner_counters);

/* Counters that belong to no rule. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bw_stats);
} stats SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, BW_RING_BYTES);
} events SEC(".maps");

/* What is remembered of an inode: the labels that its name led to, and all that they were derived from. See label.h. */
struct bw_inode_cache {
	__u64 version; /* odd while it is being written */
	__u64 active;
	__u64 paths;
	__u64 dentry;
	__u64 parent;
	__u64 mount;
	__u64 name;   /* the kernel's own hash and length */
	__u64 folder; /* inode number of the parent */
	__u64 value;
};

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct bw_inode_cache);
} inodes SEC(".maps");

/* Who a thread is: see subject.h. */
struct bw_subject {
	__u64 active;		     /* the traits below are of this set of tables; 0: none yet */
	struct bw_inode_key program; /* the file it runs, as of its exec; all zero: not seen */
	struct bw_place place;	     /* of that file, by the same set of tables */
	__u32 uid;		     /* of which the traits are */
	__u32 gid;
	struct bw_traits any;
	struct bw_traits all;
};

/*
 * What is kept for a thread. Its request and their decision are worked on here too: the memory is the thread's
 * own, so that neither another CPU nor a program that preempts this one touches it, and the verifier does not
 * follow every value that they can take.
 */
struct bw_task {
	struct bw_subject subject;
	struct bw_request request;
	struct bw_event_object endpoint; /* of a request of kind BW_OBJECT_INET */
	struct bw_decision decision;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct bw_task);
} tasks SEC(".maps");

/* Labels of endpoints seen before: an exact cache in front of the tries. */
struct bw_endpoint_key {
	__u64 active;
	__u8 address[16];
	__u16 port;
	__u8 protocol;
	__u8 family;
	__u32 _pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct bw_endpoint_key);
	__type(value, __u32);
} endpoints SEC(".maps");

/* The one map that flips; the agent maps it into its memory. */
struct bw_control control SEC(".data.control") = {};

#endif

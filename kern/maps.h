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
typedef BW_INNER_HASH(struct bw_socket, __u32) bw_inner_sockets;
typedef BW_INNER_GROWING(struct bw_inode_key, struct bw_marks) bw_inner_marks;
typedef BW_INNER_GROWING(__u32, __u32) bw_inner_filesystems;
typedef BW_INNER_ARRAY(struct bw_counter, 0) bw_inner_counters;
typedef BW_INNER_HASH(struct bw_digest, __u32) bw_inner_digests;

typedef BW_INNER_GROWING(__u64, struct bw_held) bw_inner_lineage_traits;
typedef BW_INNER_GROWING(__u64, struct bw_cgroup) bw_inner_cgroups;

/* For the agent alone, and for the one that comes after it: who the numbers of the set are. */
typedef BW_INNER_ARRAY(struct bw_names, 0) bw_inner_names;

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
BW_TABLE(sockets, bw_inner_sockets);
BW_TABLE(marks, bw_inner_marks);
BW_TABLE(filesystems, bw_inner_filesystems);
BW_TABLE(counters, bw_inner_counters);
BW_TABLE(digests, bw_inner_digests);
BW_TABLE(lineage_traits, bw_inner_lineage_traits);
BW_TABLE(cgroups, bw_inner_cgroups);
BW_TABLE(names, bw_inner_names);

/* The paths that marked inodes had: of all sets of tables, since from it the marks of the next one are made. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BW_ORIGINS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bw_origin_key);
	__type(value, struct bw_origin);
} origins SEC(".maps");

/* The ways from program to program that threads have behind them: see lineage.h. Of all sets, like `origins`. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BW_LINEAGES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct bw_lineage);
} lineages SEC(".maps");

/* Maps, programs and links of bulwark's own: guard_agent.h. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, BW_GUARDED_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct bw_guarded);
	__type(value, __u32);
} guarded SEC(".maps");

/* Counters that belong to no rule. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bw_stats);
} stats SEC(".maps");

/* Events that were too many, by the hash of what they have in common: fold.h. The agent takes counts out of its own
 * memory. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BW_FOLDS_MAX);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct bw_fold);
} folds SEC(".maps");

/* Runs of programs that have started others, each in the first slot that is free and large enough: see run.h. */
struct bw_run_slot {
	__u64 version; /* odd while it is being written */
	__u64 maker;   /* reference to the run that started the process; 0: not known */
	char run[];    /* struct bw_ancestor and its texts */
};

#define BW_RUN_LONG (sizeof(struct bw_ancestor) + BW_TEXT_PATH + BW_TEXT_ARGS)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BW_RUNS_SHORT);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bw_run_slot) + BW_RUN_SHORT);
} runs_short SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BW_RUNS_LONG);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bw_run_slot) + BW_RUN_LONG);
} runs_long SEC(".maps");

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
	__u64 active; /* this and what follows up to `held` are struct bw_standing */
	__u32 uid;
	__u32 gid;
	struct bw_held held;
	struct bw_inode_key program; /* the file it runs, as of its exec; all zero: not seen */
	struct bw_place place;	     /* of that file, by the same set of tables */
	__u64 capabilities;	     /* effective; where rules ask for them */
	__u64 cgroup;		     /* where rules ask; 0: to be looked at again */
	__u32 apart;		     /* 1: in a mount or pid namespace of its own, as of then */
	__u32 renamed;		     /* as in bw_control, then */
	__u64 parent;		     /* address of the parent, where rules ask for its program */
	__u64 parent_execs;
	struct bw_place parent_place; /* of its program */
};

_Static_assert(__builtin_offsetof(struct bw_subject, held) == __builtin_offsetof(struct bw_standing, held) &&
		       __builtin_offsetof(struct bw_subject, gid) == __builtin_offsetof(struct bw_standing, gid),
	       "the agent reads it");

/* What of a subject is to be brought up to date: see subject.h. */
struct bw_update {
	struct bw_generation now;
	__u32 program;	/* 1: where its program is */
	__u32 parent;	/* 1: where that of its parent is */
	__u32 programs; /* how many are to be looked at */
	__u32 _pad;
};

enum {
	DESCENT_KNOWN = 1 << 0,	   /* `lineage` is */
	DESCENT_INCLUDED = 1 << 1, /* the program that runs is in it: the thread was born with that */
	DESCENT_MADE = 1 << 2,	   /* `children` is there */
	DESCENT_BROKEN = 1 << 3,   /* there was no room for it, or for that of one that it comes from */
};

/* What ran before the program that a thread runs: see lineage.h. */
struct bw_descent {
	__u64 lineage;	/* key of `lineages`; 0: nothing ran before */
	__u64 children; /* the same for what the thread starts, its own program included */
	__u32 flags;	/* DESCENT_* */
	__u32 _pad;
};

/* References to records of runs: see run.h. */
struct bw_runs {
	__u64 maker; /* the run that started the process; 0: not known */
	__u64 own;   /* what it runs itself, once it has started others; kept with the first thread */
};

/* One file of an exec whose rules ask for arguments: what was asked, and what was said. */
struct bw_stage {
	struct bw_request request;
	struct bw_outcome outcome[BW_OUTCOMES_MAX];
	__u32 n;
	__u32 _pad;
};

/* Arguments being read: see arguments.h. Not on the stack, where the verifier would follow every number. */
struct bw_arguments {
	__u64 list;  /* address of the next pointer to an argument */
	__u64 at;    /* address of the next byte; 0: take the next pointer */
	__u32 left;  /* bytes that may still be read */
	__u32 count; /* arguments still to be read */
	__u32 row;
	__u32 result; /* ARGUMENTS_* */
	__u32 size;   /* bytes of the arguments so far */
	__u32 name;   /* row of the component that may be a box's or applet's name */
	__u32 wanted; /* BW_APPLET_*: what of such a name counts in this argument; 0: nothing more does */
	__u32 asked;  /* BW_LABEL_*: for whom they are read */
};

/* An exec on its way: see exec.h. */
struct bw_exec {
	struct bw_inode_key file; /* that `digest` is of */
	struct bw_digest digest;
	__u32 digested; /* 1: it is there, and was not used yet */
	__u32 n;	/* stages to be asked about again */
	__u64 start;	/* where the arguments of the new program stand, for its event */
	struct bw_arguments arguments;
	struct bw_stage stage[8]; /* BW_STAGES_MAX, and a power of two */
};

/*
 * What is kept for a thread. Its request and their decision are worked on here too: the memory is the thread's
 * own, so that neither another CPU nor a program that preempts this one touches it, and the verifier does not
 * follow every value that they can take.
 */
struct bw_task {
	struct bw_subject subject; /* first: struct bw_standing */
	struct bw_update update;
	struct bw_descent descent;
	struct bw_request request;
	__u64 judged[2];		 /* dentries that path hooks have judged for the change under way: below.h */
	struct bw_event_object endpoint; /* of a request of kind BW_OBJECT_INET, SOCKET or FACILITY */
	struct bw_traits object; /* what holds for the object and the attempt: zero but in a request.has_traits */
	struct bw_decision decision;
	__u32 ruleless;		/* enum bw_record_type of what no rule decided; 0: nothing. See report.h */
	__u32 ruleless_verdict; /* enum bw_verdict: how it was answered */
	struct bw_exec exec;
	struct bw_runs runs;
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

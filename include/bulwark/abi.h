/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel programs and user space share: the values of the maps and the records of the ring buffer.
 *
 * Fixed-width members only, no pointers, no implicit padding; every size is asserted here and compared
 * between the two compilers by a test. Who includes this has <linux/types.h> or kern/kernel.h before it.
 *
 * How the tables join (see docs/architecture.md):
 *
 *	path component --edges/states--> state --> label --> slice of rules for each operation
 *	address --networks--> network --ports--> label --> slice of rules
 *	program's label, uid, gid --trait_sets--> traits of the process
 *	decide(traits, labels, operation) --> verdict (decide.h)
 */
#ifndef BULWARK_ABI_H
#define BULWARK_ABI_H

#include "limits.h"

#define BW_ABI_VERSION 1

#define BW_ABI_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " changed its size: this is the ABI")

/* In rising order of strictness: `a > b` means a is stricter. The numbers stand in maps and records. */
enum bw_verdict {
	BW_VERDICT_ALLOW,
	BW_VERDICT_AUDIT,
	BW_VERDICT_DENY,
	BW_VERDICT_KILL,
	_BW_VERDICT_MAX,
};

enum bw_operation {
#define BW_OPERATION(symbol, name) BW_OP_##symbol,
#include "operations.def"
#undef BW_OPERATION
	_BW_OP_MAX,
};

#define BW_OP_SLOTS 8 /* room for operations in map values; _BW_OP_MAX must not pass it */

enum bw_hook {
#define BW_HOOK(symbol, name) BW_HOOK_##symbol,
#include "hooks.def"
#undef BW_HOOK
	_BW_HOOK_MAX,
};

enum bw_mode {
	BW_MODE_AUDIT,
	BW_MODE_ENFORCE,
	_BW_MODE_MAX,
};

/* --- the path automaton -------------------------------------------------------------------------------- */

enum {
	BW_STATE_DEAD = 0,     /* no rule here or anywhere below */
	BW_STATE_ROOT = 1,     /* "/": where a path's first component is read */
	BW_STATE_ABSTRACT = 2, /* where the name of an abstract unix socket is read, as one component */
};

enum {
	BW_STATE_EDGES = 1 << 0, /* `edges` holds keys of this state */
	BW_STATE_SINK = 1 << 1,	 /* every component leads back here: what is below need not be read */
};

/* One state: the set of pattern positions that one place in the tree stands for. Array map, by number. */
struct bw_state {
	__u32 next;  /* after a component that has neither an edge nor a glob row of this state */
	__u32 label; /* of the place itself */
	__u32 glob;  /* row of `glob_rows` to match a component from; 0: none */
	__u32 flags; /* BW_STATE_* */
};
BW_ABI_SIZE(struct bw_state, 16);

/* Key of `edges` (hash map; the value is the next state, __u32). `name` is bw_hash() of the component. */
struct bw_edge {
	__u32 state;
	__u32 _pad;
	__u64 name;
};
BW_ABI_SIZE(struct bw_edge, 16);

/*
 * Globs inside one component are one byte-wise automaton. From row r, a byte b leads to the row
 * `glob_cells[r * header.glob_classes + header.glob_class[b]]` (array map of __u32). Row 0 is dead. When the
 * component ends in row r, `glob_rows[r]` (array map of __u32) is the next state of the path automaton;
 * 0 means no glob matched, and the state's `next` holds. A component that has an edge never comes here.
 */

/* --- labels and rules ---------------------------------------------------------------------------------- */

struct bw_slice {
	__u32 first;
	__u32 count;
};
BW_ABI_SIZE(struct bw_slice, 8);

enum {
	BW_LABEL_DENIES = 1 << 0, /* a deny or kill rule for a file operation stands in it: the inode is marked */
};

/* The set of patterns that one place matches. Array map, by number; label 0 is "no pattern". */
struct bw_label {
	struct bw_slice rules[BW_OP_SLOTS]; /* of `rules`, by operation; at most BW_SLICE_MAX each */
	__u32 traits;			    /* trait set of a process that runs a file of this label; 0: empty */
	__u32 flags;			    /* BW_LABEL_* */
};
BW_ABI_SIZE(struct bw_label, 72);

enum {
	BW_RULE_DEFAULT = 1 << 0, /* not a rule of the text: the policy's `default` for one operation */
};

/*
 * One rule as it stands in one label. It matches a process that holds every required trait and, where
 * n_excepted > 0, does not hold all excepted ones.
 */
struct bw_rule {
	__u32 id;     /* number of the rule among all rules and defaults: names, counters */
	__u16 policy; /* number of the policy */
	__u8 action;  /* enum bw_verdict */
	__u8 flags;   /* BW_RULE_* */
	__u8 n_required;
	__u8 n_excepted;
	__u16 _pad;
	__u16 required[BW_RULE_TRAITS]; /* trait numbers, below BW_TRAITS_MAX */
	__u16 excepted[BW_RULE_TRAITS];
	__u32 _pad2;
};
BW_ABI_SIZE(struct bw_rule, 64);

/* One policy. Array map that user space maps writable: a mode switch is one 4-byte store to `mode`. */
struct bw_policy {
	__u32 mode; /* enum bw_mode */
	__u32 _pad;
};
BW_ABI_SIZE(struct bw_policy, 8);

/* What happened to one rule. Array map, by rule id; the kernel adds atomically. */
struct bw_counter {
	__u64 hits;    /* times the rule was its policy's outcome */
	__u64 denials; /* of these, refused or killed */
	__u64 last;    /* CLOCK_BOOTTIME of the last hit, nanoseconds */
};
BW_ABI_SIZE(struct bw_counter, 24);

/* --- traits -------------------------------------------------------------------------------------------- */

/* A set of traits: bit n of word n/64 is trait n. */
struct bw_traits {
	__u64 word[BW_TRAIT_WORDS];
};
BW_ABI_SIZE(struct bw_traits, 8 * BW_TRAIT_WORDS);

/*
 * Numeric identities (uid, gid), as sorted ranges: the range of an id is the one with the greatest `from`
 * not above it. The first range of each slice starts at 0. Array map `id_ranges`, slices in the header.
 */
struct bw_id_range {
	__u32 from;
	__u32 traits; /* trait set */
};
BW_ABI_SIZE(struct bw_id_range, 8);

/* --- endpoints ----------------------------------------------------------------------------------------- */

/* Keys of the two LPM tries `networks4`, `networks6`; the value is a network number (__u32). */
struct bw_prefix4 {
	__u32 length;
	__u8 address[4];
};
BW_ABI_SIZE(struct bw_prefix4, 8);

struct bw_prefix6 {
	__u32 length;
	__u8 address[16];
};
BW_ABI_SIZE(struct bw_prefix6, 20);

/* Protocols that endpoints can name; what is none of them is OTHER. */
enum bw_protocol {
	BW_PROTOCOL_OTHER,
	BW_PROTOCOL_TCP, /* MPTCP too */
	BW_PROTOCOL_UDP, /* UDP-Lite too */
	BW_PROTOCOL_SCTP,
	_BW_PROTOCOL_MAX,
};

/* The set of endpoints that one address lies in. Array map, by number; network 0 has no ranges. */
struct bw_network {
	struct bw_slice ports[_BW_PROTOCOL_MAX]; /* of `port_ranges` */
};
BW_ABI_SIZE(struct bw_network, 32);

/* As bw_id_range: sorted, the first of each slice starts at port 0. Array map `port_ranges`. */
struct bw_port_range {
	__u32 from;
	__u32 label;
};
BW_ABI_SIZE(struct bw_port_range, 8);

/* --- identity of inodes and file systems --------------------------------------------------------------- */

/*
 * Key of `marks` (hash map; the value is a label, __u32): files that keep a label whatever their name. The kernel
 * side fills it: for the files that policies name when the agent puts the set in force, and for a file with a
 * denying label that is linked or renamed.
 */
struct bw_inode_key {
	__u64 ino;
	__u32 dev; /* the kernel's own encoding: major << 20 | minor */
	__u32 generation;
};
BW_ABI_SIZE(struct bw_inode_key, 16);

/*
 * `filesystems` (hash map): key __u32 dev as above, value __u32: the state of the place where the file
 * system's root is mounted on the node. Not in it: the place of a file in its own file system is not known.
 */

/* --- control: the one map that flips ------------------------------------------------------------------- */

/* The scalars of one set of tables. */
struct bw_header {
	__u64 hash_key[2];		       /* key of bw_hash(), random for each boot of the agent */
	struct bw_slice defaults[BW_OP_SLOTS]; /* of `rules`: allow-lists, by operation */
	struct bw_slice users;		       /* of `id_ranges` */
	struct bw_slice groups;
	__u32 judged;	    /* bit n: some rule or default is about operation n */
	__u32 defaulted;    /* bit n: some policy has a default for operation n */
	__u32 enforced;	    /* bit n: some enforcing policy can deny operation n */
	__u32 marks;	    /* not 0: `marks` has entries; set by the kernel side */
	__u32 glob_classes; /* columns of the glob automaton; at least 1 */
	__u32 _pad;
	__u8 glob_class[256];
};
BW_ABI_SIZE(struct bw_header, 376);

/* What a hook does when it cannot decide. */
enum bw_on_error {
	BW_ON_ERROR_DENY,
	BW_ON_ERROR_ALLOW,
};

/*
 * `active` counts sets of tables: the set in force is number active & 1 of every table. One 8-byte store
 * flips all hooks; each hook reads it once. `paths` counts changes of the tree that move labels (a folder
 * renamed, something mounted): a cached label of another `active` or `paths` is not used.
 */
struct bw_control {
	__u64 active;
	__u64 paths;
	__u64 marking;	/* the set that `marker` is about to put in force */
	__u32 marker;	/* process whose stat(2) marks a file; 0: none */
	__u32 on_error; /* enum bw_on_error */
	struct bw_header header[2];
};
BW_ABI_SIZE(struct bw_control, 32 + 2 * 376);

/* Counters that belong to no rule. Per-CPU array map, one element. */
struct bw_stats {
	__u64 decided;	 /* outcomes of rules: each is one event sent or lost */
	__u64 sent;	 /* events that the ring took */
	__u64 lost;	 /* events that the ring had no room for */
	__u64 undecided; /* operations that took on_error */
	__u64 walks;	 /* labels computed by walking a path */
};
BW_ABI_SIZE(struct bw_stats, 40);

/* --- records of the ring buffer ------------------------------------------------------------------------ */

enum bw_record_type {
	BW_RECORD_DECISION = 1,
	BW_RECORD_UNDECIDED = 2, /* no rule decided: on_error did; `rule` and `policy` mean nothing */
};

/* A reader skips records of unknown type by `size`. */
struct bw_record {
	__u16 type;
	__u16 size; /* of the whole record */
	__u32 cpu;
	__u64 time;   /* CLOCK_BOOTTIME, nanoseconds */
	__u64 serial; /* counts the records of this CPU */
};
BW_ABI_SIZE(struct bw_record, 24);

enum bw_text {
	BW_TEXT_OBJECT, /* path of the object, or the name of an abstract socket */
	BW_TEXT_BINARY, /* path of the program that the process runs */
	BW_TEXT_PARENT, /* path of the program that its parent runs */
	BW_TEXT_CWD,
	BW_TEXT_ARGUMENTS,	  /* of the process, NUL-separated */
	BW_TEXT_OBJECT_ARGUMENTS, /* of a refused exec's attempt, NUL-separated */
	_BW_TEXT_MAX,
};

enum {
	BW_SPAN_CUT = 1 << 0,	   /* longer than what is here */
	BW_SPAN_REVERSED = 1 << 1, /* a path as the kernel walks it: components from the last to the first, each
				      ended by NUL */
};

/* Where a text stands in bw_event.text. size 0: not known. */
struct bw_span {
	__u16 offset;
	__u16 size;
	__u32 flags; /* BW_SPAN_* */
};
BW_ABI_SIZE(struct bw_span, 8);

enum bw_object_kind {
	BW_OBJECT_FILE,
	BW_OBJECT_INET,	    /* family, address, port, protocol */
	BW_OBJECT_UNIX,	    /* BW_TEXT_OBJECT: a path */
	BW_OBJECT_ABSTRACT, /* BW_TEXT_OBJECT: a name */
};

struct bw_event_object {
	__u64 ino;
	__u32 dev;
	__u8 kind;     /* enum bw_object_kind */
	__u8 family;   /* 4 or 6 */
	__u16 port;    /* host order */
	__u8 protocol; /* enum bw_protocol */
	__u8 _pad;
	__u16 ip_protocol; /* as in socket(2) */
	__u32 _pad2;
	__u8 address[16]; /* network order; the first 4 for family 4 */
};
BW_ABI_SIZE(struct bw_event_object, 40);

struct bw_event_process {
	__u64 start; /* CLOCK_BOOTTIME of the thread group's start, nanoseconds */
	__u64 execs; /* how many times this process called exec: with pid and start it names one program run */
	__u64 parent_start;
	__u64 parent_execs;
	__u64 cgroup; /* id of the cgroup-v2 folder */
	__u32 pid;
	__u32 tid;
	__u32 ppid;
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 egid;
	__u32 loginuid; /* (__u32)-1: none */
	char comm[16];
};
BW_ABI_SIZE(struct bw_event_process, 88);

struct bw_event {
	struct bw_record record;
	__u64 active; /* the set of tables that `policy` and `rule` are numbers of */
	__u32 rule;
	__u16 policy;
	__u8 verdict;  /* enum bw_verdict: what the rule says */
	__u8 enforced; /* 1: it was carried out */
	__u8 operation;
	__u8 hook;
	__u8 mode; /* enum bw_mode of the policy at the decision */
	__u8 _pad[5];
	struct bw_event_object object;
	struct bw_event_process process;
	struct bw_span span[_BW_TEXT_MAX];
	char text[];
};
BW_ABI_SIZE(struct bw_event, 24 + 24 + 40 + 88 + 8 * _BW_TEXT_MAX);

#endif

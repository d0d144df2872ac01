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
 *	facility --header--> label, kind of socket --sockets--> label --> slice of rules
 *	label of its program, of its parent's, of those before it; uid, gid, capabilities --trait_sets--> traits
 *	cgroup --cgroups--> traits of who is in it
 *	decide(traits, labels, operation) --> verdict (decide.h)
 */
#ifndef BULWARK_ABI_H
#define BULWARK_ABI_H

#include "limits.h"

#ifndef BW_ABI_VERSION /* a test has a next version */
#define BW_ABI_VERSION 8
#endif

#define BW_ABI_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " changed its size: this is the ABI")
#define BW_ABI_HEAD(type, next, size)                            \
	_Static_assert(__builtin_offsetof(type, next) == (size), \
		       "what stands before it in " #type " is the same in every version")

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

/* What `use` is about. */
enum bw_facility {
#define BW_FACILITY(symbol, name) BW_FACILITY_##symbol,
#include "facilities.def"
#undef BW_FACILITY
	_BW_FACILITY_MAX,
};

#define BW_FACILITY_SLOTS 16 /* room for facilities in the header; _BW_FACILITY_MAX must not pass it */

#define BW_CAPABILITY_SLOTS 64 /* as many as the kernel's sets have bits */

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
	BW_STATE_CGROUP = 3,   /* "/" of the cgroups: where the first component of a cgroup's path is read */
};

enum {
	BW_STATE_EDGES = 1 << 0, /* `edges` holds keys of this state */
	BW_STATE_SINK = 1 << 1,	 /* every component leads back here: what is below need not be read */
	BW_STATE_KEEPS = 1 << 2, /* a label with BW_LABEL_KEEPS is here or somewhere below: a folder is marked */
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
	/* A deny or kill rule for a file or connect stands in it, or a trait: a file keeps it by any name. */
	BW_LABEL_KEEPS = 1 << 0,
	BW_LABEL_ARGUMENTS = 1 << 1, /* an exec rule in it asks for arguments */
	BW_LABEL_DIGEST = 1 << 2,    /* an exec rule in it asks for the digest of the file */
	BW_LABEL_APPLET = 1 << 6,    /* an exec rule in it asks by which name the program is called */
	BW_LABEL_CONTAINER = 1 << 5, /* of a cgroup's path: a container runtime makes such for a container */
	/* Of header.exec_anywhere only: */
	BW_LABEL_NAMED = 1 << 3,   /* a rule does not ask for memory */
	BW_LABEL_DIGESTS = 1 << 4, /* a rule, wherever it stands, asks for a digest */
};

/* The set of patterns that one place matches. Array map, by number; label 0 is "no pattern". */
struct bw_label {
	struct bw_slice rules[BW_OP_SLOTS]; /* of `rules`, by operation; at most BW_SLICE_MAX each */
	__u32 traits;	 /* trait set of a process that runs a file of this label, or is in such a cgroup; 0: empty */
	__u32 parents;	 /* of a process whose parent runs it */
	__u32 ancestors; /* of a process that ran it before, or one of whose ancestors did */
	__u32 flags;	 /* BW_LABEL_* */
};
BW_ABI_SIZE(struct bw_label, 80);

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
 * What a process holds by the programs that it has to do with: in some view of them, for denials; in all, for allows.
 * Value of `lineage_traits` too (hash map, key as of `lineages`): of who descends from that program.
 */
struct bw_held {
	struct bw_traits any;
	struct bw_traits all;
};
BW_ABI_SIZE(struct bw_held, 16 * BW_TRAIT_WORDS);

/*
 * Who a thread is to rules: what stands first in the storage that the kernel side keeps for it, map `tasks`, which
 * takes a pidfd for the first thread of a process. What a rule asks of the file or the attempt is not in it.
 */
struct bw_standing {
	__u64 active; /* the traits are of this set of tables; 0: none yet */
	__u32 uid;    /* of which they are, both effective */
	__u32 gid;
	struct bw_held held;
};
BW_ABI_SIZE(struct bw_standing, 16 + 16 * BW_TRAIT_WORDS);

/*
 * Numeric identities (uid, gid), as sorted ranges: the range of an id is the one with the greatest `from`
 * not above it. The first range of each slice starts at 0. Array map `id_ranges`, slices in the header.
 */
struct bw_id_range {
	__u32 from;
	__u32 traits; /* trait set */
};
BW_ABI_SIZE(struct bw_id_range, 8);

/*
 * A cgroup, as far as rules ask. Hash map `cgroups`, key __u64: the id of the cgroup-v2 folder. The kernel side enters
 * what is made, with what its path tells; the agent all that was there before, and in both the names of containers.
 */
struct bw_cgroup {
	struct bw_traits traits; /* by its path; once named, those of the container's names too */
	__u32 flags;		 /* BW_CGROUP_* */
	__u32 _pad;
};
BW_ABI_SIZE(struct bw_cgroup, 8 * BW_TRAIT_WORDS + 8);

enum {
	BW_CGROUP_CONTAINER = 1 << 0, /* it or one above it was made for a container */
	BW_CGROUP_NAMED = 1 << 1,     /* the agent has looked: what `names` of the header are about is known */
};

/* --- what exec rules ask of the file and the attempt ----------------------------------------------------- */

/* Key of `digests` (hash map; the value is a trait set, __u32): SHA-256 of a file's content. */
struct bw_digest {
	__u8 byte[BW_DIGEST_SIZE];
};
BW_ABI_SIZE(struct bw_digest, BW_DIGEST_SIZE);

/*
 * Globs over arguments are rows of the same automaton as the globs inside components (above): each argument is read
 * from row header.arguments on, and the row that it ends in leads by `glob_rows` to a trait set.
 *
 * A *box* is a program that is many, and does what the name says by which it is called: the last component of argv[0],
 * or if that is the box's own, of the argument behind it, and so on. Such a component is read from row header.applets
 * on, and the row that it ends in leads to a trait set with BW_APPLET_*. `coreutils` takes its name from an option,
 * too.
 */
enum {
	BW_APPLET_BOX = 1u << 31,    /* the box's own name: the next argument is one */
	BW_APPLET_OPTION = 1u << 30, /* an option that tells a name, whatever argv[0] is */
	BW_APPLET_TRAITS = BW_APPLET_OPTION - 1,
};

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

/* --- kinds of sockets ---------------------------------------------------------------------------------- */

#define BW_SOCKET_ANY	       0xffff /* every type; in `protocol`, BW_SOCKET_ANY_PROTOCOL: every protocol */
#define BW_SOCKET_ANY_PROTOCOL 0xffffffff

/*
 * Key of `sockets` (hash map; the value is a label, __u32), in the form of socket.h. The label of a key stands for
 * all rules whose kinds contain it, so the first that is there holds: (family, type, protocol), (family, type, any),
 * (family, any, any).
 */
struct bw_socket {
	__u16 family;
	__u16 type;
	__u32 protocol;
};
BW_ABI_SIZE(struct bw_socket, 8);

/* --- identity of inodes and file systems --------------------------------------------------------------- */

struct bw_inode_key {
	__u64 ino;
	__u32 dev; /* the kernel's own encoding: major << 20 | minor */
	__u32 generation;
};
BW_ABI_SIZE(struct bw_inode_key, 16);

#define BW_MARK_MORE (~0u) /* no state: the inode keeps more than can be said, and is undecided */

/*
 * A place that an inode keeps, whatever its name is by now: for a file the state's label, for a folder the state
 * that the automaton goes on from with the components below. A slot is taken by exchanging `state` from 0.
 */
struct bw_mark {
	__u32 state; /* BW_STATE_DEAD: a free slot; or BW_MARK_MORE */
	__u32 _pad;
	__u64 origin; /* `path` of the key in `origins`; 0: the path is not noted */
};
BW_ABI_SIZE(struct bw_mark, 16);

/*
 * Value of `marks` (hash map, key struct bw_inode_key). The kernel side fills it: for the files that policies name
 * and the linked files that a wildcard covers when the agent puts the set in force, and for what is linked or renamed
 * out of a place that keeps. The agent carries over what `origins` says.
 */
struct bw_marks {
	struct bw_mark mark[BW_KEPT_MAX];
};
BW_ABI_SIZE(struct bw_marks, 16 * BW_KEPT_MAX);

/*
 * Key of `origins` (hash map, one for all sets). Key and value are the same in every version, and an agent hands them
 * on to the next: who changes them gives the map another name.
 */
struct bw_origin_key {
	struct bw_inode_key inode;
	__u64 path; /* made of the hashes of the path's components; never 0 */
};
BW_ABI_SIZE(struct bw_origin_key, 24);

enum {
	BW_ORIGIN_FOLDER = 1 << 0,
	BW_ORIGIN_STORED = 1 << 1, /* the text ends at the root of file system `dev`, else at that of the node */
};

/* The path that a marked inode had, from which its mark is made again when policies change. */
struct bw_origin {
	__u32 flags; /* BW_ORIGIN_* */
	__u32 dev;
	__u32 size; /* of the text */
	__u32 _pad;
	char text[BW_ORIGIN_TEXT]; /* as with BW_SPAN_REVERSED */
};
BW_ABI_SIZE(struct bw_origin, 16 + BW_ORIGIN_TEXT);

/*
 * `filesystems` (hash map): key __u32 dev as above, value __u32: the state of the place where the file
 * system's root is mounted on the node. Not in it: the place of a file in its own file system is not known.
 */

/* --- lineage -------------------------------------------------------------------------------------------- */

/*
 * A program that runs no more, or runs above: one entry for each way from the first program that was seen on to this
 * one, each program once. Hash map `lineages`, key __u64: made of the keys of the hashes of all paths on the way; one
 * for all sets, counted by the threads and entries that point to it.
 */
struct bw_lineage {
	__u64 before;  /* the one before; 0: none */
	__u64 program; /* made of its inode and the hashes of its paths */
	__u32 refs;
	__u32 depth; /* entries from the first to this one */
	struct bw_inode_key inode;
	__u32 flags;   /* BW_LINEAGE_* */
	__u16 mounted; /* bytes of its path as mounted, in the form of BW_SPAN_REVERSED */
	__u16 stored;  /* bytes of its path in its file system `inode.dev`, which follows */
	char text[BW_LINEAGE_TEXT];
};
BW_ABI_SIZE(struct bw_lineage, 48 + BW_LINEAGE_TEXT);

enum {
	BW_LINEAGE_CUT = 1 << 0,     /* the paths cannot be told or did not fit: its traits cannot be made again */
	BW_LINEAGE_MOUNTED = 1 << 1, /* it had a path as mounted; as stored it always has */
};

/* --- control: the one map that flips ------------------------------------------------------------------- */

/*
 * A slot of `defaults` beyond the operations: whoever has an allow-list for files may not move what paths mean
 * (mount, pivot_root, chroot, a user namespace) unless a `use` rule allows it.
 */
#define BW_DEFAULT_MOVES (BW_OP_SLOTS - 1)

/* The scalars of one set of tables. */
struct bw_header {
	__u64 hash_key[2];		       /* key of bw_hash(), random for each boot of the agent */
	struct bw_slice defaults[BW_OP_SLOTS]; /* of `rules`: allow-lists, by operation or BW_DEFAULT_* */
	struct bw_slice anywhere[BW_OP_SLOTS]; /* of `rules`: those that name no place, by operation */
	struct bw_slice users;		       /* of `id_ranges` */
	struct bw_slice groups;
	__u64 capabilities;  /* those that rules ask for, as a mask */
	__u32 owner[2];	     /* trait sets of who does not, who does own the file asked about; 0: empty */
	__u32 container[2];  /* trait sets of who is not, who is in a container; 0: empty */
	__u32 parents;	     /* trait set of all traits that a parent's program gives; 0: no rule asks */
	__u32 ancestors;     /* the same of programs before */
	__u32 cgroups;	     /* of all that the cgroup gives, those of `container` and `names` among them */
	__u32 names;	     /* of all that only user space can tell of a container */
	__u32 judged;	     /* bit n: some rule or default is about operation n */
	__u32 defaulted;     /* bit n: some policy has a default for operation n */
	__u32 enforced;	     /* bit n: some enforcing policy can deny operation n */
	__u32 marks;	     /* not 0: `marks` has entries; set by the kernel side */
	__u32 glob_classes;  /* columns of the glob automaton; at least 1 */
	__u32 moved;	     /* not 0: one of the marks is of a folder; set by the kernel side */
	__u32 exec_anywhere; /* BW_LABEL_*: what exec rules that name no place ask for */
	__u32 memory;	     /* trait set of a file without a name; 0: no rule asks */
	__u32 arguments;     /* row that each argument of an exec is read from; 0: no rule asks */
	__u32 applets;	     /* row that a name is read from by which a box may be called; 0: no rule asks */
	__u32 any_applet;    /* trait set of all that is asked of such names */
	__u32 _pad;
	__u8 glob_class[256];
	__u32 facility[BW_FACILITY_SLOTS];     /* labels, by enum bw_facility */
	__u32 capability[BW_CAPABILITY_SLOTS]; /* trait sets of who has it in the effective set */
};
BW_ABI_SIZE(struct bw_header, 504 + 4 * BW_FACILITY_SLOTS + 4 * BW_CAPABILITY_SLOTS);

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
	/*
	 * These stand here in every version: by them an agent is known to programs that are older than it, and what
	 * was told of them to an agent that is newer.
	 */
	__u32 abi;
	__u32 agent;	   /* process that may use bpf(2) whatever the rules say */
	__u64 agent_start; /* when it began, in hundredths of a second of CLOCK_BOOTTIME */
	__u64 told;	   /* bw_stats.lost, as far as an agent has told it */
	__u64 decided;	   /* bw_stats.decided, when an agent last looked */
	__u32 guard;	   /* BW_GUARD_* */
	__u32 _reserved;

	__u64 active;
	__u64 paths;
	__u64 marking;	/* the set that `marker` is about to put in force */
	__u32 marker;	/* process whose stat(2) marks a file; 0: none */
	__u32 on_error; /* enum bw_on_error */
	__u32 unnamed;	/* enum bw_on_error: of a container that is not named yet, when a rule asks for its names */
	__u32 mount_namespace; /* of the node: inode numbers */
	__u32 pid_namespace;
	__u32 renamed;	    /* counts changes of entries of `cgroups` that may have been read */
	__u64 agent_inode;  /* of the file that an agent runs: root's processes that run it are taken for one */
	__u32 agent_device; /* as in bw_inode_key */
	__u32 fold_after;   /* so many equal events of a second are told, the rest is counted; 0: all are told */
	__u32 pins_device;  /* of the file system that has what is pinned, as in bw_inode_key; 0: not known */
	__u32 _pad;
	struct bw_header header[2];
};
BW_ABI_SIZE(struct bw_control, 112 + 2 * sizeof(struct bw_header));
BW_ABI_HEAD(struct bw_control, active, 40);

#define BW_GUARD_ON	1 /* nobody else does anything to the agent while a policy enforces */
#define BW_GUARD_SEALED 2 /* nor when none does; and the agent takes nothing back: until the node starts again */

/* What of the kernel's belongs to bulwark, by its number. Hash map; the value means nothing. */
enum bw_guarded_kind {
	BW_GUARDED_MAP,
	BW_GUARDED_PROGRAM,
	BW_GUARDED_LINK,
};

struct bw_guarded {
	__u32 kind;
	__u32 id;
};
BW_ABI_SIZE(struct bw_guarded, 8);

#define BW_GUARDED_MAX 4096

/* A piece of the names of policies and rules, for the agent that comes next: agent/roster_pack.h. Array map. */
#define BW_NAMES_CHUNK 1024

struct bw_names {
	char text[BW_NAMES_CHUNK];
};
BW_ABI_SIZE(struct bw_names, BW_NAMES_CHUNK);

/* Counters that belong to no rule. Per-CPU array map, one element. The first three stand there in every version. */
struct bw_stats {
	__u64 decided;	  /* outcomes of rules: each is one event sent, suppressed or lost */
	__u64 sent;	  /* events that the ring took */
	__u64 lost;	  /* records that the ring had no room for: events, and what the agent is told of cgroups */
	__u64 undecided;  /* operations that took on_error */
	__u64 walks;	  /* labels computed by walking a path */
	__u64 unnamed;	  /* processes judged in a container without a name yet, where rules ask for names */
	__u64 forgotten;  /* threads whose lineage there was no room for */
	__u64 suppressed; /* events that were counted with an equal one: struct bw_fold */
};
BW_ABI_SIZE(struct bw_stats, 64);

/*
 * A kind of events, all of which say the same but for time and process: of what there were too many in a second, the
 * number is here until an event, or the agent, tells it.
 */
struct bw_fold {
	__u64 kind;   /* hash of what the events have in common; 0: free */
	__u64 since;  /* CLOCK_BOOTTIME, when its second began */
	__u64 folded; /* not told */
	__u64 active; /* as in bw_event; so is all that follows, of the first of them */
	__u32 told;   /* events of this second, those that were not told among them */
	__u32 rule;
	__u16 policy;
	__u8 verdict;
	__u8 operation;
	__u8 mode;
	__u8 _pad[3];
	char comm[16]; /* of the process */
};
BW_ABI_SIZE(struct bw_fold, 64);
BW_ABI_HEAD(struct bw_stats, undecided, 24);

/* --- records of the ring buffer ------------------------------------------------------------------------ */

enum bw_record_type {
	BW_RECORD_DECISION = 1,
	BW_RECORD_UNDECIDED = 2, /* no rule decided: on_error did; `rule` and `policy` mean nothing */
	BW_RECORD_GUARD = 3,	 /* nor here: what would switch bulwark off is refused to everybody */
	BW_RECORD_CGROUP = 4,	 /* struct bw_cgroup_record: for the agent, no event */
};

/* The same in every version. A reader skips records of unknown type by `size`. */
struct bw_record {
	__u16 type;
	__u16 size; /* of the whole record */
	__u32 cpu;
	__u64 time;   /* CLOCK_BOOTTIME, nanoseconds */
	__u64 serial; /* counts the records of this CPU */
};
BW_ABI_SIZE(struct bw_record, 24);

/* A cgroup-v2 folder was made, or removed. */
struct bw_cgroup_record {
	struct bw_record record;
	__u64 id;
	__u32 removed;
	__u32 size; /* of the path, without its NUL; 0: not known */
	char path[BW_CGROUP_TEXT];
};
BW_ABI_SIZE(struct bw_cgroup_record, 40 + BW_CGROUP_TEXT);

enum bw_text {
	BW_TEXT_OBJECT, /* path of the object, or the name of an abstract socket */
	BW_TEXT_BINARY, /* path of the program that the process runs */
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
	BW_OBJECT_SOCKET,   /* socket */
	BW_OBJECT_FACILITY, /* facility; where it has them: number, target, socket, BW_TEXT_OBJECT: a path or a name */
};

struct bw_event_object {
	__u64 ino;
	__u32 dev;
	__u8 kind;	   /* enum bw_object_kind */
	__u8 family;	   /* 4 or 6 */
	__u16 port;	   /* host order */
	__u8 protocol;	   /* enum bw_protocol */
	__u8 facility;	   /* enum bw_facility */
	__u16 ip_protocol; /* as in socket(2) */
	__u32 number;	   /* of a facility: the command of bpf(2), the signal */
	__u8 address[16];  /* network order; the first 4 for family 4 */
	struct bw_socket socket;
	__u32 target; /* of a facility: the process that it is used on */
	__u32 _pad;
};
BW_ABI_SIZE(struct bw_event_object, 56);

/*
 * One run of a program by one process: what pid, start and execs name. In an event one for each ancestor, the nearest
 * first, one behind the other; the texts follow each. `size` counts them, and is a multiple of 8.
 */
struct bw_ancestor {
	__u64 start; /* CLOCK_BOOTTIME of the thread group's start, nanoseconds */
	__u64 execs; /* how many times the process called exec by then */
	__u32 pid;
	__u32 uid;
	__u16 size;
	__u16 binary;	 /* bytes of the path, in the form of BW_SPAN_REVERSED; 0: not known */
	__u16 arguments; /* bytes of the arguments behind it, NUL-separated; 0: not known */
	__u16 flags;	 /* BW_ANCESTOR_* */
	char text[];
};
BW_ABI_SIZE(struct bw_ancestor, 32);

enum {
	BW_ANCESTOR_BINARY_CUT = 1 << 0, /* longer than what is here */
	BW_ANCESTOR_ARGUMENTS_CUT = 1 << 1,
	BW_ANCESTOR_SEEN = 1 << 2, /* as another saw it, at some later time than that at which it started its child */
};

/* Inode numbers of the namespaces that a process is in, by the names of /proc/PID/ns. */
enum bw_namespace {
	BW_NAMESPACE_CGROUP,
	BW_NAMESPACE_IPC,
	BW_NAMESPACE_MNT,
	BW_NAMESPACE_NET,
	BW_NAMESPACE_PID,
	BW_NAMESPACE_TIME,
	BW_NAMESPACE_USER,
	BW_NAMESPACE_UTS,
	_BW_NAMESPACE_MAX,
};

struct bw_event_process {
	__u64 start; /* these two as of bw_ancestor */
	__u64 execs;
	__u64 cgroup; /* id of the cgroup-v2 folder */
	__u32 pid;
	__u32 tid;
	__u32 ppid;
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 egid;
	__u32 loginuid;			     /* (__u32)-1: none */
	__u32 namespaces[_BW_NAMESPACE_MAX]; /* 0: not known */
	char comm[16];
};
BW_ABI_SIZE(struct bw_event_process, 104);

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
	__u8 _pad;
	__u32 suppressed; /* equal events since the last one that was told */
	struct bw_event_object object;
	struct bw_event_process process;
	struct bw_span span[_BW_TEXT_MAX];
	struct bw_span ancestors; /* where they stand in `text`: struct bw_ancestor, at most BW_ANCESTORS_MAX */
	char text[];
};
BW_ABI_SIZE(struct bw_event, 24 + 24 + 56 + 104 + 8 * _BW_TEXT_MAX + 8);

#endif

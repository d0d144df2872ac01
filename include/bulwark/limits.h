/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every numeric bound of bulwark, each with its reason.
 *
 * A bound that an author can meet is reported by the policy compiler with the place in the text; a bound
 * that the kernel side can meet makes the operation undecided, and `on_error` of the configuration decides.
 */
#ifndef BULWARK_LIMITS_H
#define BULWARK_LIMITS_H

/* --- policy text ------------------------------------------------------------------------------------- */

#define BW_SOURCE_MAX	    (4u << 20) /* bytes of one policy file: 10,000 rules are about 1 MiB of YAML */
#define BW_DEPTH_YAML_MAX   16	       /* nesting of one document; the deepest legal one has 7 */
#define BW_NAME_MAX	    63	       /* a policy's or rule's name: a DNS label, as Kubernetes has it */
#define BW_MESSAGE_MAX	    256	       /* bytes of a rule's message: it is copied into every event */
#define BW_TAGS_MAX	    32	       /* tags of one policy: copied into every event */
#define BW_LIST_MAX	    65536      /* items of one list */
#define BW_ALTERNATIVES_MAX 256	       /* patterns that one pattern's {a,b} may stand for */

/* --- one set of tables (all policies of the node together) ------------------------------------------- */

#define BW_POLICIES_MAX	   4096
#define BW_RULES_MAX	   65536
#define BW_LABELS_MAX	   65536
#define BW_ENTRIES_MAX	   (1u << 20) /* rules as they stand in labels; one rule may stand in many */
#define BW_SLICE_MAX	   1024	      /* rules of one label for one operation: what one decision may cost */
#define BW_STATES_MAX	   (1u << 18) /* path automaton: about 16 states for each of the BW_RULES_MAX / 4 patterns */
#define BW_EDGES_MAX	   (1u << 20)
#define BW_GLOB_ROWS_MAX   16384 /* rows of the automata inside one path component */
#define BW_GLOB_CELLS_MAX  (1u << 20)
#define BW_TRAITS_MAX	   1024 /* distinct subject lists: one bit each in every task, so memory bounds them */
#define BW_TRAIT_WORDS	   (BW_TRAITS_MAX / 64)
#define BW_TRAIT_SETS_MAX  65536
#define BW_RULE_TRAITS	   12 /* subject keys of policy and rule together, and as many in `except` */
#define BW_ID_RANGES_MAX   65536
#define BW_PREFIXES_MAX	   (1u << 18)
#define BW_NETWORKS_MAX	   (1u << 18)
#define BW_PORT_RANGES_MAX (1u << 20)
#define BW_SOCKETS_MAX	   65536 /* kinds of sockets that rules name */
#define BW_MARKS_MAX	   65536 /* inodes that keep a place; full: a link or rename that needs one more is undecided */
#define BW_KEPT_MAX	   4	 /* places that one inode keeps, and kept labels that one path has; more: undecided */
#define BW_ORIGINS_MAX	   16384 /* paths noted of marked inodes: a mark without ends with its set of tables */
#define BW_ORIGIN_TEXT	   1008	 /* bytes of such a path */
#define BW_FILESYSTEMS_MAX 8192
#define BW_DIGESTS_MAX	   65536
#define BW_CGROUPS_MAX	   65536
#define BW_ASKED_PATHS_MAX 4096	 /* literal paths that are looked up in the root of each container */
#define BW_ALIASES_MAX	   256	 /* places that such paths lead to in all of them: a container makes what it likes */
#define BW_LINEAGES_MAX	   16384 /* ways from program to program that live processes have behind them */
#define BW_LINEAGE_DEPTH   64	 /* programs of one such way, each once; more: it has every trait for denials */
#define BW_LINEAGE_TEXT	   976	 /* bytes of the paths of one of them */

/* --- one decision ------------------------------------------------------------------------------------- */

#define BW_FOLDS_MAX	 4096  /* kinds of equal events that are counted at a time; a power of two */
#define BW_OUTCOMES_MAX	 8     /* policies that one operation is reported for; the verdict counts them all */
#define BW_PATH_DEPTH	 256   /* topmost components kept of a path; power of two, see kern/place.h */
#define BW_WALK_MAX	 65536 /* components walked before the path counts as too deep */
#define BW_COMPONENT_MAX 255   /* bytes of one path component: NAME_MAX */
#define BW_ARGUMENTS_MAX 65536 /* bytes of an exec's arguments that globs are held against: some ms of work */
#define BW_STAGES_MAX	 6     /* files of one exec, a script and its interpreters: what the kernel allows */
#define BW_DIGEST_SIZE	 32    /* bytes of SHA-256 */

/* --- one event ---------------------------------------------------------------------------------------- */

#define BW_TEXT_PATH	 1024	    /* bytes of a path in an event; a longer one keeps its end and is marked as cut */
#define BW_TEXT_ARGS	 4096	    /* bytes of arguments in an event */
#define BW_ANCESTORS_MAX 16	    /* ancestors that an event names: a login shell is about 8 deep */
#define BW_RECORD_MAX	 16384	    /* the longest texts of all kinds, and some 5 KiB for those of ancestors */
#define BW_CGROUP_TEXT	 1024	    /* bytes of a cgroup's path; of a longer one the agent looks for itself */
#define BW_RING_BYTES	 (2u << 20) /* some 2,000 events between two looks of the agent; mapped twice, it counts twice */
#define BW_RUNS_SHORT	 4096	    /* runs of programs, remembered for the events of who comes from them: 2 MiB */
#define BW_RUNS_LONG	 512	    /* those with longer paths and arguments: 2.5 MiB. Both are powers of two */
#define BW_RUN_SHORT	 496	    /* bytes of a short one: most command lines fit */

#endif

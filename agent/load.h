/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel programs: opened, fitted to this kernel, loaded, attached. The only rooms that know libbpf are
 * probe, pins, programs, load, fill, apply, batch, carry, lineage, standing, counters and ring.
 *
 * Owner: `struct loader` owns descriptors of programs, links and maps. load_free() closes them; what load_keep() has
 * pinned stays in force.
 */
#ifndef AGENT_LOAD_H
#define AGENT_LOAD_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <bulwark/abi.h>

struct loader;

#define LOAD_CONTROL "control" /* the name of that map; see load_control() */

struct load_options {
	const char *pins; /* the folder for what outlives the agent: pins.h */
	bool guard;	  /* BW_GUARD_ON */
	enum bw_on_error on_error;
	enum bw_on_error unknown_container; /* bw_control.unnamed */
	bool judge_open_files;		    /* with the programs that see each use of an open file */
	__u32 fold_after;		    /* bw_control.fold_after */
	bool measure;			    /* have the kernel take the time that programs run: load_run_time() */
};

/* Where the programs come from. */
enum load_origin {
	LOAD_FRESH,    /* there were none */
	LOAD_ADOPTED,  /* of the agent before, which decide as they did all the time */
	LOAD_REPLACES, /* there are others, which go on deciding until load_keep() */
};

/*
 * Takes the programs over that an agent before this one has left, if they are what would be loaded; else loads, and
 * attaches nothing. Logs what failed and the remedy; returns 0 or -errno.
 */
int load_open(const struct load_options *options, struct loader **ret);

enum load_origin load_origin(const struct loader *loader);

/*
 * A map of the programs that are replaced, by its name: a descriptor, the caller's, or -errno. Only until load_keep();
 * what is in it has the layout of another version, but for what is the same in all (abi.h).
 */
int load_replaced(const struct loader *loader, const char *name);

/*
 * From here on programs, links and maps outlive the process: they are pinned, and what was pinned before them goes.
 * Does nothing for what was adopted.
 */
int load_keep(struct loader *loader);

/* The one way down: nothing stays pinned, and with load_free() everything ends. Logs what failed. */
int load_take_down(struct loader *loader);

/*
 * Tells the kernel side which file the agent runs, for whoever runs it next may use bpf(2) too. Each second and at the
 * end: an upgrade puts another file in its place.
 */
void load_know_binary(struct loader *loader);

/*
 * Attaches what follows threads and cgroups, and has it see the threads that were there before. After it the agent has
 * to enter the cgroups that were made meanwhile; then what decides knows of each thread what it has to know.
 */
int load_follow(struct loader *loader);

/*
 * Attaches every other program that this kernel has a hook for, then proves that they run: an attach that succeeds
 * may still never be called. -ENOTSUP when they do not. Tables must have been applied before.
 */
int load_attach(struct loader *loader);

/*
 * Attaches what tables of this header need and none needed before: the programs of `use` and `socket`, and those that
 * compute digests, are on hooks that much passes, so who has no such rule does not pay for them. To be called before
 * the tables come in force; what is attached stays. Before load_attach() it only notes the need.
 */
int load_need(struct loader *loader, const struct bw_header *header);

/* BW_GUARD_SEALED: from here on, until the node starts again; also where an agent before has done so. */
bool load_is_sealed(const struct loader *loader);
void load_seal(struct loader *loader);

/* Whether what an agent has left in the folder of pins is sealed; false also where this process may not look. */
bool load_left_sealed(const char *pins);

struct load_program {
	const char *name; /* of the program */
	const char *hook;
	bool attached;
	bool waits; /* for a policy that needs it: see load_need() */
};

/* The programs of this kernel; static for the life of the loader. */
size_t load_programs(const struct loader *loader, const struct load_program **ret);

/* How often program `i` of load_programs() ran, and how long in all: zero unless somebody has the kernel measure. */
struct load_run_time {
	__u64 runs;
	__u64 nanoseconds;
};

int load_run_time(const struct loader *loader, size_t i, struct load_run_time *ret);

/* For the rooms that work on the maps: a map's descriptor by its name in kern/maps.h, or -ENOENT. */
int load_map(const struct loader *loader, const char *name);

/* The map that stands in slot `set` of a table, by its name or by a descriptor: one, the caller's, or -errno. */
int load_inner(const struct loader *loader, const char *table, __u32 set);
int load_inner_of(int table, __u32 set);

/* The control map, in this process's memory. */
volatile struct bw_control *load_control(const struct loader *loader);

/* Attaches the program that marks files (kern/mark.bpf.c), or detaches it. Returns 0 or -errno. */
int load_attach_mark(struct loader *loader);
void load_detach_mark(struct loader *loader);

struct loader *load_free(struct loader *loader); /* returns NULL; accepts NULL */

#endif

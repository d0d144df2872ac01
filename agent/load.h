/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel programs: opened, fitted to this kernel, loaded, attached. The only rooms that know libbpf are
 * probe, load, apply, counters and ring.
 *
 * Owner: `struct loader` owns programs, links and maps; load_free() detaches and frees them all.
 */
#ifndef AGENT_LOAD_H
#define AGENT_LOAD_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <bulwark/abi.h>

struct loader;

struct load_options {
	enum bw_on_error on_error;
};

/* Opens and loads; attaches nothing. Logs what failed and the remedy; returns 0 or -errno. */
int load_open(const struct load_options *options, struct loader **ret);

/*
 * Attaches every program that this kernel has a hook for, then proves that they run: an attach that succeeds
 * may still never be called. -ENOTSUP when they do not. Tables must have been applied before.
 */
int load_attach(struct loader *loader);

struct load_program {
	const char *name; /* of the program */
	const char *hook;
	bool attached;
};

/* The programs of this kernel; static for the life of the loader. */
size_t load_programs(const struct loader *loader, const struct load_program **ret);

/* For the rooms that work on the maps: a map's descriptor by its name in kern/maps.h, or -ENOENT. */
int load_map(const struct loader *loader, const char *name);

/* The control map, in this process's memory. */
volatile struct bw_control *load_control(const struct loader *loader);

/* Attaches the program that marks files (kern/mark.bpf.c), or detaches it. Returns 0 or -errno. */
int load_attach_mark(struct loader *loader);
void load_detach_mark(struct loader *loader);

struct loader *load_free(struct loader *loader); /* returns NULL; accepts NULL */

#endif

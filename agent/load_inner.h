/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What load.c opens and load_attach.c attaches.
 */
#ifndef AGENT_LOAD_INNER_H
#define AGENT_LOAD_INNER_H

#include "load.h"
#include "pins.h"
#include "programs.h"

#define LOAD_PROGRAMS_MAX 192
#define LOAD_OWN_MAX	  4
#define LOAD_MAPS_MAX	  64
#define LOAD_NAME_ROOM	  64

struct load_object {
	char name[LOAD_NAME_ROOM];
	char hook[LOAD_NAME_ROOM]; /* of a program */
	unsigned int need;	   /* enum programs_need */
	enum programs_turn turn;
	int fd;
	int link; /* of a program that is attached; -1 */
};

struct loader {
	struct pins *pins;
	char generation[PINS_GENERATION_ROOM];
	char replaced[PINS_GENERATION_ROOM]; /* with LOAD_REPLACES */
	enum load_origin origin;
	bool sealed;	/* by an agent before this one */
	bool kept;	/* what is attached from now on is pinned at once */
	bool attached;	/* load_attach() has been here */
	char *binary;	/* the path of what this process runs */
	__u64 known[2]; /* inode and device of what was there when the kernel side was told last */
	struct load_object program[LOAD_PROGRAMS_MAX];
	struct load_program shown[LOAD_PROGRAMS_MAX];
	size_t n;			      /* of both */
	struct load_object own[LOAD_OWN_MAX]; /* programs for the agent itself */
	size_t n_own;
	struct load_object map[LOAD_MAPS_MAX];
	size_t n_maps;
	volatile struct bw_control *control; /* mapped */
	int mark;			     /* link of the program that marks files; -1 */
	int measuring;			     /* a descriptor that lasts as long as the kernel is to measure; -1 */
};

const struct load_object *load_find_program(const struct loader *loader,
					    const char *name); /* NULL: not on this kernel */

#endif

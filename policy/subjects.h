/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who the rules of some tables can tell apart: by each thing that a subject asks for, the sets of traits that a process
 * can have by it, each with words for one that has them.
 */
#ifndef POLICY_SUBJECTS_H
#define POLICY_SUBJECTS_H

#include "places.h"

enum subject_side {
	SIDE_BINARY,
	SIDE_PARENT,
	SIDE_ANCESTORS, /* any number of them together, as with all that follow up to SIDE_NAMES */
	SIDE_CAPABILITIES,
	SIDE_ARGUMENTS,
	SIDE_NAMES, /* of its container */
	SIDE_USER,
	SIDE_GROUP,
	SIDE_CGROUP,
	SIDE_CONTAINER,
	SIDE_OWNER,
	SIDE_DIGEST,
	SIDE_APPLET,
	SIDE_MEMORY,
	_SIDE_MAX,
};

struct choice {
	struct bw_traits traits;
	const char *text; /* NULL: nothing that a rule asks for */
};

struct choices {
	struct choice *list; /* the first one is who has least */
	size_t n, capacity;
};

struct subjects {
	struct arena arena;
	struct choices side[_SIDE_MAX];
};

/* `paths` and `cgroups` are those of the tables. 0 or -ENOMEM; subjects_done() ends it in any case. */
int subjects_list(const struct tables *tables, const struct places *paths, const struct places *cgroups,
		  struct subjects *ret);

/*
 * The choices as far as the traits of `mask` go, each set once, and with their unions where they come together.
 * -E2BIG: there are more than can be told apart. choices are freed by the caller with subjects_done().
 */
int subjects_project(const struct subjects *from, const struct bw_traits *mask, struct subjects *ret);

void subjects_done(struct subjects *subjects);

#endif

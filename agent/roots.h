/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the policies in force ask of the roots of containers, and what each root has answered: where literal paths lead.
 *
 * What a root has once said is kept as long as the container is there: a link that it takes away afterwards takes
 * nothing out of force.
 */
#ifndef AGENT_ROOTS_H
#define AGENT_ROOTS_H

#include <linux/types.h>
#include <stdbool.h>
#include "root.h"

struct roots {
	struct root_paths paths; /* asked for; owned */
	unsigned int asked;	 /* counts changes of `paths` */
	struct alias_set known;	 /* that tables were made with; owned */
	bool unknown;		 /* some root has said more since */
	bool full;		 /* there are more than BW_ALIASES_MAX, and this was said */
};

/* One container's root. */
struct root {
	struct alias_set aliases;
	char *folder;	    /* where a hook said that it will be; NULL */
	unsigned int asked; /* roots.asked when it was looked at */
	unsigned int tries;
	bool seen;  /* it has been looked at, or never will be */
	__u64 last; /* when */
};

/*
 * Looks at a root, at one of `n` places, of its processes; at the one that a hook named before any
 * other, once. `id` is for messages. Returns whether its aliases are others than before.
 */
bool roots_look(struct roots *roots, struct root *root, const char *id, const struct root_place *place, size_t n);

/* Has it been looked at, or does nobody ask? */
bool roots_is_done(const struct roots *roots, const struct root *root);

/* The same where rules in force hold by what some roots have said. */
bool roots_is_known(const struct roots *roots, const struct root *root);

/* Other paths are asked for: 1; the same as before: 0; -ENOMEM. */
int roots_ask(struct roots *roots, const char *const *path, size_t n);

/* Takes `all` (borrowed, any order, with repetitions) for what tables are made with; sorts it. */
int roots_know(struct roots *roots, struct alias_set *all);

void roots_forget(struct root *root);
void roots_done(struct roots *roots);

#endif

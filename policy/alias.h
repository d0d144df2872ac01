/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A literal path of a policy that a symbolic link leads elsewhere: in the node's root, or in the root of a container.
 *
 * Where the link leads to a program that is many, and chooses by the name it is called by (a *box*), the link is one
 * of its applets and not the whole of it. A box is known by the name of its file, and only such programs are in the
 * list that choose by the arguments of the call alone, so that these tell: BusyBox, and coreutils as one binary.
 */
#ifndef POLICY_ALIAS_H
#define POLICY_ALIAS_H

#include <stdbool.h>
#include <stddef.h>

struct path_alias {
	const char *from; /* as a policy has it */
	const char *to;	  /* without symbolic links */
};

/* Sorted by alias_compare(), each once. */
struct alias_set {
	struct path_alias *list;
	size_t n;
};

int alias_compare(const void *a, const void *b); /* of struct path_alias: by `from`, then by `to` */
bool alias_set_has(const struct alias_set *set, const struct path_alias *alias);

/* The first alias of this path, and how many there are. */
const struct path_alias *alias_set_find(const struct alias_set *set, const char *from, size_t *ret_n);

/* Are both one path where /usr is merged? Every pattern is about both anyway. */
bool alias_is_twin(const struct path_alias *alias);

/* Is it an applet of a box? */
bool alias_is_applet(const struct path_alias *alias);

/* The last component: of an applet, its name. */
const char *alias_name(const char *path);

/* How the names of the files of boxes begin; NULL ends the list. */
extern const char *const alias_boxes[];

#endif

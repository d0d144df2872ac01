/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is known of one container, gathered from sources that each know a part: whoever comes first is believed.
 *
 * Owner: the arena owns all texts.
 */
#ifndef AGENT_CONTAINER_H
#define AGENT_CONTAINER_H

#include <base/arena.h>
#include <stdbool.h>
#include "policy/cgroup.h"

#define CONTAINER_TEXT_MAX   4096 /* bytes of one name; a longer one is not taken */
#define CONTAINER_LABELS_MAX 128

struct container {
	struct arena arena;
	const char *id;
	const char *sandbox; /* the id of the container that its runtime keeps for the pod; NULL: not known */
	struct container_names names;
	bool failed; /* memory ran out: it is not complete */
};

void container_begin(struct container *container, const char *id);
void container_done(struct container *container);

/* `member` is one of container->names; NULL and empty texts change nothing. */
void container_set(struct container *container, const char **member, const char *text);
void container_add_label(struct container *container, const char *key, const char *value);

/* Adds what `from` knows and `to` does not. */
void container_merge(struct container *to, const struct container_names *from);

bool container_same(const struct container_names *a, const struct container_names *b);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The names behind the keys of edges, which are hashes: for who spells paths.
 */
#ifndef POLICY_LITERALS_H
#define POLICY_LITERALS_H

#include <linux/types.h>
#include <base/arena.h>

struct literal {
	__u64 hash;
	const char *text;
};

struct literals {
	struct arena arena;
	struct literal *list;
	size_t n, capacity;
};

/* A compile_options.literal: 0 or -ENOMEM. */
int literals_add(void *literals, const char *bytes, size_t size, __u64 hash);

/* To be called when all are known, before any is looked for. */
void literals_sort(struct literals *literals);

/* The name of a key; NULL: none of them. */
const char *literals_find(const struct literals *literals, __u64 hash);

void literals_done(struct literals *literals);

#endif

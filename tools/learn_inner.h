/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the rooms of learning share.
 */
#ifndef TOOLS_LEARN_INNER_H
#define TOOLS_LEARN_INNER_H

#include "learn.h"

/* What one program does in one operation. */
struct learn_group {
	enum bw_operation operation;
	char *binary; /* as a pattern */
	struct intern objects;
	__u32 facilities;
	size_t seen;   /* in so many events */
	size_t memory; /* events of files without a name that it ran, which are not among those */
};

/* A list of texts: sorted, each once. Texts are an arena's. */
struct texts {
	const char **text;
	size_t n;
};

/* The objects of a group as texts of `arena`, widened where there are too many. 0 or -ENOMEM. */
int learn_widen(const struct learn *learn, const struct learn_group *group, struct arena *arena, struct texts *ret);

#endif

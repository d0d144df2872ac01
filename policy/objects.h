/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One object of an operation for each label that tables have for its objects.
 */
#ifndef POLICY_OBJECTS_H
#define POLICY_OBJECTS_H

#include "places.h"
#include "simulate.h"

struct object {
	struct simulate_object object;
	__u32 label; /* 0: of none, or of nothing but what it is not called by */
};

typedef int objects_each_fn(void *context, enum bw_operation operation, const struct object *object);

/* Calls `each` for all of them: 0, the first other value that it returns, or -ENOMEM. */
int objects_each(const struct tables *tables, enum bw_operation operation, const struct places *paths,
		 const struct places *names, objects_each_fn *each, void *context);

#endif

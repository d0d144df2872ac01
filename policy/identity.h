/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Users and groups: names, ids and ranges of ids.
 */
#ifndef POLICY_IDENTITY_H
#define POLICY_IDENTITY_H

#include "policy.h"

enum identity_kind {
	IDENTITY_USER,
	IDENTITY_GROUP,
	_IDENTITY_MAX,
};

#define IDENTITY_SLOTS	  64
#define IDENTITY_NAME_MAX 32 /* bytes of a name that is remembered: LOGIN_NAME_MAX of most systems */

/*
 * Names that were looked up, so that a text that repeats a name asks the node's database once and gets one answer.
 * Zeroed: empty. One name for each slot, the last one.
 */
struct identity_memo {
	struct identity_found {
		char name[IDENTITY_NAME_MAX + 1];
		uint32_t id;
	} slot[_IDENTITY_MAX][IDENTITY_SLOTS];
};

struct identity_error {
	const char *id; /* for the diagnostic */
	const char *hint;
	char message[160];
};

/* 0, -EINVAL with `error` filled, or -ENOMEM. */
int identity_parse(enum identity_kind kind, const char *text, struct identity_memo *memo, struct id_range *ret,
		   struct identity_error *error);

#endif

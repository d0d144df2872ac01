/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What came of a replay, for people and for machines.
 */
#ifndef TOOLS_REPLAY_PRINT_H
#define TOOLS_REPLAY_PRINT_H

#include "policy/policy.h"
#include "replay.h"
#include <json-c/json.h>

struct replay_view {
	const struct replay *replay;
	const struct policy_list *policies;
	const char *log;      /* the log's name, for places */
	size_t most;	      /* groups that are shown of one rule; 0: all */
	unsigned int changes; /* bit n: groups of enum replay_change n are shown */
	bool refused;	      /* only what is denied now, and without headings of changes */
};

/* Groups by change and rule. */
void replay_print_groups(const struct replay_view *view, FILE *to);

/* Lines that are no events, if there are any. */
void replay_print_problems(const struct replay_view *view, FILE *to);

/* The same as members of a document: counts, "changes", "unreadable". 0 or -ENOMEM. */
int replay_print_json(const struct replay_view *view, struct json_object *document);

#endif

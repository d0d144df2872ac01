/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Events as JSON, one object each: the names and their order are a contract with whoever reads the logs.
 */
#ifndef AGENT_FORMAT_JSON_H
#define AGENT_FORMAT_JSON_H

#include "event.h"
#include "requester.h"
#include "writer.h"

/* A decision or an undecided operation. */
void format_json_event(struct writer *writer, const char *node, const struct event *event);

struct format_policy {
	const char *change; /* "loaded", "unloaded", "mode" */
	const char *name;
	const char *hash;
	const char *mode;   /* in force now; NULL when unloaded */
	const char *source; /* the file, or "socket" */
};

void format_json_policy(struct writer *writer, const char *node, const struct format_policy *policy,
			const struct requester *requester);
void format_json_agent(struct writer *writer, const char *node, const char *state); /* "started", "stopped" */

/* where: "ring" (the kernel had no room) or "reader" (who follows events was too slow). */
void format_json_lost(struct writer *writer, const char *node, const char *where, __u64 count);

#endif

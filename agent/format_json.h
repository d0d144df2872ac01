/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Events as JSON, one object each: the names and their order are a contract with whoever reads the logs.
 */
#ifndef AGENT_FORMAT_JSON_H
#define AGENT_FORMAT_JSON_H

#include "event.h"
#include "requester.h"
#include "writer.h"

/* A decision, an undecided operation, or one that the guard refused. */
void format_json_event(struct writer *writer, const char *node, const struct event *event);

struct format_agent {
	const char *state; /* "started", "took over", "stopped" */
	__u64 decided;	   /* decisions while there was no agent; 0: none, or not known */
};

struct format_policy {
	const char *change; /* "loaded", "unloaded", "mode" */
	const char *name;
	const char *hash;
	const char *mode;   /* in force now; NULL when unloaded */
	const char *source; /* the file, or "socket" */
};

void format_json_policy(struct writer *writer, const char *node, const struct format_policy *policy,
			const struct requester *requester);
void format_json_agent(struct writer *writer, const char *node,
		       const struct format_agent *agent); /* "started", "stopped" */

/* where: "ring" (the kernel had no room) or "reader" (who follows events was too slow). */
void format_json_trial(struct writer *writer, const char *node, const char *state, __u64 seconds);
void format_json_lost(struct writer *writer, const char *node, const char *where, __u64 count);

/* Events that were counted and that no decision brings: `fold` says what they were, by the names of its set. */
void format_json_suppressed(struct writer *writer, const char *node, const struct roster *roster,
			    const struct bw_fold *fold, __u64 count);

#endif

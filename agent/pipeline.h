/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The way of events through the agent: record -> event -> enriched -> JSON -> history and sinks.
 */
#ifndef AGENT_PIPELINE_H
#define AGENT_PIPELINE_H

#include "enrich.h"
#include "format_json.h"
#include "history.h"
#include "sink.h"
#include "store.h"
#include "writer.h"

struct pipeline {
	const char *node;
	const struct store *store;     /* whose rosters name what records are about */
	const struct cgroups *cgroups; /* of which events are; NULL: of none */
	struct enrich *enrich;
	struct history *history;
	struct sink **sink;
	size_t n_sinks;
	struct writer writer; /* its memory is used again for each event */
	__u64 malformed;      /* records that were no records: a mistake of ours, reported in status */
};

/* Owner: the pipeline owns all but node, store and cgroups, which come filled in. */
int pipeline_init(struct pipeline *pipeline);
void pipeline_done(struct pipeline *pipeline);

int pipeline_add_sink(struct pipeline *pipeline, struct sink *sink); /* takes it on success */

void pipeline_record(struct pipeline *pipeline, const void *record, size_t size);
void pipeline_policy(struct pipeline *pipeline, const struct format_policy *policy, const struct requester *requester);
void pipeline_agent(struct pipeline *pipeline, const struct format_agent *agent);
void pipeline_trial(struct pipeline *pipeline, const char *state, __u64 seconds);
void pipeline_lost(struct pipeline *pipeline, __u64 count);
void pipeline_suppressed(struct pipeline *pipeline, const struct bw_fold *fold, __u64 count);

#endif

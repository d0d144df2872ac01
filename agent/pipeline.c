/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: records of the ring and the agent's own news. Out: JSON lines to the history and to every sink. Nothing here
 * decides, and nothing that fails here is more than an event that is missing: it is counted.
 */
#include "pipeline.h"
#include <errno.h>
#include <stdlib.h>
#include "log.h"
#include "when.h"

int pipeline_init(struct pipeline *pipeline)
{
	int r = enrich_new(pipeline->cgroups, &pipeline->enrich);

	r = r < 0 ? r : history_new(&pipeline->history);
	if (r < 0)
		pipeline_done(pipeline);
	return r;
}

void pipeline_done(struct pipeline *pipeline)
{
	pipeline->enrich = enrich_free(pipeline->enrich);
	pipeline->history = history_free(pipeline->history);
	while (pipeline->n_sinks)
		sink_free(pipeline->sink[--pipeline->n_sinks]);
	free(pipeline->sink);
	pipeline->sink = NULL;
	writer_done(&pipeline->writer);
}

int pipeline_add_sink(struct pipeline *pipeline, struct sink *sink)
{
	struct sink **grown = realloc(pipeline->sink, (pipeline->n_sinks + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	pipeline->sink = grown;
	pipeline->sink[pipeline->n_sinks++] = sink;
	return 0;
}

/* What stands in the writer is one event. */
static void publish(struct pipeline *pipeline, const struct history_mark *mark)
{
	struct writer *writer = &pipeline->writer;
	size_t i, size = writer->size;

	writer_plain(writer, "\n", 1);
	if (!writer_failed(writer)) {
		history_add(pipeline->history, mark, writer->text, size);
		for (i = 0; i < pipeline->n_sinks; i++)
			sink_write(pipeline->sink[i], writer->text, writer->size);
	}
	writer->size = 0;
	writer->after = false;
	writer->failed = false;
}

static struct history_mark mark_of(const struct event *event)
{
	const struct bw_event *record = event->record;
	const struct roster_policy *policy = NULL;

	if (record->record.type == BW_RECORD_DECISION)
		policy = roster_policy(event->roster, record->policy);
	return (struct history_mark){
		.time = when_from_boot(record->record.time),
		.policy = policy ? policy->name : NULL,
		.verdict = record->verdict,
		.operation = record->operation,
	};
}

void pipeline_record(struct pipeline *pipeline, const void *record, size_t size)
{
	struct history_mark mark;
	struct event event;
	int r = event_decode(record, size, &event);

	if (r == -ENOMSG) /* of programs that know more than we do */
		return;
	if (r < 0) {
		pipeline->malformed++;
		log_debug_errno(r, "Cannot decode a record of %zu bytes: %m, ignoring", size);
		return;
	}
	enrich_event(pipeline->enrich, store_roster(pipeline->store, event.record->active), &event);
	format_json_event(&pipeline->writer, pipeline->node, &event);
	mark = mark_of(&event);
	publish(pipeline, &mark);
	event_done(&event);
}

void pipeline_policy(struct pipeline *pipeline, const struct format_policy *policy, const struct requester *requester)
{
	const struct history_mark mark = { .time = when_now(), .policy = policy->name, .verdict = -1, .operation = -1 };

	format_json_policy(&pipeline->writer, pipeline->node, policy, requester);
	publish(pipeline, &mark);
}

void pipeline_agent(struct pipeline *pipeline, const struct format_agent *agent)
{
	const struct history_mark mark = { .time = when_now(), .verdict = -1, .operation = -1 };

	format_json_agent(&pipeline->writer, pipeline->node, agent);
	publish(pipeline, &mark);
}

void pipeline_trial(struct pipeline *pipeline, const char *state, __u64 seconds)
{
	const struct history_mark mark = { .time = when_now(), .verdict = -1, .operation = -1 };

	format_json_trial(&pipeline->writer, pipeline->node, state, seconds);
	publish(pipeline, &mark);
}

void pipeline_lost(struct pipeline *pipeline, __u64 count)
{
	const struct history_mark mark = { .time = when_now(), .verdict = -1, .operation = -1 };

	format_json_lost(&pipeline->writer, pipeline->node, "ring", count);
	publish(pipeline, &mark);
}

void pipeline_suppressed(struct pipeline *pipeline, const struct bw_fold *fold, __u64 count)
{
	const struct roster *roster = store_roster(pipeline->store, fold->active);
	const struct roster_policy *policy = roster_policy(roster, fold->policy);
	const struct history_mark mark = {
		.time = when_now(),
		.policy = policy ? policy->name : NULL,
		.verdict = fold->verdict,
		.operation = fold->operation,
	};

	format_json_suppressed(&pipeline->writer, pipeline->node, roster, fold, count);
	publish(pipeline, &mark);
}

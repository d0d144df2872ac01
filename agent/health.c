/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the agent. Out: what is wrong with it, in words that name the object.
 */
#include "health.h"
#include <stdio.h>
#include "pulse.h"
#include "scout.h"

static void put_reason(struct writer *writer, const char *what, const char *object)
{
	char reason[512];

	snprintf(reason, sizeof(reason), "%s: %s", what, object);
	writer_text(writer, NULL, reason);
}

void health_reasons(const struct agent *agent, struct writer *reasons)
{
	size_t i;

	writer_open(reasons, NULL, '[');
	for (i = 0; i < agent->reload.scan.n; i++)
		if (agent->reload.scan.file[i].state == SCAN_BROKEN)
			put_reason(reasons, "broken policy file", agent->reload.scan.file[i].path);
	for (i = 0; i < agent->pipeline.n_sinks; i++)
		if (sink_status(agent->pipeline.sink[i]).failing)
			put_reason(reasons, "events cannot be written",
				   sink_status(agent->pipeline.sink[i]).destination);
	if (!pulse_beats())
		writer_text(reasons, NULL, "the kernel runs no program: sysctl kernel.ftrace_enabled=1");
	if (agent->keep.behind || !agent->keep.state)
		put_reason(reasons, "what is in force is not kept for the next agent", agent->config->state_dir);
	if (scout_is_lost())
		writer_text(reasons, NULL, "the process that looks at others has ended: restart the agent");
	if (agent->mounts_stale)
		writer_text(reasons, NULL, "the last change of the node's mounts could not be followed");
	if (agent->pipeline.malformed)
		writer_text(reasons, NULL, "records of the kernel programs were malformed");
	writer_close(reasons, ']');
}

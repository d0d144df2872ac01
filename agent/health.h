/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether the agent does all that it was asked to do.
 */
#ifndef AGENT_HEALTH_H
#define AGENT_HEALTH_H

#include "agent.h"

/* Writes a list of the reasons why it does not, "[]" when it does, as a JSON text of its own. */
void health_reasons(const struct agent *agent, struct writer *reasons);

static inline bool health_is_good(const struct writer *reasons)
{
	return reasons->size == 2; /* "[]" */
}

#endif

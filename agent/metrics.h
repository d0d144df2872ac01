/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the agent and its kernel side have counted, for those who watch nodes. docs/metrics.md has the list.
 */
#ifndef AGENT_METRICS_H
#define AGENT_METRICS_H

#include "agent.h"
#include "exposition.h"

/* Writes all of it to `out`. Returns 0, or -errno when the kernel did not tell its counters. */
int metrics_write(struct agent *agent, enum exposition_form form, struct writer *out);

#endif

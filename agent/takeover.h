/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The steps of a start that are about an agent before this one; none of them does anything where there was none.
 */
#ifndef AGENT_TAKEOVER_H
#define AGENT_TAKEOVER_H

struct agent;

/*
 * Before policies are put in force: what pods are called, who the numbers in waiting events are, which files are
 * marked, and what is sealed. Waits for the kubelet, some seconds at most. Returns -errno, logged, when what is sealed
 * cannot be found out.
 */
int takeover_begin(struct agent *agent);

/* When the programs are attached: what was marked while they were loaded. */
void takeover_attached(struct agent *agent);

/* load_keep(), with what has to be told of programs that go. Returns 0 or -errno, logged. */
int takeover_keep(struct agent *agent);

/* Tells that the agent has begun, and what was decided without one. Before the first tick, which counts from there. */
void takeover_tell(struct agent *agent);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `bulwarkd --stop`: asks the agent that runs to take enforcement down.
 */
#ifndef AGENT_STOP_H
#define AGENT_STOP_H

/* Returns when the agent has ended, or -errno, logged. */
int stop_agent(const char *socket_path);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Do the attached programs still run? kernel.ftrace_enabled=0 silences them without detaching them.
 */
#ifndef AGENT_PULSE_H
#define AGENT_PULSE_H

#include <stdbool.h>

/* False when the kernel says that it runs none. A kernel without the switch runs them. */
bool pulse_beats(void);

/* The same, once a second: logs when it stops and when it is back. `beating` is as of the last time. */
bool pulse_watch(bool beating);

#endif

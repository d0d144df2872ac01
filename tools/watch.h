/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A learning run: all that some programs do, for a while, reported by a policy that is in force for just as long and
 * refuses nothing.
 */
#ifndef TOOLS_WATCH_H
#define TOOLS_WATCH_H

#include "command.h"
#include "replay.h"

#define WATCH_SECONDS_MAX 604800 /* a week */

struct watch {
	const struct command_options *options;
	unsigned int seconds;
	char *const *binaries; /* absolute, without links; ends with NULL */
};

/*
 * Has the agent report it, into `replay`, until the time is over or somebody interrupts (SIGINT, SIGTERM); then takes
 * the policy out of force. Returns an exit status; what is not COMMAND_OK has been told.
 */
int watch_run(const struct watch *watch, struct replay *replay);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The events that an agent remembers, for a replay.
 */
#ifndef TOOLS_REMEMBERED_H
#define TOOLS_REMEMBERED_H

#include "command.h"
#include "replay.h"

/* Those of one policy, or with NULL all. Returns an exit status; what is not COMMAND_OK has been told. */
int remembered_events(const struct command_options *options, const char *policy, struct replay *replay);

#endif

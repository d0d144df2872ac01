/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The events of a replay, from where they are kept.
 */
#ifndef TOOLS_REMEMBERED_H
#define TOOLS_REMEMBERED_H

#include "command.h"
#include "replay.h"

/* Those of one policy, or with NULL all. Returns an exit status; what is not COMMAND_OK has been told. */
int remembered_events(const struct command_options *options, const char *policy, struct replay *replay);

/* Those of a log; "-" is standard input. Returns an exit status; what is not COMMAND_OK has been told. */
int remembered_log(const char *path, struct replay *replay);

#endif

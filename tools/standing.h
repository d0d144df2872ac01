/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who a live process is to the policies in force, as the agent tells it.
 */
#ifndef TOOLS_STANDING_H
#define TOOLS_STANDING_H

#include "command.h"
#include <json-c/json.h>

/* The agent's answer about a process; the caller puts it. Returns an exit status; what is not COMMAND_OK has been told.
 */
int standing_ask(const struct command_options *options, unsigned int pid, struct json_object **ret);

/* For people, or with --json as it came. */
void standing_print(struct json_object *subject, const struct command_options *options, unsigned int pid);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An exchange with the agent, as a command has it: every function returns an exit status, and one that is not
 * COMMAND_OK has been told on stderr.
 */
#ifndef TOOLS_ASK_H
#define TOOLS_ASK_H

#include "command.h"

struct client;
struct json_object;

/* One exchange. The reply's parameters are for the caller to put; `parameters` (NULL: none) stay the caller's. */
int ask_agent(const struct command_options *options, const char *method, struct json_object *parameters,
	      struct json_object **ret);

/* Its steps, for a command that wants more than one line: connect and send; receive a line; see what it says. */
int ask_begin(const struct command_options *options, const char *method, struct json_object *parameters,
	      struct client **ret);
int ask_receive(const struct command_options *options, struct client *client, int timeout, struct json_object **ret);
int ask_answer(const struct command_options *options, struct json_object *line, struct json_object **ret);

/* "diagnostics" or "warnings" of a reply, on stderr; NULL: none. */
void ask_print_diagnostics(struct json_object *diagnostics);

/* For a reply that lacks what the contract promises. */
int ask_unexpected(const struct command_options *options);

/* Why there is no answer, without a remedy and untold: "nobody listens there". `error`: what client.h returned. */
const char *ask_reason(int error);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark stop: takes enforcement down and ends the agent. In: nothing. Out: done only when the agent is gone, so that
 * what follows in a script finds neither agent nor enforcement.
 */
#include "ask.h"
#include "client.h"
#include "reply.h"
#include <bulwark/control.h>
#include <errno.h>

const struct argp cmd_stop_argp = {
	.parser = command_parse_bare,
	.doc = "Takes enforcement down and ends the agent. Nothing is refused on this node from then on."
	       "\vThe policies of the folders are in force again when the agent is started again.",
	.children = command_children,
};

/* The agent keeps this connection open until it is done: its end comes after that of enforcement and socket. */
static int await_end(const struct command_options *options, struct client *client)
{
	struct json_object *line = NULL;
	int r;

	r = client_receive(client, options->timeout, &line);
	json_object_put(line);
	if (r == -ECONNRESET)
		r = client_await_end(options->socket, options->timeout);
	if (r == 0)
		return COMMAND_OK;
	command_error("the agent at %s agreed to end and is still there; journalctl -u bulwark", options->socket);
	return COMMAND_AGENT;
}

int cmd_stop(int argc, char **argv)
{
	struct command_options options = COMMAND_OPTIONS_DEFAULT;
	struct json_object *line = NULL, *reply = NULL;
	struct client *client = NULL;
	int status;

	argp_parse(&cmd_stop_argp, argc, argv, 0, NULL, &options);
	status = ask_begin(&options, "stop", NULL, &client);
	status = status ?: ask_receive(&options, client, options.timeout, &line);
	status = status ?: ask_answer(&options, line, &reply);
	status = status ?: await_end(&options, client);
	if (status == COMMAND_OK && options.json)
		reply_print(reply, stdout);
	else if (status == COMMAND_OK)
		puts("enforcement is down, the agent has ended");
	json_object_put(reply);
	json_object_put(line);
	client_free(client);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark events: the decisions. In: filters, which the agent applies. Out: a line for each event, as it is (JSON
 * lines) or for people; with --follow until interrupted.
 */
#include "ask.h"
#include "client.h"
#include "event.h"
#include "moment.h"
#include "reply.h"
#include <bulwark/control.h>
#include "policy/names.h"

struct arguments {
	struct command_options options;
	bool follow;
	const char *policy;
	const char *verdict;
	const char *operation;
	char since[MOMENT_SIZE]; /* "": all that the agent remembers */
};

static const struct argp_option options[] = {
	{ "follow", 'f', NULL, 0, "What happens from now on, or from --since on, until interrupted", 0 },
	{ "policy", 'p', "NAME", 0, "Only events of this policy", 0 },
	{ "verdict", 'v', "VERDICT", 0, "Only this verdict: allow, audit, deny or kill, carried out or not", 0 },
	{ "operation", 'o', "OPERATION", 0, "Only this operation: exec, read, write, connect, bind, socket or use", 0 },
	{ "since", 's', "TIME", 0, "Not before this time: RFC 3339, or a span like 10m, 2h or 1d", 0 },
	{ 0 },
};

static void parse_since(struct arguments *arguments, const char *value, struct argp_state *state)
{
	struct timespec now, since;

	clock_gettime(CLOCK_REALTIME, &now);
	if (moment_since(value, &now, &since) < 0)
		argp_error(state, "not a time: '%s'; write 2026-01-02T03:04:05Z or a span like 90s, 10m, 2h, 1d, 1w",
			   value);
	moment_format(&since, arguments->since);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'f':
		arguments->follow = true;
		return 0;
	case 'p':
		arguments->policy = value;
		return 0;
	case 'v':
		command_require_word(state, "verdict", value, verdict_name, _BW_VERDICT_MAX);
		arguments->verdict = value;
		return 0;
	case 'o':
		command_require_word(state, "operation", value, operation_name, _BW_OP_MAX);
		arguments->operation = value;
		return 0;
	case 's':
		parse_since(arguments, value, state);
		return 0;
	default:
		return command_no_argument(key, value, state);
	}
}

const struct argp cmd_events_argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Prints the decisions that the agent remembers, oldest first."
	       "\vWith --json each line is one event, see bulwark-events(5).",
	.children = command_children,
};

static struct json_object *new_parameters(const struct arguments *arguments)
{
	struct json_object *parameters = json_object_new_object();
	int r = parameters ? 0 : -1;

	if (r == 0 && arguments->follow)
		r = json_object_object_add(parameters, "follow", json_object_new_boolean(true));
	r = r ?: reply_add(parameters, "policy", arguments->policy);
	r = r ?: reply_add(parameters, "verdict", arguments->verdict);
	r = r ?: reply_add(parameters, "operation", arguments->operation);
	r = r ?: reply_add(parameters, "since", arguments->since[0] ? arguments->since : NULL);
	if (r == 0)
		return parameters;
	json_object_put(parameters);
	return NULL;
}

/* Prints the events up to the reply that ends them. Who follows gets each at once and waits for ever. */
static int print_events(const struct arguments *arguments, struct client *client)
{
	const struct command_options *common = &arguments->options;
	int timeout = arguments->follow ? -1 : common->timeout;
	struct json_object *line, *event, *last;
	int status;

	while (!ferror(stdout)) {
		status = ask_receive(common, client, timeout, &line);
		if (status != COMMAND_OK)
			return status;
		event = reply_object(line, "event");
		if (!event) {
			status = ask_answer(common, line, &last);
			if (status == COMMAND_OK)
				json_object_put(last);
			json_object_put(line);
			return status;
		}
		if (common->json)
			reply_print(event, stdout);
		else
			event_print(event, stdout);
		if (arguments->follow)
			fflush(stdout);
		json_object_put(line);
	}
	return COMMAND_OK;
}

int cmd_events(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *parameters;
	struct client *client = NULL;
	int status;

	argp_parse(&cmd_events_argp, argc, argv, 0, NULL, &arguments);
	parameters = new_parameters(&arguments);
	if (!parameters)
		return command_out_of_memory();
	status = ask_begin(&arguments.options, "events", parameters, &client);
	status = status ?: print_events(&arguments, client);
	client_free(client);
	json_object_put(parameters);
	return status;
}

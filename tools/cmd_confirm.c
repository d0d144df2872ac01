/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark confirm: ends the trial of a change that was made with --try. In: nothing. Out: the change stays; or, with
 * --undo, what was in force before it is again.
 */
#include "ask.h"
#include "reply.h"
#include <bulwark/control.h>

struct arguments {
	struct command_options options;
	bool undo;
};

static const struct argp_option options[] = {
	{ "undo", 'u', NULL, 0, "Take the change back at once", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'u':
		arguments->undo = true;
		return 0;
	default:
		return command_no_argument(key, value, state);
	}
}

const struct argp cmd_confirm_argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Keeps a change that was made with --try, which is taken back otherwise."
	       "\vExit status 1: no change is on trial.",
	.children = command_children,
};

int cmd_confirm(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *parameters, *reply = NULL;
	int status;

	argp_parse(&cmd_confirm_argp, argc, argv, 0, NULL, &arguments);
	parameters = json_object_new_object();
	if (!parameters || json_object_object_add(parameters, "undo", json_object_new_boolean(arguments.undo)) != 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_agent(&arguments.options, "confirm", parameters, &reply);
	json_object_put(parameters);
	if (status == COMMAND_OK && arguments.options.json)
		reply_print(reply, stdout);
	else if (status == COMMAND_OK)
		puts(arguments.undo ? "taken back" : "confirmed");
	json_object_put(reply);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark mode: switches one policy between audit and enforce, at one instant for every hook. In: a name and a mode.
 * Out: what the mode was and is.
 */
#include "ask.h"
#include "print.h"
#include "reply.h"
#include "trial.h"
#include <bulwark/control.h>
#include "policy/names.h"

struct arguments {
	struct command_options options;
	const char *name;
	const char *mode;
	unsigned int try;
};

static const struct argp_option options[] = {
	TRIAL_OPTION,
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 't':
		arguments->try = trial_parse(state, value);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0) {
			arguments->name = value;
			return 0;
		}
		if (state->arg_num > 1)
			argp_error(state, "one NAME and one mode at a time");
		command_require_word(state, "mode", value, mode_name, _BW_MODE_MAX);
		arguments->mode = value;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->mode)
			argp_error(state, "which NAME, and audit or enforce?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_mode_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "NAME audit|enforce",
	.doc = "Switches a policy between audit (what it denies is reported, not refused) and enforce, at one instant.",
	.children = command_children,
};

static int print_mode(const struct arguments *arguments, struct json_object *reply)
{
	if (!reply_text(reply, "mode") || !reply_text(reply, "was"))
		return ask_unexpected(&arguments->options);
	if (arguments->options.json) {
		reply_print(reply, stdout);
		return COMMAND_OK;
	}
	print_text(stdout, arguments->name);
	fputs(": ", stdout);
	print_text(stdout, reply_text(reply, "mode"));
	fputs(", was ", stdout);
	print_text(stdout, reply_text(reply, "was"));
	putchar('\n');
	trial_print(reply);
	return COMMAND_OK;
}

int cmd_mode(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *parameters, *reply = NULL;
	int status;

	argp_parse(&cmd_mode_argp, argc, argv, 0, NULL, &arguments);
	parameters = json_object_new_object();
	if (!parameters || reply_add(parameters, "name", arguments.name) < 0 ||
	    reply_add(parameters, "mode", arguments.mode) < 0 ||
	    reply_add_number(parameters, "try", arguments.try) < 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_agent(&arguments.options, "mode", parameters, &reply);
	status = status ?: print_mode(&arguments, reply);
	json_object_put(reply);
	json_object_put(parameters);
	return status;
}

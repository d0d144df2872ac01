/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark show: a policy as it was loaded. In: a name. Out: a comment with what the text does not say (the mode in
 * force, the hash, where it came from) and the text itself, so that the whole can be loaded again.
 */
#include "ask.h"
#include "print.h"
#include "reply.h"
#include <bulwark/control.h>
#include <string.h>
#include <unistd.h>

struct arguments {
	struct command_options options;
	const char *name;
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->name)
			argp_error(state, "one NAME at a time");
		arguments->name = value;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which NAME? 'bulwark list' tells them");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_show_argp = {
	.parser = parse_option,
	.args_doc = "NAME",
	.doc = "Prints a policy that is in force: its text as it was loaded, under a comment with the mode it is in now.",
	.children = command_children,
};

static void print_policy(struct json_object *policy, const char *text)
{
	size_t size = strlen(text);

	fputs("# mode ", stdout);
	print_text(stdout, reply_text(policy, "mode"));
	fputs(", hash ", stdout);
	print_text(stdout, reply_text(policy, "hash"));
	fputs(", loaded ", stdout);
	print_text(stdout, reply_text(policy, "loaded"));
	fputs(" from ", stdout);
	print_text(stdout, reply_text(policy, "source"));
	putchar('\n');
	/* A file must get every byte back; a terminal must not be steered by any. */
	if (isatty(STDOUT_FILENO))
		print_block(stdout, text);
	else
		fputs(text, stdout);
	if (!size || text[size - 1] != '\n')
		putchar('\n');
}

int cmd_show(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *parameters, *reply = NULL;
	int status;

	argp_parse(&cmd_show_argp, argc, argv, 0, NULL, &arguments);
	parameters = json_object_new_object();
	if (!parameters || reply_add(parameters, "name", arguments.name) < 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_agent(&arguments.options, "show", parameters, &reply);
	if (status == COMMAND_OK && (!reply_text(reply, "text") || !reply_object(reply, "policy")))
		status = ask_unexpected(&arguments.options);
	if (status == COMMAND_OK && arguments.options.json)
		reply_print(reply, stdout);
	else if (status == COMMAND_OK)
		print_policy(reply_object(reply, "policy"), reply_text(reply, "text"));
	json_object_put(reply);
	json_object_put(parameters);
	return status;
}

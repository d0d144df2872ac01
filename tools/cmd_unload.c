/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark unload: takes policies out of force. In: names, or --all. Out: the names that the agent took out; one that
 * it does not have changes nothing for any of them.
 */
#include "ask.h"
#include "print.h"
#include "reply.h"
#include <bulwark/control.h>
#include <errno.h>

struct arguments {
	struct command_options options;
	bool all;
	char **names; /* ended by NULL; or NULL */
};

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Every policy that is in force", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	(void)value;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'a':
		arguments->all = true;
		return 0;
	case ARGP_KEY_ARGS:
		arguments->names = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		if (arguments->all && arguments->names)
			argp_error(state, "either names or --all");
		if (!arguments->all && !arguments->names)
			argp_error(state, "which NAME, or --all?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_unload_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "NAME...\n--all",
	.doc = "Takes policies out of force: all that are named, or none.",
	.children = command_children,
};

static struct json_object *new_parameters(const struct arguments *arguments)
{
	struct json_object *parameters = json_object_new_object(), *names = NULL;
	int r = parameters ? 0 : -ENOMEM;

	if (r == 0 && arguments->all)
		r = reply_give(parameters, "all", json_object_new_boolean(true));
	else if (r == 0)
		r = reply_give(parameters, "names", names = json_object_new_array());
	for (char **name = arguments->names; r == 0 && name && *name; name++)
		r = json_object_array_add(names, json_object_new_string(*name));
	if (r == 0)
		return parameters;
	json_object_put(parameters);
	return NULL;
}

static int print_unloaded(const struct arguments *arguments, struct json_object *reply)
{
	struct json_object *names = reply_list(reply, "unloaded");
	size_t i;

	if (!names)
		return ask_unexpected(&arguments->options);
	if (arguments->options.json) {
		reply_print(reply, stdout);
		return COMMAND_OK;
	}
	for (i = 0; i < reply_count(names); i++) {
		fputs("unloaded ", stdout);
		print_text(stdout, reply_item(names, i));
		putchar('\n');
	}
	return COMMAND_OK;
}

int cmd_unload(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *parameters, *reply = NULL;
	int status;

	argp_parse(&cmd_unload_argp, argc, argv, 0, NULL, &arguments);
	parameters = new_parameters(&arguments);
	if (!parameters)
		return command_out_of_memory();
	status = ask_agent(&arguments.options, "unload", parameters, &reply);
	status = status ?: print_unloaded(&arguments, reply);
	json_object_put(reply);
	json_object_put(parameters);
	return status;
}

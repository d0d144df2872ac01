/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark load: puts policies in force. In: files and folders. Out: the agent's policies, all of the given ones or
 * none. They are parsed here first, so that an author's mistake shows the author's path and costs the agent nothing;
 * the agent parses the very same texts again, since it trusts nobody.
 */
#include "ask.h"
#include "input.h"
#include "print.h"
#include "reply.h"
#include "trial.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include "policy/names.h"

struct arguments {
	struct command_options options;
	const char *mode;
	unsigned int try;
	char **inputs;
};

static const struct argp_option options[] = {
	{ "mode", 'm', "audit|enforce", 0, "The mode of every policy, whatever its text says", 0 },
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
	case 'm':
		command_require_word(state, "mode", value, mode_name, _BW_MODE_MAX);
		arguments->mode = value;
		return 0;
	case 't':
		arguments->try = trial_parse(state, value);
		return 0;
	default:
		return input_arguments(key, state, &arguments->inputs);
	}
}

const struct argp cmd_load_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE|DIR...",
	.doc = "Puts policies in force: all that are given, or none. A policy of the same name is replaced in the same step."
	       "\vA DIR stands for its files *.yaml, *.yml and *.json that are not hidden; - is standard input.",
	.children = command_children,
};

static struct json_object *new_parameters(const struct input_list *inputs, const struct arguments *arguments)
{
	struct json_object *parameters = json_object_new_object();
	struct json_object *documents = json_object_new_array();
	int r = parameters && documents ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < inputs->n; i++) {
		const struct source *source = inputs->source[i];

		r = reply_add_document(documents, source->name, source->text, source->size);
	}
	r = r ?: reply_add(parameters, "mode", arguments->mode);
	r = r ?: reply_add_number(parameters, "try", arguments->try);
	if (r == 0 && reply_give(parameters, "documents", documents) == 0)
		return parameters;
	if (r)
		json_object_put(documents);
	json_object_put(parameters);
	return NULL;
}

static void print_loaded(struct json_object *loaded)
{
	size_t i;

	for (i = 0; i < reply_count(loaded); i++) {
		struct json_object *policy = json_object_array_get_idx(loaded, i);
		long long rules = reply_number(policy, "rules");

		fputs(reply_true(policy, "replaced") ? "replaced " : "loaded ", stdout);
		print_text(stdout, reply_text(policy, "name"));
		fputs(": ", stdout);
		print_text(stdout, reply_text(policy, "mode"));
		printf(", %lld %s\n", rules, rules == 1 ? "rule" : "rules");
	}
}

static int send_policies(const struct arguments *arguments, const struct input_list *inputs)
{
	struct json_object *parameters = new_parameters(inputs, arguments);
	struct json_object *reply = NULL;
	int status;

	if (!parameters)
		return command_out_of_memory();
	status = ask_agent(&arguments->options, "load", parameters, &reply);
	if (status == COMMAND_OK && !reply_list(reply, "loaded"))
		status = ask_unexpected(&arguments->options);
	ask_print_diagnostics(reply_list(reply, "warnings"));
	if (status == COMMAND_OK && arguments->options.json)
		reply_print(reply, stdout);
	else if (status == COMMAND_OK) {
		print_loaded(reply_list(reply, "loaded"));
		trial_print(reply);
	}
	json_object_put(reply);
	json_object_put(parameters);
	return status;
}

int cmd_load(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct policy_list policies = { 0 };
	struct input_list inputs = { 0 };
	struct diag diag = { 0 };
	int status = COMMAND_NO, r;

	argp_parse(&cmd_load_argp, argc, argv, 0, NULL, &arguments);
	r = input_policies(arguments.inputs, &inputs, &policies, &diag);
	diag_print(&diag, stderr);
	if (r == 0)
		status = send_policies(&arguments, &inputs);
	else if (r == -ENOMEM)
		status = command_out_of_memory();
	diag_done(&diag);
	policy_list_done(&policies);
	input_list_done(&inputs);
	return status;
}

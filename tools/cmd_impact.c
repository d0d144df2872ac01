/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark impact: what a policy that is in force in audit mode would have refused if it had enforced. In: its name; its
 * text as the agent has it; the events that it reported, as the agent remembers them or from a log. Out: rules,
 * programs and objects with counts; exit status 1 if there is anything.
 */
#include "inforce.h"
#include "print.h"
#include "remembered.h"
#include "replay_print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>

#define SHOWN 10

struct arguments {
	struct command_options options;
	bool all;
	const char *log; /* NULL: what the agent remembers */
	const char *name;
};

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Print every program and object, not only the most frequent of a rule", 0 },
	{ "log", 'l', "FILE", 0, "The log of events, in place of what the agent remembers; - is standard input", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'a':
		arguments->all = true;
		return 0;
	case 'l':
		arguments->log = value;
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

const struct argp cmd_impact_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "NAME",
	.doc = "Tells what a policy in audit mode would have refused if it had enforced: to be read before 'bulwark mode "
	       "NAME enforce'."
	       "\vThe events are judged by the policy as it is now. The exit status is 1 if something would have been "
	       "refused.",
	.children = command_children,
};

/* --- telling --------------------------------------------------------------------------------------------------------
 */

static size_t count_refused(const struct replay *replay)
{
	size_t n = 0;

	for (size_t i = 0; i < replay->n_groups; i++)
		if (replay->group[i].is >= BW_VERDICT_DENY)
			n += replay->group[i].count;
	return n;
}

static int print_document(const struct replay_view *view, size_t refused)
{
	struct json_object *document = json_object_new_object();
	int r = document ? replay_print_json(view, document) : -ENOMEM;

	r = r ?: json_object_object_add(document, "refused", json_object_new_uint64(refused));
	if (r == 0)
		reply_print(document, stdout);
	json_object_put(document);
	return r;
}

static int tell(const struct arguments *arguments, const struct policy_list *policies, const struct replay *replay)
{
	const struct replay_view view = {
		.replay = replay,
		.policies = policies,
		.log = arguments->log ?: "events",
		.most = arguments->all ? 0 : SHOWN,
		.changes = ~0u,
		.refused = true,
	};
	size_t refused = count_refused(replay);

	if (arguments->options.json && print_document(&view, refused) < 0)
		return command_out_of_memory();
	if (!arguments->options.json) {
		replay_print_problems(&view, stderr);
		print_text(stdout, arguments->name);
		printf(" would have refused %zu of the %zu attempts that it reported\n", refused, replay->n_events);
		replay_print_groups(&view, stdout);
	}
	return refused ? COMMAND_NO : COMMAND_OK;
}

static int run(const struct arguments *arguments, const struct policy_list *policies, struct diag *diag)
{
	struct replay replay = { .policy = arguments->name, .audited = true };
	int r = replay_begin(&replay, policies, diag);
	int status = r < 0 ? COMMAND_NO : COMMAND_OK;

	if (status == COMMAND_OK)
		status = arguments->log ? remembered_log(arguments->log, &replay)
					: remembered_events(&arguments->options, arguments->name, &replay);
	if (status == COMMAND_OK)
		status = replay_finish(&replay) < 0 ? command_out_of_memory() : tell(arguments, policies, &replay);
	replay_done(&replay);
	return status;
}

int cmd_impact(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct policy_list policies = { 0 };
	struct diag diag = { 0 };
	int status;

	argp_parse(&cmd_impact_argp, argc, argv, 0, NULL, &arguments);
	status = inforce_policies(&arguments.options, arguments.name, &policies, &diag);
	if (status == COMMAND_OK)
		status = run(&arguments, &policies, &diag);
	diag_print(&diag, stderr);
	diag_done(&diag);
	policy_list_done(&policies);
	return status;
}

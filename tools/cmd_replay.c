/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark replay: recorded events against other policies. In: a log, policies from files or those in force. Out: what
 * would change; exit status 1 if anything would be denied that was not.
 */
#include "command.h"
#include "inforce.h"
#include "input.h"
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
	const char *log;
	char *const *inputs;
};

static char *const no_inputs[] = { NULL };

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Print every program and object, not only the most frequent of a rule", 0 },
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
		arguments->log = state->argv[state->next];
		arguments->inputs = state->argv + state->next + 1;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which log of events?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_replay_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "EVENTS [FILE|DIR...]",
	.doc = "Tells what recorded events would come to with other policies: with those of the files, or without any "
	       "with those in force. Rules are compared, whatever the modes of their policies are."
	       "\vEVENTS is a log of the agent's or what 'bulwark events --json' printed; - is standard input. The exit "
	       "status is 1 if something is newly denied.",
	.children = command_children,
};

/* The policies to compare with; an exit status. */
static int gather(const struct arguments *arguments, struct input_list *inputs, struct policy_list *policies,
		  struct diag *diag)
{
	int r;

	if (!*arguments->inputs)
		return inforce_policies(&arguments->options, NULL, policies, diag);
	r = input_policies(arguments->inputs, inputs, policies, diag);
	if (r == -ENOMEM)
		return command_out_of_memory();
	return r < 0 ? COMMAND_NO : COMMAND_OK;
}

/* "12 newly denied, 3 newly allowed, 985 as before" */
static void print_counts(const struct replay *replay)
{
	static const char *const words[] = {
		[REPLAY_DENIED] = "newly denied",
		[REPLAY_ALLOWED] = "newly allowed",
		[REPLAY_STRICTER] = "stricter",
		[REPLAY_MILDER] = "milder",
		[REPLAY_OTHER_RULE] = "by another rule",
		[REPLAY_UNTOLD] = "not certain",
		[REPLAY_SAME] = "as before",
	};

	printf("%zu attempts of %zu kinds: ", replay->n_events, replay_questions(replay));
	for (unsigned int i = 0; i < _REPLAY_CHANGE_MAX; i++)
		if (replay->n_changes[i] || i == REPLAY_DENIED || i == REPLAY_SAME)
			printf("%zu %s%s", replay->n_changes[i], words[i], i == REPLAY_SAME ? "" : ", ");
	if (replay->n_unread)
		printf("; %zu lines cannot be read", replay->n_unread);
	putchar('\n');
}

static int print_document(const struct replay_view *view)
{
	struct json_object *document = json_object_new_object();
	int r = document ? replay_print_json(view, document) : -ENOMEM;

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
		.log = arguments->log,
		.most = arguments->all ? 0 : SHOWN,
		.changes = ~(1u << REPLAY_SAME),
	};

	if (arguments->options.json && print_document(&view) < 0)
		return command_out_of_memory();
	if (!arguments->options.json) {
		replay_print_problems(&view, stderr);
		replay_print_groups(&view, stdout);
		print_counts(replay);
	}
	return replay->n_changes[REPLAY_DENIED] ? COMMAND_NO : COMMAND_OK;
}

static int run(const struct arguments *arguments, const struct policy_list *policies, struct diag *diag)
{
	struct replay replay = { 0 };
	int status = replay_begin(&replay, policies, diag) < 0 ? COMMAND_NO : remembered_log(arguments->log, &replay);

	if (status == COMMAND_OK)
		status = replay_finish(&replay) < 0 ? command_out_of_memory() : tell(arguments, policies, &replay);
	replay_done(&replay);
	return status;
}

int cmd_replay(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT, .inputs = no_inputs };
	struct policy_list policies = { 0 };
	struct input_list inputs = { 0 };
	struct diag diag = { 0 };
	int status;

	argp_parse(&cmd_replay_argp, argc, argv, 0, NULL, &arguments);
	status = gather(&arguments, &inputs, &policies, &diag);
	if (status == COMMAND_OK)
		status = run(&arguments, &policies, &diag);
	diag_print(&diag, stderr);
	diag_done(&diag);
	policy_list_done(&policies);
	input_list_done(&inputs);
	return status;
}

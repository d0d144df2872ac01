/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark learn: a policy of least privilege from what was seen. In: recorded events, or what programs do from now on.
 * Out: the policy, in audit mode, for its author to read; what was refused is not learned.
 */
#include "learn.h"
#include "moment.h"
#include "policy/policy.h"
#include "remembered.h"
#include "watch.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>

#define MOST 16

struct arguments {
	struct command_options options;
	const char *from; /* NULL: what the agent remembers */
	const char *name;
	const char *policy;
	char **binaries;
	size_t most;
	unsigned int seconds; /* of a learning run; 0: none */
};

static char *no_binaries[] = { NULL };

static const struct argp_option options[] = {
	{ "from", 'f', "EVENTS", 0, "The log of events, in place of what the agent remembers; - is standard input", 0 },
	{ "for", 'F', "SPAN", 0,
	  "Have the agent report all that these programs do for so long (90s, 10m, 2h), and learn from that", 0 },
	{ "name", 'N', "NAME", 0, "What the policy is called [learned]", 0 },
	{ "policy", 'p', "NAME", 0, "Only events of this policy", 0 },
	{ "most", 'm', "N", 0, "So many files of one folder are listed one by one [16]", 0 },
	{ 0 },
};

static void parse_most(struct arguments *arguments, const char *value, struct argp_state *state)
{
	char *end;
	unsigned long most;

	errno = 0;
	most = strtoul(value, &end, 10);
	if (errno || *end || *value < '0' || *value > '9' || most > BW_LIST_MAX)
		argp_error(state, "not a number from 0 to %d: '%s'", BW_LIST_MAX, value);
	arguments->most = most;
}

/* By the paths that events have. */
static void resolve_binaries(struct arguments *arguments, struct argp_state *state)
{
	for (size_t i = 0; arguments->binaries[i]; i++) {
		char *path = realpath(arguments->binaries[i], NULL);

		if (!path)
			argp_error(state, "no such program: '%s': %s", arguments->binaries[i], strerror(errno));
		arguments->binaries[i] = path; /* as long as the program runs */
	}
}

static void check_arguments(struct arguments *arguments, struct argp_state *state)
{
	if (!arguments->seconds)
		return;
	if (!*arguments->binaries)
		argp_error(state, "--for needs the programs that are to be watched");
	if (arguments->from || arguments->policy)
		argp_error(state, "--for does not go with --%s", arguments->from ? "from" : "policy");
	resolve_binaries(arguments, state);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'f':
		arguments->from = value;
		return 0;
	case 'N':
		arguments->name = value;
		return 0;
	case 'p':
		arguments->policy = value;
		return 0;
	case 'm':
		parse_most(arguments, value, state);
		return 0;
	case 'F':
		if (moment_span(value, WATCH_SECONDS_MAX, &arguments->seconds) < 0)
			argp_error(state, "--for takes a span up to a week, as 90s, 10m or 2h, not '%s'", value);
		return 0;
	case ARGP_KEY_END:
		check_arguments(arguments, state);
		return 0;
	case ARGP_KEY_ARGS:
		arguments->binaries = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_learn_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "[BINARY...]",
	.doc = "Writes a policy that allows what programs were seen to do, and denies what else they might do by the same "
	       "operations: of all programs in the log, or of these."
	       "\vWhat was refused is not learned. Read the policy before it is loaded, and see with 'bulwark impact' "
	       "what it misses.",
	.children = command_children,
};

static bool is_asked_for(const struct arguments *arguments, const struct simulate_question *attempt)
{
	if (!*arguments->binaries)
		return true;
	for (size_t i = 0; attempt->process.binary && arguments->binaries[i]; i++)
		if (strcmp(arguments->binaries[i], attempt->process.binary) == 0)
			return true;
	return false;
}

static int learn_all(const struct arguments *arguments, const struct replay *replay, struct learn *learn)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < replay_questions(replay); i++) {
		struct simulate_question attempt;

		if (replay_attempt(replay, i, &attempt) && is_asked_for(arguments, &attempt))
			r = learn_add(learn, &attempt, replay_seen(replay, i));
	}
	return r;
}

/* What is written can be read: else a name of the log is more than the language takes. */
static int check_text(const char *text)
{
	struct policy_list policies = { 0 };
	struct source *source = NULL;
	struct diag diag = { 0 };
	int r = source_new("learned", text, strlen(text), &source);

	r = r ?: policy_read(source, &policies, &diag);
	diag_print(&diag, stderr);
	diag_done(&diag);
	policy_list_done(&policies);
	source_unref(source);
	return r;
}

static int write_policy(const struct arguments *arguments, struct learn *learn)
{
	_free_ char *text = NULL;
	int r = learn_write(learn, arguments->name, &text);

	if (r == -ENODATA)
		command_error("there is nothing to learn from");
	r = r ?: check_text(text);
	if (r == 0)
		fputs(text, stdout);
	return r;
}

/* The events; an exit status. */
static int read_events(const struct arguments *arguments, struct replay *replay)
{
	if (arguments->seconds)
		return watch_run(&(struct watch){ &arguments->options, arguments->seconds, arguments->binaries },
				 replay);
	if (!arguments->from)
		return remembered_events(&arguments->options, arguments->policy, replay);
	return remembered_log(arguments->from, replay);
}

/* The policy of what was read; an exit status. */
static int run(const struct arguments *arguments, struct replay *replay, struct learn *learn)
{
	int r = replay_finish(replay);

	r = r ?: learn_all(arguments, replay, learn);
	if (replay->n_unread)
		command_error("%zu lines cannot be read, the first is line %zu: %s", replay->n_unread,
			      replay->problem[0].line, replay->problem[0].reason);
	r = r ?: write_policy(arguments, learn);
	if (r == -ENOMEM)
		return command_out_of_memory();
	return r < 0 ? COMMAND_NO : COMMAND_OK;
}

int cmd_learn(int argc, char **argv)
{
	struct arguments arguments = {
		.options = COMMAND_OPTIONS_DEFAULT,
		.name = "learned",
		.binaries = no_binaries,
		.most = MOST,
	};
	const struct policy_list none = { 0 };
	struct replay replay = { .audited = true };
	struct learn learn = { 0 };
	struct diag diag = { 0 };
	int status;

	argp_parse(&cmd_learn_argp, argc, argv, 0, NULL, &arguments);
	replay.policy = arguments.policy;
	learn.most = arguments.most;
	status = replay_begin(&replay, &none, &diag) < 0 ? command_out_of_memory() : COMMAND_OK;
	status = status ?: read_events(&arguments, &replay);
	status = status ?: run(&arguments, &replay, &learn);
	learn_done(&learn);
	replay_done(&replay);
	diag_done(&diag);
	return status;
}

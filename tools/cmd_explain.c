/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark explain: what policies decide of one attempt, by which rule, and why the others do not match. In: a question,
 * by options or as a recorded event; policies, from files or those in force. Out: the answer; exit status 0 whatever it
 * is.
 */
#include "command.h"
#include "explain_json.h"
#include "inforce.h"
#include "input.h"
#include "policy/explain.h"
#include "policy/names.h"
#include "print.h"
#include "question.h"
#include "reason.h"
#include "reply.h"
#include "standing.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

struct arguments {
	struct command_options options;
	struct question_options question;
	const char *event; /* file of the event; NULL: the options ask */
	unsigned int pid;  /* of the live process; 0: none */
	char *const *inputs;
};

static char *const no_inputs[] = { NULL };

static const struct argp_option options[] = {
	{ "pid", 'p', "PID", 0, "A process that runs: who it is to the policies in force, or what it would be answered",
	  0 },
	{ 0 },
};

/* Without options that ask, the first argument is the event. */
static void end_options(struct arguments *arguments, struct argp_state *state)
{
	if (arguments->pid && !question_is_asked(&arguments->question)) {
		if (*arguments->inputs)
			argp_error(state, "--pid is about the policies in force: no FILE without a question");
		return;
	}
	if (question_is_asked(&arguments->question)) {
		if (!arguments->question.operation)
			argp_error(state, "which --operation?");
		if (!arguments->question.path && !arguments->question.object)
			argp_error(state, "which --object?");
		return;
	}
	if (!arguments->inputs[0])
		argp_error(state, "ask with --operation and --object, or name the file of an event");
	arguments->event = *arguments->inputs++;
}

static unsigned int parse_pid(struct argp_state *state, const char *value)
{
	char *end;
	long pid = strtol(value, &end, 10);

	if (*end || pid < 1 || pid > INT_MAX)
		argp_error(state, "no process id: '%s'", value);
	return (unsigned int)pid;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		state->child_inputs[1] = &arguments->question;
		return 0;
	case 'p':
		arguments->pid = parse_pid(state, value);
		return 0;
	case ARGP_KEY_ARGS:
		arguments->inputs = state->argv + state->next;
		return 0;
	case ARGP_KEY_END:
		end_options(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- the event -------------------------------------------------------------------------------------------------- */

static int parse_event(const char *path, const char *line, struct question *ret)
{
	struct json_object *event = json_tokener_parse(line);
	const char *type = json_object_is_type(event, json_type_object) ? reply_text(event, "type") : NULL;
	const char *reason = "not an event of type decision";
	int r = -EBADMSG;

	if (type && (strcmp(type, "decision") == 0 || strcmp(type, "undecided") == 0 || strcmp(type, "guard") == 0))
		r = question_from_event(event, ret, &reason);
	json_object_put(event);
	if (r == -EBADMSG)
		command_error("%s: %s", path, reason);
	return r == -EBADMSG ? -EINVAL : r;
}

/* One event, on one line. */
static int read_event(const char *path, struct question *ret)
{
	bool standard = strcmp(path, "-") == 0;
	_fclose_ FILE *opened = standard ? NULL : fopen(path, "re");
	FILE *from = standard ? stdin : opened;
	_free_ char *line = NULL, *rest = NULL;
	size_t size = 0;

	if (!from || getline(&line, &size, from) < 0) {
		command_error("%s: %s", path, from && !ferror(from) ? "no event" : strerror(errno));
		return -EINVAL;
	}
	size = 0;
	if (getline(&rest, &size, from) > 0) {
		command_error("%s: more than one line: 'bulwark replay' takes many events", path);
		return -EINVAL;
	}
	return parse_event(path, line, ret);
}

/* --- for people --------------------------------------------------------------------------------------------------- */

static void print_place(const struct policy *policy, const struct rule *rule, enum bw_operation fallback)
{
	_free_ char *name = reason_rule(policy, rule);

	print_text(stdout, name);
	fputs(" (", stdout);
	print_text(stdout, policy->source ? policy->source->name : NULL);
	printf(":%u)", explain_span(policy, rule, fallback).line);
}

/* What is allowed is so because nothing denies it, or because an allow rule lifts the default that would. */
static void print_allowed(const struct explanation *said)
{
	for (size_t i = 0; i < said->n; i++) {
		const struct explain_line *line = &said->list[i];

		if (line->reason != EXPLAIN_LIFTED)
			continue;
		print_place(line->policy, line->by, line->fallback);
		fputs(" lifts the default", stdout);
		return;
	}
	fputs("no rule says otherwise", stdout);
}

static void print_verdict(const struct explanation *said)
{
	static const enum print_style styles[] = { PRINT_GOOD, PRINT_WARN, PRINT_BAD, PRINT_WORST };
	bool would = said->verdict >= BW_VERDICT_DENY && said->carried_out < BW_VERDICT_DENY;

	print_styled(stdout, would ? PRINT_WARN : styles[said->verdict], 0, would ? "would " : "");
	print_styled(stdout, would ? PRINT_WARN : styles[said->verdict], 0, verdict_name(said->verdict));
	fputs(": ", stdout);
	if (said->policy)
		print_place(said->policy, said->rule, said->fallback);
	else
		print_allowed(said);
	putchar('\n');
}

static void print_line(const struct explain_line *line, const struct simulate_question *question)
{
	_free_ char *reason = reason_text(line, question);

	fputs("  ", stdout);
	print_place(line->policy, line->rule, line->fallback);
	if (line->reason == EXPLAIN_MATCHES) {
		int action = line->rule ? (int)line->rule->action : line->policy->fallback[line->fallback];

		printf(": %s", verdict_name((unsigned int)action));
	} else {
		fputs("\n    ", stdout);
		print_text(stdout, reason);
	}
	putchar('\n');
}

/* The rules that match, or those that do not; the one that decides is told already. */
static void print_lines(const struct explanation *said, const struct simulate_question *question, bool match)
{
	bool any = false;

	for (size_t i = 0; i < said->n; i++) {
		const struct explain_line *line = &said->list[i];

		if ((line->reason == EXPLAIN_MATCHES) != match ||
		    (match && line->policy == said->policy && line->rule == said->rule))
			continue;
		if (!any)
			printf("\n%s\n", match ? "matching too:" : "not matching:");
		any = true;
		print_line(line, question);
	}
}

static void print_answer(const struct explanation *said, const struct simulate_question *question)
{
	_free_ char *asked = reason_question(question);

	print_verdict(said);
	fputs("  ", stdout);
	print_text(stdout, asked);
	putchar('\n');
	if (said->rule && said->rule->message) {
		fputs("  ", stdout);
		print_text(stdout, said->rule->message);
		putchar('\n');
	}
	if (said->verdict >= BW_VERDICT_DENY && said->carried_out < BW_VERDICT_DENY)
		puts("  the policy is in audit mode: it reports and refuses nothing");
	if (question->untold)
		puts("  an event tells no capabilities, group, owner or digest: where a rule asks for them, the worst is "
		     "assumed");
	print_lines(said, question, true);
	print_lines(said, question, false);
}

/* --- the command ------------------------------------------------------------------------------------------------- */

static const struct argp_child children[] = {
	{ .argp = &command_argp },
	{ .argp = &question_argp, .header = "The question:", .group = 2 },
	{ 0 },
};

/* The policies to ask; an exit status. */
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

static int answer(const struct arguments *arguments, const struct policy_list *policies,
		  const struct simulate_question *question, struct diag *diag)
{
	struct explanation said = { 0 };
	int r = explain_question(policies, question, &said, diag);

	if (r == 0 && arguments->options.json)
		r = explain_json_print(&said, question);
	else if (r == 0)
		print_answer(&said, question);
	explain_done(&said);
	if (r == -ENOMEM)
		return command_out_of_memory();
	if (r < 0 && !diag->n_errors)
		command_error("this is no object of the operation");
	return r < 0 ? COMMAND_NO : COMMAND_OK;
}

static int ask(const struct arguments *arguments, const struct simulate_question *question)
{
	struct policy_list policies = { 0 };
	struct input_list inputs = { 0 };
	struct diag diag = { 0 };
	int status = gather(arguments, &inputs, &policies, &diag);

	if (status == COMMAND_OK)
		status = answer(arguments, &policies, question, &diag);
	diag_print(&diag, stderr);
	diag_done(&diag);
	policy_list_done(&policies);
	input_list_done(&inputs);
	return status;
}

const struct argp cmd_explain_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc =
		"-o OPERATION -O OBJECT [FILE|DIR...]\nEVENT [FILE|DIR...]\n-p PID\n-p PID -o OPERATION -O OBJECT [FILE|DIR...]",
	.doc = "Tells what policies decide of an attempt, by which rule, and why the others do not match. Without "
	       "FILE or DIR the policies that are in force are asked."
	       "\vOf a process that runs, --pid tells which conditions of the policies in force the kernel holds for "
	       "it; with -o and -O it asks for a process of that program, user, lineage and container. EVENT is a file that holds one event as 'bulwark events --json' prints it; - is standard "
	       "input.",
	.children = children,
};

/* Who a live process is, or what it would be answered. */
static int explain_process(struct arguments *arguments, struct question *question)
{
	struct json_object *subject = NULL;
	int status = standing_ask(&arguments->options, arguments->pid, &subject), r;

	if (status != COMMAND_OK)
		return status;
	if (!question_is_asked(&arguments->question)) {
		standing_print(subject, &arguments->options, arguments->pid);
		json_object_put(subject);
		return COMMAND_OK;
	}
	question_set_process(&arguments->question, reply_object(subject, "process"));
	json_object_put(subject);
	r = question_from_options(&arguments->question, question);
	if (r == -ENOMEM)
		return command_out_of_memory();
	return r < 0 ? COMMAND_USAGE : ask(arguments, &question->ask);
}

int cmd_explain(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT, .inputs = no_inputs };
	struct question question = { 0 };
	int status, r;

	argp_parse(&cmd_explain_argp, argc, argv, 0, NULL, &arguments);
	if (arguments.pid) {
		status = explain_process(&arguments, &question);
		question_done(&question);
		question_options_done(&arguments.question);
		return status;
	}
	r = arguments.event ? read_event(arguments.event, &question)
			    : question_from_options(&arguments.question, &question);
	if (r == -ENOMEM)
		status = command_out_of_memory();
	else
		status = r < 0 ? COMMAND_USAGE : ask(&arguments, &question.ask);
	question_done(&question);
	question_options_done(&arguments.question);
	return status;
}

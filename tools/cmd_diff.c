/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark diff: what two sets of policies decide differently, by meaning. In: files or folders. Out: findings, each
 * with an example; exit status 0 if there is no difference, 1 if there is one or a bound was reached, 2 if policies are
 * invalid.
 */
#include "command.h"
#include "input.h"
#include "policy/compare.h"
#include "policy/explain.h"
#include "policy/grow.h"
#include "policy/names.h"
#include "print.h"
#include "reason.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>

static const char note[] = "compared by rules and modes: not by rollout, messages, links, or views and marks of files; "
			   "subjects as if all that rules ask for could go together";

struct arguments {
	struct command_options options;
	char **set[2]; /* NULL-terminated */
	size_t n[2], capacity[2];
};

static const struct argp_option options[] = {
	{ "before", 'a', "FILE|DIR", 0, "Policies of the first set, in place of A; may be repeated", 0 },
	{ "after", 'b', "FILE|DIR", 0, "Policies of the second set, in place of B; may be repeated", 0 },
	{ 0 },
};

static error_t add(struct arguments *arguments, unsigned int side, char *value)
{
	if (grow_to(&arguments->set[side], &arguments->capacity[side], arguments->n[side] + 2, sizeof(char *)))
		return ENOMEM;
	arguments->set[side][arguments->n[side]++] = value;
	arguments->set[side][arguments->n[side]] = NULL;
	return 0;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'a':
	case 'b':
		return add(arguments, key == 'b', value);
	case ARGP_KEY_ARG:
		if (arguments->n[0] && arguments->n[1])
			argp_error(state, "two sets at a time: more of one go with -a and -b");
		return add(arguments, arguments->n[0] != 0, value);
	case ARGP_KEY_END:
		if (!arguments->n[0] || !arguments->n[1])
			argp_error(state, "which two sets of policies, A and B?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_diff_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "A B\n-a FILE|DIR... -b FILE|DIR...",
	.doc = "Tells what two sets of policies decide differently, by what they mean: how they are written, and what "
	       "rules and policies are called, makes no difference."
	       "\vThe exit status is 0 if there is no difference, 1 if there is one or not all could be compared, 2 if "
	       "policies are invalid.",
	.children = command_children,
};

/* --- for people ------------------------------------------------------------------------------------------------- */

static void print_answer(const struct compare_answer *answer)
{
	_free_ char *name = answer->policy ? reason_rule(answer->policy, answer->rule) : NULL;

	printf("%s%s", answer->verdict >= BW_VERDICT_DENY && !answer->carried_out ? "would " : "",
	       verdict_name(answer->verdict));
	if (!answer->policy)
		return;
	fputs(" by ", stdout);
	print_text(stdout, name);
	fputs(" (", stdout);
	print_text(stdout, answer->policy->source ? answer->policy->source->name : NULL);
	printf(":%u)", explain_span(answer->policy, answer->rule, answer->fallback).line);
}

static void print_finding(const struct compare_finding *finding)
{
	_free_ char *object = reason_object(&finding->example);

	printf("%s of ", operation_name(finding->example.operation));
	print_text(stdout, object);
	fputs(": ", stdout);
	print_answer(&finding->answer[0]);
	fputs(" -> ", stdout);
	print_answer(&finding->answer[1]);
	fputs("\n  by ", stdout);
	print_text(stdout, *finding->subject ? finding->subject : "a process that no rule names");
	if (finding->n > 1)
		printf(", and %zu more kinds of attempts", finding->n - 1);
	putchar('\n');
}

static void print_findings(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->n; i++)
		print_finding(&comparison->list[i]);
	if (comparison->n)
		printf("%zu difference%s; ", comparison->n, comparison->n == 1 ? "" : "s");
	else
		fputs(comparison->cut ? "no difference was found; " : "no difference; ", stdout);
	puts(note);
	if (comparison->cut)
		puts("not all was compared: the policies tell too many subjects or names apart");
}

/* --- for machines ------------------------------------------------------------------------------------------------ */

static int fill_answer(struct json_object *object, const struct compare_answer *answer)
{
	const struct policy *policy = answer->policy;
	int r = reply_add(object, "verdict", verdict_name(answer->verdict));

	r = r ?: json_object_object_add(object, "carried_out", json_object_new_boolean(answer->carried_out));
	if (!policy)
		return r;
	r = r ?: reply_add(object, "policy", policy->name);
	r = r ?: reply_add(object, "rule", answer->rule ? answer->rule->name : "default");
	r = r ?: reply_add(object, "file", policy->source ? policy->source->name : NULL);
	return r ?: reply_add_number(object, "line", explain_span(policy, answer->rule, answer->fallback).line);
}

static int add_answer(struct json_object *to, const char *key, const struct compare_answer *answer)
{
	struct json_object *object = json_object_new_object();

	if (!object || json_object_object_add(to, key, object) < 0) {
		json_object_put(object);
		return -ENOMEM;
	}
	return fill_answer(object, answer);
}

static int add_finding(struct json_object *list, const struct compare_finding *finding)
{
	struct json_object *object = json_object_new_object();
	_free_ char *text = reason_object(&finding->example);
	int r;

	if (!object || !text || json_object_array_add(list, object) < 0) {
		json_object_put(object);
		return -ENOMEM;
	}
	r = reply_add(object, "operation", operation_name(finding->example.operation));
	r = r ?: reply_add(object, "object", text);
	r = r ?: reply_add(object, "subject", finding->subject);
	r = r ?: json_object_object_add(object, "attempts", json_object_new_uint64(finding->n));
	r = r ?: add_answer(object, "a", &finding->answer[0]);
	return r ?: add_answer(object, "b", &finding->answer[1]);
}

static int print_document(const struct comparison *comparison)
{
	struct json_object *document = json_object_new_object(), *list = json_object_new_array();
	int r = document && list ? json_object_object_add(document, "differences", list) : -ENOMEM;

	if (r)
		json_object_put(list);
	for (size_t i = 0; !r && i < comparison->n; i++)
		r = add_finding(list, &comparison->list[i]);
	r = r ?: json_object_object_add(document, "complete", json_object_new_boolean(!comparison->cut));
	r = r ?: reply_add(document, "note", note);
	if (!r)
		reply_print(document, stdout);
	json_object_put(document);
	return r ? -ENOMEM : 0;
}

/* --- the command ------------------------------------------------------------------------------------------------ */

static int compare(const struct arguments *arguments, const struct policy_list policies[2], struct diag *diag)
{
	struct comparison comparison;
	int r = compare_policies(&policies[0], &policies[1], &comparison, diag);
	bool differs = comparison.n || comparison.cut;

	if (!r && arguments->options.json)
		r = print_document(&comparison);
	else if (!r)
		print_findings(&comparison);
	compare_done(&comparison);
	if (r == -ENOMEM)
		return command_out_of_memory();
	if (r)
		command_error("the two sets together are too large to be compared: compare parts of them");
	return r || differs ? COMMAND_NO : COMMAND_OK;
}

static int run(const struct arguments *arguments)
{
	struct input_list inputs[2] = { 0 };
	struct policy_list policies[2] = { 0 };
	struct diag diag = { 0 };
	int r = 0, status;

	for (unsigned int side = 0; side < 2 && r != -ENOMEM; side++) {
		int read = input_policies(arguments->set[side], &inputs[side], &policies[side], &diag);

		if (read)
			r = read;
	}
	if (r == -ENOMEM)
		status = command_out_of_memory();
	else
		status = r ? COMMAND_USAGE : compare(arguments, policies, &diag);
	diag_print(&diag, stderr);
	diag_done(&diag);
	for (unsigned int side = 0; side < 2; side++) {
		policy_list_done(&policies[side]);
		input_list_done(&inputs[side]);
	}
	return status;
}

int cmd_diff(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	int status;

	argp_parse(&cmd_diff_argp, argc, argv, 0, NULL, &arguments);
	status = run(&arguments);
	free(arguments.set[0]);
	free(arguments.set[1]);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark check: validates policies where they are written, without an agent. In: files and folders, which are taken
 * together as the policies of one node. Out: everything that is wrong with them, and what is valid but hardly meant;
 * exit status 0 if the agent would take them.
 */
#include "command.h"
#include "finding.h"
#include "input.h"
#include "lint.h"
#include "reply.h"
#include "sarif.h"
#include <base/cleanup.h>
#include <errno.h>
#include "policy/compile.h"

struct arguments {
	bool json;
	bool sarif;
	bool strict;
	bool node;
	char **inputs;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print one JSON document", 0 },
	{ "sarif", 'S', NULL, 0, "Print a SARIF 2.1.0 log, which code hosts and editors read", 0 },
	{ "node", 'n', NULL, 0, "Warn of patterns that name nothing on this node, or a link", 0 },
	{ "strict", 's', NULL, 0, "Warnings fail too", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	(void)value;
	switch (key) {
	case 'j':
		arguments->json = true;
		return 0;
	case 'S':
		arguments->sarif = true;
		return 0;
	case 'n':
		arguments->node = true;
		return 0;
	case 's':
		arguments->strict = true;
		return 0;
	default:
		return input_arguments(key, state, &arguments->inputs);
	}
}

const struct argp cmd_check_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE|DIR...",
	.doc = "Validates policies without an agent, all of them together as one node would have them."
	       "\vA DIR stands for its files *.yaml, *.yml and *.json that are not hidden; - is standard input.",
};

/* --- checking -------------------------------------------------------------------------------------------- */

/* What only shows when all are put together: names used twice, bounds, sets of patterns that are too large. */
static int compile_all(const struct policy_list *policies, struct diag *diag)
{
	const struct compile_options compile = { 0 };
	struct tables *tables = NULL;
	int r;

	r = compile_tables((const struct policy *const *)policies->policy, policies->n, &compile, &tables, diag);
	tables_free(tables);
	return r;
}

static int check_policies(const struct arguments *arguments, const struct policy_list *policies, struct diag *diag)
{
	size_t i;
	int r = 0;

	if (!policies->n)
		return 0;
	r = compile_all(policies, diag);
	if (r == -EINVAL)
		r = 0; /* `diag` has it */
	for (i = 0; i < policies->n && r == 0; i++) {
		r = lint_policy(policies->policy[i], diag);
		if (r == 0 && arguments->node)
			r = lint_node(policies->policy[i], diag);
	}
	return r ?: lint_across(policies, diag);
}

/* --- telling --------------------------------------------------------------------------------------------- */

static size_t count_rules(const struct policy_list *policies)
{
	size_t n = 0, i;

	for (i = 0; i < policies->n; i++)
		n += policies->policy[i]->n_rules;
	return n;
}

static void print_count(size_t n, const char *one, const char *end)
{
	if (n)
		printf("%zu %s%s%s", n, one, n == 1 ? "" : "s", end);
	else
		printf("no %ss%s", one, end);
}

static void print_summary(const struct policy_list *policies, const struct diag *diag)
{
	const char *policy = policies->n == 1 ? "policy" : "policies";

	printf("%zu %s, ", policies->n, policy);
	print_count(count_rules(policies), "rule", ": ");
	print_count(diag->n_errors, "error", ", ");
	print_count(diag->n_warnings, "warning", "\n");
}

static int print_document(const struct policy_list *policies, const struct diag *diag)
{
	struct json_object *document = json_object_new_object();
	int r = document ? 0 : -ENOMEM;

	r = r ?: json_object_object_add(document, "policies", json_object_new_uint64(policies->n));
	r = r ?: json_object_object_add(document, "rules", json_object_new_uint64(count_rules(policies)));
	r = r ?: json_object_object_add(document, "errors", json_object_new_uint64(diag->n_errors));
	r = r ?: json_object_object_add(document, "warnings", json_object_new_uint64(diag->n_warnings));
	r = r ?: finding_add(document, diag);
	if (r == 0)
		reply_print(document, stdout);
	json_object_put(document);
	return r;
}

static int print_findings(const struct arguments *arguments, const struct policy_list *policies,
			  const struct diag *diag)
{
	if (arguments->sarif)
		return sarif_print(diag, stdout);
	if (arguments->json)
		return print_document(policies, diag);
	diag_print(diag, stderr);
	print_summary(policies, diag);
	return 0;
}

int cmd_check(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct policy_list policies = { 0 };
	struct input_list inputs = { 0 };
	struct diag diag = { 0 };
	int status = COMMAND_OK, r;

	argp_parse(&cmd_check_argp, argc, argv, 0, NULL, &arguments);
	r = input_policies(arguments.inputs, &inputs, &policies, &diag);
	if (r == 0 || r == -EINVAL) /* the good ones may have more to say */
		r = check_policies(&arguments, &policies, &diag);
	r = r ?: print_findings(&arguments, &policies, &diag);
	if (r < 0)
		status = command_out_of_memory();
	else if (diag.n_errors || (arguments.strict && diag.n_warnings))
		status = COMMAND_NO;
	diag_done(&diag);
	policy_list_done(&policies);
	input_list_done(&inputs);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark test: runs documents of kind PolicyTest with the decision code of the kernel side, without an agent and
 * without privileges. In: files and folders. Out: what came of each case; exit status 0 if all are as expected.
 */
#include "command.h"
#include "coverage.h"
#include "finding.h"
#include "input.h"
#include "mutation.h"
#include "policy/policytest.h"
#include "reply.h"
#include "report.h"
#include "tested.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct arguments {
	bool json;
	bool coverage;
	bool require_coverage;
	bool mutate;
	const char *junit;
	char **inputs;
};

static const struct argp_option options[] = {
	{ "coverage", 'c', NULL, 0, "List the rules that no case reaches", 0 },
	{ "require-coverage", 'r', NULL, 0, "Fail if there is a rule that no case reaches", 0 },
	{ "mutate", 'm', NULL, 0, "Change each policy in small ways, and fail if no case fails then", 0 },
	{ "json", 'j', NULL, 0, "Print one JSON document in place of TAP", 0 },
	{ "junit", 'x', "FILE", 0, "Write the results to FILE too, as JUnit's XML", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'j':
		arguments->json = true;
		return 0;
	case 'r':
		arguments->require_coverage = true;
		/* fallthrough */
	case 'c':
		arguments->coverage = true;
		return 0;
	case 'm':
		arguments->mutate = true;
		return 0;
	case 'x':
		arguments->junit = value;
		return 0;
	default:
		return input_arguments(key, state, &arguments->inputs);
	}
}

const struct argp cmd_test_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE|DIR...",
	.doc = "Runs the tests of policies (kind: PolicyTest) without an agent and prints TAP."
	       "\vA DIR stands for its files *.yaml, *.yml and *.json that are not hidden; policies among them are "
	       "passed over. - is standard input.",
};

/* What is run, and what came of it. */
struct run {
	const struct arguments *arguments;
	struct policytest_list tests;
	struct diag diag;
	struct report report;
	struct coverage coverage;
	struct mutation mutation;
};

/* --- reading ----------------------------------------------------------------------------------------------- */

static bool is_folder(const char *argument)
{
	struct stat status;

	return stat(argument, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The tests of some sources, all of one argument. */
static int read_sources(struct run *run, struct source *const *source, size_t n, const char *folder)
{
	size_t before = run->tests.n;
	bool valid = true;

	for (size_t i = 0; i < n; i++) {
		int r = policytest_read(source[i], folder != NULL, &run->tests, &run->diag);

		if (r == -ENOMEM)
			return r;
		if (r < 0 && report_add_invalid(&run->report, source[i]->name) < 0)
			return -ENOMEM;
		valid &= r == 0;
	}
	if (!folder || !valid || run->tests.n > before)
		return 0;
	input_add_unreadable(&run->diag, folder, -ENOMSG);
	return report_add_invalid(&run->report, folder);
}

static int read_argument(struct run *run, const char *argument)
{
	struct input_list list = { 0 };
	_free_ char *path = NULL;
	int r;

	r = input_read(argument, &list, &path);
	if (r == 0) {
		r = read_sources(run, list.source, list.n, is_folder(argument) ? argument : NULL);
	} else if (r != -ENOMEM) {
		input_add_unreadable(&run->diag, path ?: argument, r);
		r = report_add_invalid(&run->report, path ?: argument);
	}
	input_list_done(&list);
	return r;
}

/* --- running ------------------------------------------------------------------------------------------------- */

static int compile(const struct policytest *test, struct policy_list *policies, struct tables **ret, struct diag *diag)
{
	struct tables *tables = NULL;
	int r = tested_policies(test, policies, diag);

	r = r ?: policytest_compile(test, policies, &tables, diag);
	r = r ?: policytest_check_rules(test, tables, diag);
	if (r < 0)
		tables_free(tables);
	else
		*ret = tables;
	return r;
}

static int run_cases(struct run *run, const struct policytest *test, const struct tables *tables)
{
	int r = 0;

	for (size_t i = 0; i < test->n && r == 0; i++) {
		struct policytest_result result;

		r = policytest_run(tables, &test->list[i], &result);
		r = r ?: report_add(&run->report, test, &test->list[i], &result);
	}
	return r;
}

static int run_test(struct run *run, const struct policytest *test)
{
	_cleanup_(policy_list_done) struct policy_list policies = { 0 };
	struct tables *tables = NULL;
	size_t before = run->report.n_failed;
	int r;

	r = compile(test, &policies, &tables, &run->diag);
	if (r == -EINVAL)
		return report_add_invalid(&run->report, test->source->name);
	r = r ?: run_cases(run, test, tables);
	if (r == 0 && run->arguments->coverage)
		r = coverage_add(&run->coverage, test, &policies, tables);
	/* What fails as it is tells nothing when it fails for a mutant. */
	if (r == 0 && run->arguments->mutate && run->report.n_failed == before)
		r = mutation_add(&run->mutation, test, &policies);
	tables_free(tables);
	return r;
}

static int run_all(struct run *run, char *const *inputs)
{
	int r = 0;

	for (; *inputs && r == 0; inputs++)
		r = read_argument(run, *inputs);
	for (size_t i = 0; i < run->tests.n && r == 0; i++)
		r = run_test(run, run->tests.test[i]);
	if (r == 0 && run->arguments->coverage)
		coverage_finish(&run->coverage, run->arguments->require_coverage, &run->diag);
	if (r == 0 && run->arguments->mutate)
		mutation_finish(&run->mutation, &run->diag);
	return r;
}

/* --- telling --------------------------------------------------------------------------------------------------- */

static int print_document(const struct run *run)
{
	struct json_object *document = json_object_new_object();
	int r = document ? 0 : -ENOMEM;

	r = r ?: report_add_json(&run->report, document);
	if (run->arguments->coverage)
		r = r ?: coverage_add_json(&run->coverage, document);
	if (run->arguments->mutate)
		r = r ?: mutation_add_json(&run->mutation, document);
	r = r ?: finding_add(document, &run->diag);
	if (r == 0)
		reply_print(document, stdout);
	json_object_put(document);
	return r;
}

/* 0 or errno. */
static int write_junit(const struct run *run, const char *path)
{
	FILE *file = fopen(path, "we");
	bool written;

	if (!file)
		return -errno;
	report_print_junit(&run->report, file);
	errno = EIO;
	written = !ferror(file);
	if (fclose(file) == 0 && written)
		return 0;
	return -errno;
}

static void print_measures(const struct run *run)
{
	if (run->arguments->coverage)
		printf("# coverage: cases reach %zu of %zu rules\n", run->coverage.n_reached, run->coverage.n);
	if (run->arguments->mutate)
		printf("# mutation: cases fail for %zu of %zu mutants\n", run->mutation.n_killed, run->mutation.n);
}

/* Did all pass, as far as that was asked for? */
static bool is_good(const struct run *run)
{
	return !run->report.n_failed &&
	       (!run->arguments->require_coverage || run->coverage.n_reached == run->coverage.n) &&
	       (!run->arguments->mutate || run->mutation.n_killed == run->mutation.n);
}

/* An exit status. */
static int tell(const struct arguments *arguments, const struct run *run)
{
	int r;

	if (arguments->json && print_document(run) < 0)
		return command_out_of_memory();
	if (!arguments->json) {
		diag_print(&run->diag, stderr);
		report_print_tap(&run->report, stdout);
		print_measures(run);
	}
	r = arguments->junit ? write_junit(run, arguments->junit) : 0;
	if (r < 0)
		command_error("cannot write %s: %s", arguments->junit, strerror(-r));
	return r < 0 || !is_good(run) ? COMMAND_NO : COMMAND_OK;
}

int cmd_test(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct run run = { .arguments = &arguments };
	int status, r;

	argp_parse(&cmd_test_argp, argc, argv, 0, NULL, &arguments);
	r = run_all(&run, arguments.inputs);
	status = r < 0 ? command_out_of_memory() : tell(&arguments, &run);
	report_done(&run.report);
	coverage_done(&run.coverage);
	mutation_done(&run.mutation);
	diag_done(&run.diag);
	policytest_list_done(&run.tests);
	return status;
}

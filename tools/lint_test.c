/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rules as they stand in a policy, and what is said about them.
 */
#include "lint.h"
#include <base/cleanup.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                          \
	"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: p}\n" \
	"spec:\n"

static const struct {
	const char *spec;
	const char *expected; /* ids in the order found, separated by spaces */
	bool node;
} cases[] = {
	{ "  rules:\n  - {exec: [/bin/sh]}\n", "", false },
	/* policy_read() says so, and once is enough */
	{ "  default: {read: deny}\n  rules:\n  - {exec: [/bin/sh], action: allow}\n", "allow-without-default", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {exec: [/a]}\n", "duplicate-rule", false },
	/* written in another order, and with one value twice */
	{ "  rules:\n  - {exec: [/a, /b]}\n  - {exec: [/b, /a, /b]}\n", "duplicate-rule", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {exec: [/a]}\n  - {exec: [/a]}\n", "duplicate-rule duplicate-rule", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {read: [/a]}\n", "", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {exec: [/b]}\n", "", false },
	{ "  rules:\n  - {subject: {user: [0]}, exec: [/a]}\n  - {subject: {user: [1]}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {subject: {user: [0]}, exec: [/a]}\n  - {except: {user: [0]}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {connect: ['*:53']}\n  - {connect: ['*:53']}\n", "duplicate-rule", false },
	/* the strictest stands; the others never act */
	{ "  rules:\n  - {exec: [/a], action: audit}\n  - {exec: [/a], action: kill}\n", "shadowed-rule", false },
	{ "  rules:\n  - {exec: [/a], action: kill}\n  - {exec: [/a], action: deny}\n", "shadowed-rule", false },
	/* allowed and reported is a meaning */
	{ "  default: {exec: deny}\n  rules:\n  - {exec: [/a], action: allow}\n  - {exec: [/a], action: audit}\n", "",
	  false },
	{ "  rules:\n  - {read: [/nonexistent/x/**]}\n", "names-nothing", true },
	{ "  rules:\n  - {read: [/nonexistent/x/**]}\n", "", false },
	{ "  rules:\n  - {read: [/etc/**, '/et?/x', '/{nonexistent,etc}/passwd']}\n", "", true },
	{ "  rules:\n  - {subject: {binary: [/nonexistent]}, read: [/etc/]}\n", "names-nothing", true },
	{ "  rules:\n  - {connect: ['unix:/nonexistent.sock']}\n", "names-nothing", true },
	{ "  rules:\n  - {connect: ['unix:@nonexistent', '10.0.0.0/8']}\n", "", true },
};

/* The ids of all warnings. */
static void found(const struct diag *diag, char *text, size_t size)
{
	size_t used = 0, i;

	text[0] = '\0';
	for (i = 0; i < diag->n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", diag->list[i].id);
}

START_TEST(lint)
{
	struct policy_list policies = { 0 };
	struct diag diag = { 0 };
	struct source *source;
	char text[1024];

	snprintf(text, sizeof(text), "%s%s", HEAD, cases[_i].spec);
	ck_assert_int_eq(source_new("p.yaml", text, strlen(text), &source), 0);
	if (policy_read(source, &policies, &diag) < 0)
		diag_print(&diag, stderr);
	ck_assert_uint_eq(policies.n, 1);
	ck_assert_int_eq(lint_policy(policies.policy[0], &diag), 0);
	if (cases[_i].node)
		ck_assert_int_eq(lint_node(policies.policy[0], &diag), 0);
	found(&diag, text, sizeof(text));
	ck_assert_str_eq(text, cases[_i].expected);
	ck_assert_uint_eq(diag.n_errors, 0);
	diag_done(&diag);
	policy_list_done(&policies);
	source_unref(source);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lint");
	TCase *tcase = tcase_create("lint");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, lint, 0, ARRAY_SIZE(cases));
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

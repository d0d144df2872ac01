/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mutants of a policy: which there are, that each changes what it says and nothing else, and that the policy itself
 * stays as it was.
 */
#include "mutate.h"
#include "print.h"
#include <base/cleanup.h>
#include <test/harness.h>

static const char text[] = "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n"
			   "  subject: {container: true}\n  default: {connect: kill}\n  rules:\n"
			   "  - {name: a, subject: {user: 1, group: 2}, except: {user: 3, owner: true}, read: [/a]}\n"
			   "  - {name: b, exec: {memory: true}, action: kill}\n"
			   "  - {name: c, exec: {paths: [/c], args: [x]}, action: audit}\n"
			   "  - {name: d, connect: [10.0.0.1], action: allow}\n";

static const struct {
	const char *says;
	const char *was; /* lines of the printed policy that it changes or takes away begin so; NULL: see `is` */
	const char *is;	 /* what stands in their place */
} expected[] = {
	{ "the policy's subject does not ask for 'container'", "  subject:\n    container: true\n", "" },
	{ "there is no default for connect", "  default:\n    connect: kill\n", "" },
	{ "the default for connect is deny in place of kill", "connect: kill", "connect: deny" },
	{ "rule 'a' is left out", NULL, NULL },
	{ "rule 'a' says audit in place of deny", NULL, NULL },
	{ "rule 'a' has no 'except'", NULL, NULL },
	{ "rule 'a' does not ask for 'user'", NULL, NULL },
	{ "rule 'a' does not ask for 'group'", NULL, NULL },
	{ "rule 'b' is left out", NULL, NULL },
	{ "rule 'b' says deny in place of kill", NULL, NULL },
	{ "rule 'c' is left out", NULL, NULL },
	{ "rule 'c' does not ask for 'args'", NULL, NULL },
	{ "rule 'd' is left out", NULL, NULL },
	{ "rule 'd' says deny in place of allow", NULL, NULL },
};

static char *printed(const struct policy *policy)
{
	char *to_text = NULL;
	size_t size;
	FILE *to = open_memstream(&to_text, &size);

	ck_assert_ptr_nonnull(to);
	print_policy(policy, to);
	ck_assert_int_eq(fclose(to), 0);
	return to_text;
}

static void check_change(const char *before, const char *after, size_t at)
{
	const char *was = expected[at].was, *found = was ? strstr(before, was) : NULL;
	_free_ char *wanted = NULL;

	ck_assert_str_ne(before, after);
	if (!was)
		return;
	ck_assert_ptr_nonnull(found);
	ck_assert_int_ge(
		asprintf(&wanted, "%.*s%s%s", (int)(found - before), before, expected[at].is, found + strlen(was)), 0);
	ck_assert_str_eq(after, wanted);
}

START_TEST(each_is_one_change)
{
	struct source *source = harness_source(text, strlen(text));
	struct policy_list policies = { 0 };
	struct mutant_list mutants = { 0 };
	struct diag diag = { 0 };
	char *before;

	ck_assert_int_eq(policy_read(source, &policies, &diag), 0);
	before = printed(policies.policy[0]);
	ck_assert_int_eq(mutate_list(policies.policy[0], &mutants), 0);
	ck_assert_uint_eq(mutants.n, ARRAY_SIZE(expected));
	for (size_t i = 0; i < mutants.n; i++) {
		_free_ char *says = mutate_text(policies.policy[0], &mutants.list[i]), *after = NULL, *again = NULL;
		struct mutated mutated;

		ck_assert_str_eq(says, expected[i].says);
		ck_assert_uint_gt(mutate_span(policies.policy[0], &mutants.list[i]).line, 0);
		ck_assert_int_eq(mutate_make(policies.policy[0], &mutants.list[i], &mutated), 0);
		after = printed(&mutated.policy);
		check_change(before, after, i);
		mutate_done(&mutated);
		again = printed(policies.policy[0]);
		ck_assert_str_eq(again, before);
	}
	free(before);
	free(mutants.list);
	policy_list_done(&policies);
	diag_done(&diag);
	source_unref(source);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mutate");
	TCase *tcase = tcase_create("mutate");

	tcase_add_test(tcase, each_is_one_change);
	suite_add_tcase(suite, tcase);
	return harness_run(suite);
}

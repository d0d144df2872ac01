/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What two sets of policies decide differently: each case is the rules of two policies and how many differences they
 * have, of which the first one's example is compared.
 */
#include "compare.h"
#include <base/cleanup.h>
#include <test/harness.h>

#define HEAD "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  mode: enforce\n"

static const struct {
	const char *spec[2];
	size_t n;
	const char *path; /* of the first example; NULL: none is compared */
} cases[] = {
	{ { "  rules: [{read: ['/a/{b,c}']}]\n", "  rules: [{read: [/a/c]}, {read: [/a/b]}]\n" }, 0, NULL },
	{ { "  rules: [{read: [/a/**]}]\n", "  rules: [{read: [/a/**]}, {read: [/a/b/c]}]\n" }, 0, NULL },
	{ { "  rules: [{read: [/a/b]}]\n", "  rules: [{read: [/a/b]}, {read: [/a/c]}]\n" }, 1, "/a/c" },
	{ { "  rules: [{read: ['/a/x*']}]\n", "  rules: [{read: ['/a/x?*']}]\n" }, 1, "/a/x" },
	{ { "  rules: [{read: [/a], subject: {capability: [CAP_BPF, CAP_KILL]}}]\n",
	    "  rules: [{read: [/a], subject: {capability: [CAP_KILL]}}, {read: [/a], subject: {capability: [CAP_BPF]}}]\n" },
	  0,
	  NULL },
	{ { "  default: {read: deny}\n  rules: [{read: [/a/], action: allow}]\n",
	    "  default: {read: deny}\n  rules: [{read: [/a/*], action: allow}]\n" },
	  1,
	  "/a" },
	{ { "  rules: [{write: [/a], subject: {owner: true}}, {write: [/a], subject: {owner: false}}]\n",
	    "  rules: [{write: [/a]}]\n" },
	  0,
	  NULL },
};

static struct policy_list read_spec(const char *spec)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s%s", HEAD, spec);
	return harness_good(text);
}

START_TEST(what_differs_is_found)
{
	struct policy_list a = read_spec(cases[_i].spec[0]), b = read_spec(cases[_i].spec[1]);
	struct comparison comparison;
	struct diag diag = { 0 };

	ck_assert_int_eq(compare_policies(&a, &b, &comparison, &diag), 0);
	ck_assert_uint_eq(comparison.n, cases[_i].n);
	ck_assert(!comparison.cut);
	if (cases[_i].path)
		ck_assert_str_eq(comparison.list[0].example.object.path, cases[_i].path);
	compare_done(&comparison);
	policy_list_done(&a);
	policy_list_done(&b);
	diag_done(&diag);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compare");
	TCase *tcase = tcase_create("compare");

	tcase_add_loop_test(tcase, what_differs_is_found, 0, ARRAY_SIZE(cases));
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	return harness_run(suite);
}

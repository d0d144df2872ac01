/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The vocabulary: every word leads to its number and back.
 */
#include "names.h"
#include <test/harness.h>

/* Every number has a name that leads back to it, and no two have the same. */
static void check_both_ways(const char *(*name)(unsigned int), int (*from)(const char *), unsigned int first,
			    unsigned int end)
{
	unsigned int i;

	for (i = first; i < end; i++) {
		ck_assert_ptr_nonnull(name(i));
		ck_assert_int_eq(from(name(i)), (int)i);
	}
	ck_assert_ptr_null(name(end));
	ck_assert_ptr_null(name(UINT32_MAX));
	ck_assert_int_eq(from("nothing"), -EINVAL);
	ck_assert_int_eq(from(""), -EINVAL);
}

START_TEST(both_ways)
{
	check_both_ways(operation_name, operation_from, 0, _BW_OP_MAX);
	check_both_ways(verdict_name, verdict_from, 0, _BW_VERDICT_MAX);
	check_both_ways(mode_name, mode_from, 0, _BW_MODE_MAX);
	check_both_ways(protocol_name, protocol_from, BW_PROTOCOL_TCP, _BW_PROTOCOL_MAX);
}
END_TEST

START_TEST(words)
{
	unsigned int i;

	ck_assert_str_eq(operation_name(BW_OP_EXEC), "exec");
	ck_assert_str_eq(operation_name(BW_OP_USE), "use");
	ck_assert_str_eq(verdict_name(BW_VERDICT_KILL), "kill");
	ck_assert_str_eq(mode_name(BW_MODE_ENFORCE), "enforce");
	ck_assert_str_eq(protocol_name(BW_PROTOCOL_SCTP), "sctp");
	ck_assert_ptr_null(protocol_name(BW_PROTOCOL_OTHER));
	ck_assert_str_eq(hook_name(BW_HOOK_BPRM_CHECK), "bprm_check_security");
	for (i = 0; i < _BW_HOOK_MAX; i++)
		ck_assert_ptr_nonnull(hook_name(i));
	ck_assert_ptr_null(hook_name(_BW_HOOK_MAX));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("names");
	TCase *cases = tcase_create("names");

	suite_add_tcase(suite, cases);
	tcase_add_test(cases, both_ways);
	tcase_add_test(cases, words);
	return harness_run(suite);
}

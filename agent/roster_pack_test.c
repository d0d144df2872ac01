/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * roster_pack.c: what was packed comes out, and nothing else does any harm.
 */
#include "roster_pack.h"
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <test/harness.h>

static struct table_tag tags[] = { { "attack", "T1059" }, { "empty", "" } };
static struct table_policy_name policies[] = {
	{ .name = "web", .hash = "0011", .tag = tags, .n_tags = 2 },
	{ .name = "bare", .hash = "22" },
};
static struct table_rule_name rules[] = {
	{ .policy = 0, .name = "no-shell", .message = "no shell\nhere" },
	{ .policy = 1, .name = "default" },
	{ .policy = 1, .name = "quiet", .message = "" },
};
static const struct tables tables = {
	.policy_name = policies,
	.n_policies = 2,
	.rule_name = rules,
	.n_rule_names = 3,
};

static struct writer packed;
static struct roster *roster;

static void set_up(void)
{
	roster_pack(&tables, &packed);
	ck_assert(!writer_failed(&packed));
}

static void tear_down(void)
{
	writer_done(&packed);
	roster = roster_free(roster);
}

START_TEST(there_and_back)
{
	static const char behind[] = { 0, 0, 0, 'x' };

	writer_plain(&packed, behind, sizeof(behind)); /* a map is larger than what is in it */
	ck_assert_int_eq(roster_unpack(packed.text, packed.size, &roster), 0);
	ck_assert_uint_eq(roster->n_policies, 2);
	ck_assert_str_eq(roster_policy(roster, 0)->name, "web");
	ck_assert_str_eq(roster_policy(roster, 0)->hash, "0011");
	ck_assert_uint_eq(roster_policy(roster, 0)->n_tags, 2);
	ck_assert_str_eq(roster_policy(roster, 0)->tag[1].key, "empty");
	ck_assert_str_eq(roster_policy(roster, 0)->tag[1].value, "");
	ck_assert_uint_eq(roster_policy(roster, 1)->n_tags, 0);
	ck_assert_uint_eq(roster->n_rules, 3);
	ck_assert_str_eq(roster_rule(roster, 0)->message, "no shell\nhere");
	ck_assert_uint_eq(roster_rule(roster, 1)->policy, 1);
	ck_assert_ptr_null(roster_rule(roster, 1)->message);
	ck_assert_str_eq(roster_rule(roster, 2)->message, "");
}
END_TEST

START_TEST(no_policies)
{
	static const struct tables none;

	packed.size = 0;
	roster_pack(&none, &packed);
	ck_assert_int_eq(roster_unpack(packed.text, packed.size, &roster), 0);
	ck_assert_ptr_null(roster_rule(roster, 0));
	ck_assert_ptr_null(roster_policy(roster, 0));
}
END_TEST

START_TEST(cut_anywhere)
{
	size_t size;
	char *copy;

	for (size = 0; size < packed.size; size++) {
		copy = malloc(size + 1); /* so that who reads behind the end is seen */
		memcpy(copy, packed.text, size);
		ck_assert_int_eq(roster_unpack(copy, size, &roster), -EBADMSG);
		free(copy);
	}
}
END_TEST

START_TEST(changed_anywhere)
{
	size_t i;
	char was;

	for (i = 0; i < packed.size; i++) {
		was = packed.text[i];
		packed.text[i] = (char)(was + 1 + _i);
		if (roster_unpack(packed.text, packed.size, &roster) >= 0)
			roster = roster_free(roster);
		packed.text[i] = was;
	}
}
END_TEST

#define FOREIGN(text)              \
	{                          \
		text, sizeof(text) \
	}

static const struct {
	const char *bytes;
	size_t size;
} foreign[] = {
	FOREIGN("bulwark-roster-2\0"
		"0\0"
		"0"),
	FOREIGN("bulwark-roster-1\0"
		"-1\0"
		"0"),
	FOREIGN("bulwark-roster-1\0"
		"99999999999999999999\0"
		"0"),
	FOREIGN("bulwark-roster-1\0"
		"1\0"
		"a\0"
		"b\0"
		"1000000"),
	FOREIGN("bulwark-roster-1\0"
		"0\0"
		"1x"),
	FOREIGN("bulwark-roster-1\0"
		"0\0"
		"1\0"
		"0\0"
		"rule\0"
		"2"),
};

START_TEST(what_nobody_packed)
{
	ck_assert_int_eq(roster_unpack(foreign[_i].bytes, foreign[_i].size, &roster), -EBADMSG);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("roster_pack");
	TCase *tests = tcase_create("roster_pack");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, there_and_back);
	tcase_add_test(tests, no_policies);
	tcase_add_test(tests, cut_anywhere);
	tcase_add_loop_test(tests, changed_anywhere, 0, 16);
	tcase_add_loop_test(tests, what_nobody_packed, 0, sizeof(foreign) / sizeof(foreign[0]));
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

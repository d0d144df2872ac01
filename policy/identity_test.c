/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Users and groups of a policy: names, ids, ranges; what each mistake is called.
 */
#include "identity.h"
#include <base/cleanup.h>
#include <test/harness.h>

static const struct {
	const char *text;
	uint32_t from, to;
} good[] = {
	{ "0", 0, 0 },
	{ "1000", 1000, 1000 },
	{ "4294967294", 4294967294u, 4294967294u },
	{ "1000-1999", 1000, 1999 },
	{ "5-5", 5, 5 },
	{ "0-4294967294", 0, 4294967294u },
	{ "root", 0, 0 }, /* the one name that every system has, as user and as group */
};

START_TEST(values)
{
	struct identity_memo memo = { 0 };
	struct identity_error error;
	struct id_range range;
	int again;

	for (again = 0; again < 2; again++) {
		ck_assert_int_eq(identity_parse(IDENTITY_USER, good[_i].text, &memo, &range, &error), 0);
		ck_assert_uint_eq(range.from, good[_i].from);
		ck_assert_uint_eq(range.to, good[_i].to);
		ck_assert_int_eq(identity_parse(IDENTITY_GROUP, good[_i].text, &memo, &range, &error), 0);
		ck_assert_uint_eq(range.from, good[_i].from);
	}
}
END_TEST

static const struct {
	const char *text;
	const char *id;
} bad[] = {
	{ "4294967295", "id" },
	{ "4294967296", "id" },
	{ "99999999999999999999", "id" },
	{ "010", "id" },
	{ "0-010", "id" },
	{ "9-1", "id" },
	{ "0-4294967295", "id" },
	{ "-1", "unknown-user" },
	{ "1-", "unknown-user" },
	{ "1-2-3", "unknown-user" },
	{ "", "unknown-user" },
	{ " 1", "unknown-user" },
	{ "1 ", "unknown-user" },
	{ "0x10", "unknown-user" },
	{ "1e3", "unknown-user" },
	{ "no-such-user", "unknown-user" },
	{ "a-name-that-is-longer-than-any-that-the-memo-keeps", "unknown-user" },
};

START_TEST(refusing)
{
	struct identity_memo memo = { 0 };
	struct identity_error error = { 0 };
	struct id_range range;

	ck_assert_msg(identity_parse(IDENTITY_USER, bad[_i].text, &memo, &range, &error) == -EINVAL,
		      "'%s' was accepted", bad[_i].text);
	ck_assert_msg(strcmp(error.id, bad[_i].id) == 0, "'%s': %s", bad[_i].text, error.message);
}
END_TEST

START_TEST(group_of_its_own_name)
{
	struct identity_memo memo = { 0 };
	struct identity_error error = { 0 };
	struct id_range range;

	ck_assert_int_eq(identity_parse(IDENTITY_GROUP, "no-such-group", &memo, &range, &error), -EINVAL);
	ck_assert_str_eq(error.id, "unknown-group");
	ck_assert_ptr_nonnull(strstr(error.hint, "numeric id"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("identity");
	TCase *cases = tcase_create("identity");

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, values, 0, ARRAY_SIZE(good));
	tcase_add_loop_test(cases, refusing, 0, ARRAY_SIZE(bad));
	tcase_add_test(cases, group_of_its_own_name);
	return harness_run(suite);
}

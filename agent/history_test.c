/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * history.c: bounded by count and by bytes, and numbers that never change their event.
 */
#include "history.h"
#include <check.h>
#include <test/harness.h>

static struct history *history;

static void set_up(void)
{
	ck_assert_int_eq(history_new(&history), 0);
}

static void tear_down(void)
{
	history = history_free(history);
}

static void add(const char *policy, const char *json)
{
	const struct history_mark mark = { .time = 1, .policy = policy, .verdict = 2, .operation = 3 };

	history_add(history, &mark, json, strlen(json));
}

START_TEST(keeps_what_it_got)
{
	char policy[] = "web";

	add(policy, "{1}");
	policy[0] = 'x';
	add(NULL, "{22}");
	ck_assert_uint_eq(history_oldest(history), 0);
	ck_assert_uint_eq(history_end(history), 2);
	ck_assert_str_eq(history_get(history, 0)->mark.policy, "web");
	ck_assert_uint_eq(history_get(history, 0)->size, 3);
	ck_assert_mem_eq(history_get(history, 1)->json, "{22}", 4);
	ck_assert_ptr_null(history_get(history, 1)->mark.policy);
	ck_assert_ptr_null(history_get(history, 2));
}
END_TEST

START_TEST(bounded_by_count)
{
	char json[32];
	int i;

	for (i = 0; i < 3 * HISTORY_EVENTS; i++) {
		snprintf(json, sizeof(json), "%d", i);
		add("p", json);
	}
	ck_assert_uint_eq(history_end(history), 3 * HISTORY_EVENTS);
	ck_assert_uint_eq(history_oldest(history), 2 * HISTORY_EVENTS);
	ck_assert_ptr_null(history_get(history, 2 * HISTORY_EVENTS - 1));
	snprintf(json, sizeof(json), "%d", 2 * HISTORY_EVENTS);
	ck_assert_mem_eq(history_get(history, 2 * HISTORY_EVENTS)->json, json, strlen(json));
}
END_TEST

START_TEST(bounded_by_bytes)
{
	static char json[HISTORY_BYTES / 4 + 1];
	int i;

	memset(json, 'x', sizeof(json) - 1);
	for (i = 0; i < 10; i++)
		add("p", json);
	ck_assert_uint_eq(history_end(history) - history_oldest(history), 4);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("history");
	TCase *tests = tcase_create("history");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, keeps_what_it_got);
	tcase_add_test(tests, bounded_by_count);
	tcase_add_test(tests, bounded_by_bytes);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Times as an operator writes them, and how long ago they are.
 */
#include "moment.h"
#include <base/cleanup.h>
#include <check.h>
#include <errno.h>
#include <stdlib.h>

static const struct {
	const char *text;
	long long seconds; /* -1: refused */
	long nanoseconds;
} times[] = {
	{ "1970-01-01T00:00:00Z", 0, 0 },
	{ "2026-01-02T03:04:05.678901234Z", 1767323045, 678901234 },
	{ "2026-01-02t03:04:05.5z", 1767323045, 500000000 },
	{ "2026-01-02 03:04:05Z", 1767323045, 0 },
	{ "2026-01-02T04:04:05+01:00", 1767323045, 0 },
	{ "2026-01-01T21:34:05-05:30", 1767323045, 0 },
	{ "2026-01-02T03:04:05.1234567899999Z", 1767323045, 123456789 },
	{ "2024-02-29T00:00:00Z", 1709164800, 0 },
	{ "2016-12-31T23:59:60Z", 1483228800, 0 },
	{ "2026-02-29T00:00:00Z", -1, 0 },
	{ "2026-06-31T00:00:00Z", -1, 0 },
	{ "2026-00-01T00:00:00Z", -1, 0 },
	{ "2026-13-01T00:00:00Z", -1, 0 },
	{ "2026-01-00T00:00:00Z", -1, 0 },
	{ "2026-01-02T24:00:00Z", -1, 0 },
	{ "2026-01-02T03:60:00Z", -1, 0 },
	{ "2026-01-02T03:04:61Z", -1, 0 },
	{ "2026-01-02T03:04:05", -1, 0 },
	{ "2026-01-02T03:04:05.Z", -1, 0 },
	{ "2026-01-02T03:04:05Zx", -1, 0 },
	{ "2026-01-02T03:04:05+0100", -1, 0 },
	{ "2026-01-02T03:04:05+24:00", -1, 0 },
	{ "2026-1-2T03:04:05Z", -1, 0 },
	{ "2026-01-02", -1, 0 },
	{ "2026", -1, 0 },
	{ "", -1, 0 },
	{ "yesterday", -1, 0 },
};

START_TEST(rfc3339)
{
	struct timespec moment = { 0 };
	int r = moment_parse(times[_i].text, &moment);

	ck_assert_msg(r == (times[_i].seconds < 0 ? -EINVAL : 0), "%s", times[_i].text);
	if (r < 0)
		return;
	ck_assert_int_eq(moment.tv_sec, times[_i].seconds);
	ck_assert_int_eq(moment.tv_nsec, times[_i].nanoseconds);
}
END_TEST

static const struct {
	const char *text;
	long long back; /* -1: refused */
} spans[] = {
	{ "90s", 90 },
	{ "10m", 600 },
	{ "2h", 7200 },
	{ "2h ago", 7200 },
	{ "1d", 86400 },
	{ "1w", 604800 },
	{ "0s", 0 },
	{ "10", -1 },
	{ "m", -1 },
	{ "-1h", -1 },
	{ "1h30m", -1 },
	{ "1 h", -1 },
	{ "2h  ago", -1 },
	{ "2y", -1 },
	{ "", -1 },
	{ "99999999999999999999s", -1 },
	{ "2147483647w", 1000000000 },
};

START_TEST(since)
{
	const struct timespec now = { .tv_sec = 1000000000, .tv_nsec = 5 };
	struct timespec moment = { 0 };
	int r = moment_since(spans[_i].text, &now, &moment);

	ck_assert_msg(r == (spans[_i].back < 0 ? -EINVAL : 0), "%s", spans[_i].text);
	if (r == 0)
		ck_assert_int_eq(now.tv_sec - moment.tv_sec, spans[_i].back);
}
END_TEST

START_TEST(formats)
{
	const struct timespec moment = { .tv_sec = 1767323045, .tv_nsec = 678901234 };
	char text[MOMENT_SIZE];

	setenv("TZ", "UTC-2", 1);
	tzset();
	moment_format(&moment, text);
	ck_assert_str_eq(text, "2026-01-02T03:04:05.678901234Z");
	moment_local(&moment, text);
	ck_assert_str_eq(text, "2026-01-02 05:04:05.678");
}
END_TEST

static const struct {
	long long seconds;
	const char *text;
} ages[] = {
	{ -5, "now" },	      { 0, "now" },	  { 1, "1s ago" },	 { 119, "119s ago" },  { 120, "2m ago" },
	{ 7199, "119m ago" }, { 7200, "2h ago" }, { 172799, "47h ago" }, { 172800, "2d ago" }, { 8640000, "100d ago" },
};

START_TEST(ago)
{
	const struct timespec now = { .tv_sec = 1000000000 };
	const struct timespec moment = { .tv_sec = now.tv_sec - ages[_i].seconds };
	char text[MOMENT_SIZE];

	moment_ago(&moment, &now, text);
	ck_assert_str_eq(text, ages[_i].text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("moment");
	TCase *cases = tcase_create("moment");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, rfc3339, 0, ARRAY_SIZE(times));
	tcase_add_loop_test(cases, since, 0, ARRAY_SIZE(spans));
	tcase_add_test(cases, formats);
	tcase_add_loop_test(cases, ago, 0, ARRAY_SIZE(ages));
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

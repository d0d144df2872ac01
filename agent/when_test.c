/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * when.c: RFC 3339 both ways; stamps of the boot clock.
 */
#include <check.h>
#include <stdlib.h>
#include <test/harness.h>
#include "when.h"

#define T 1767323045678901234ull /* 2026-01-02T03:04:05.678901234Z */

START_TEST(formats)
{
	char text[WHEN_ROOM];

	when_format(T, text);
	ck_assert_str_eq(text, "2026-01-02T03:04:05.678901234Z");
	when_format(0, text);
	ck_assert_str_eq(text, "1970-01-01T00:00:00.000000000Z");
	when_format(~0ull, text); /* a record may carry any number */
	ck_assert_str_eq(text, "2554-07-21T23:34:33.709551615Z");
}
END_TEST

static const struct {
	const char *text;
	__u64 when; /* 0: refused */
} times[] = {
	{ "2026-01-02T03:04:05.678901234Z", T },
	{ "2026-01-02t03:04:05.678901234z", T },
	{ "2026-01-02T04:04:05.678901234+01:00", T },
	{ "2026-01-01T22:04:05.678901234-05:00", T },
	{ "2026-01-02T03:04:05Z", T - 678901234 },
	{ "2026-01-02T03:04:05.6Z", T - 78901234 },
	{ "2026-01-02T03:04:05.6789012349999Z", T },
	{ "2026-01-02T03:04:05", 0 },
	{ "2026-01-02", 0 },
	{ "2026-01-02T03:04:05Zx", 0 },
	{ "2026-01-02T03:04:05+1", 0 },
	{ "1969-12-31T23:59:59Z", 0 },
	{ "9999-01-01T00:00:00Z", 0 }, /* past what 64 bits of nanoseconds hold */
	{ "now", 0 },
	{ "", 0 },
};

START_TEST(parses)
{
	__u64 when = 0;
	int r = when_parse(times[_i].text, &when);

	ck_assert_msg((r == 0) == (times[_i].when != 0), "%s: %d", times[_i].text, r);
	ck_assert_uint_eq(when, times[_i].when);
}
END_TEST

START_TEST(one_stamp_is_one_time)
{
	__u64 stamp = when_steady(), first = when_from_boot(stamp), now = when_now();
	int i;

	ck_assert_uint_le(first, now + 1000000); /* it was before, but for the millisecond that is not followed */
	ck_assert_uint_gt(first + 10000000000ull, now);
	for (i = 0; i < 10000; i++)
		ck_assert_uint_eq(when_from_boot(stamp), first);
	ck_assert_uint_eq(when_from_boot(stamp + 5), first + 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("when");
	TCase *tests = tcase_create("when");

	tcase_add_test(tests, formats);
	tcase_add_loop_test(tests, parses, 0, sizeof(times) / sizeof(times[0]));
	tcase_add_test(tests, one_stamp_is_one_time);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

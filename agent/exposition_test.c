/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * exposition.c: the two forms, byte for byte.
 */
#include <check.h>
#include <string.h>
#include <test/harness.h>
#include "exposition.h"

static struct writer writer;

static void tear_down(void)
{
	writer_done(&writer);
}

static struct exposition begin(enum exposition_form form)
{
	return (struct exposition){ .out = &writer, .form = form };
}

START_TEST(openmetrics)
{
	struct exposition to = begin(EXPOSITION_OPENMETRICS);

	exposition_family(&to, "x_seen", EXPOSITION_COUNTER, "What was seen.");
	exposition_number(&to, 18446744073709551615ull, LABELS("a", "1", "b", "two"));
	exposition_seconds(&to, 1234567890, NULL);
	exposition_family(&to, "x", EXPOSITION_INFO, "About x.");
	exposition_number(&to, 1, LABELS("a", "1"));
	exposition_end(&to);
	ck_assert_str_eq(writer.text, "# HELP x_seen What was seen.\n"
				      "# TYPE x_seen counter\n"
				      "x_seen_total{a=\"1\",b=\"two\"} 18446744073709551615\n"
				      "x_seen_total 1.234567890\n"
				      "# HELP x About x.\n"
				      "# TYPE x info\n"
				      "x_info{a=\"1\"} 1\n"
				      "# EOF\n");
}
END_TEST

START_TEST(the_older_form)
{
	struct exposition to = begin(EXPOSITION_PROMETHEUS);

	exposition_family(&to, "x_seen", EXPOSITION_COUNTER, "What was seen.");
	exposition_number(&to, 0, NULL);
	exposition_family(&to, "x", EXPOSITION_INFO, "About x.");
	exposition_number(&to, 1, NULL);
	exposition_family(&to, "x_now", EXPOSITION_GAUGE, "Now.");
	exposition_end(&to);
	ck_assert_str_eq(writer.text, "# HELP x_seen_total What was seen.\n"
				      "# TYPE x_seen_total counter\n"
				      "x_seen_total 0\n"
				      "# HELP x_info About x.\n"
				      "# TYPE x_info gauge\n"
				      "x_info 1\n"
				      "# HELP x_now Now.\n"
				      "# TYPE x_now gauge\n");
}
END_TEST

/* A destination is any bytes that somebody wrote into the configuration: no sample of its own can come of it. */
START_TEST(values_of_labels)
{
	struct exposition to = begin(EXPOSITION_OPENMETRICS);

	exposition_family(&to, "x", EXPOSITION_GAUGE, "X.");
	writer.size = 0;
	exposition_number(&to, 7, LABELS("a", "\\\"\n} 1\nx 2", "c", ""));
	ck_assert_str_eq(writer.text, "x{a=\"\\\\\\\"\\n} 1\\nx 2\",c=\"\"} 7\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("exposition");
	TCase *tests = tcase_create("exposition");

	tcase_add_checked_fixture(tests, NULL, tear_down);
	tcase_add_test(tests, openmetrics);
	tcase_add_test(tests, the_older_form);
	tcase_add_test(tests, values_of_labels);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

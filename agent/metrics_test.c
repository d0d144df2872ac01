/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * metrics.c on a whole agent: the text follows its rules, and counts go on through changes of the policies.
 */
#include <check.h>
#include "agent_fixture.h"
#include "metrics.h"

#define TWO_RULES(first, second)                                      \
	POLICY_HEAD("web")                                            \
	"spec:\n  mode: enforce\n  default: {bind: deny}\n  rules:\n" \
	"    - {name: " first ", exec: [/bin/sh]}\n    - {name: " second ", read: [/etc/shadow], action: audit}\n"

static struct writer writer;

static void start(void)
{
	fixture_set_up();
	fixture_start();
}

static void stop(void)
{
	writer_done(&writer);
	fixture_tear_down();
}

static const char *metrics(enum exposition_form form)
{
	writer.size = 0;
	ck_assert_int_eq(metrics_write(&agent, form, &writer), 0);
	return writer.text;
}

static bool has_line(const char *line)
{
	const char *text = metrics(EXPOSITION_OPENMETRICS), *found;
	size_t size = strlen(line);

	for (found = text; (found = strstr(found, line)); found += size)
		if ((found == text || found[-1] == '\n') && found[size] == '\n')
			return true;
	return false;
}

#define expect_line(line) ck_assert_msg(has_line(line), "no line '%s' in:\n%s", line, writer.text)

#define DECISION(rule, operation, verdict, mode, n)                                                               \
	"bulwark_decisions_total{policy=\"web\",rule=\"" rule "\",operation=\"" operation "\",verdict=\"" verdict \
	"\",mode=\"" mode "\"} " n

START_TEST(decisions_by_rule)
{
	fixture_load_expect(TWO_RULES("a", "b"), "parameters.loaded.0.name", "web");
	fake_kernel.rule[0] = (struct bw_counter){ .hits = 5, .denials = 3 };
	fake_kernel.rule[1] = (struct bw_counter){ .hits = 2 };
	fake_kernel.rule[2] = (struct bw_counter){ .hits = 9, .denials = 9 };
	expect_line(DECISION("a", "exec", "deny", "audit", "2"));
	expect_line(DECISION("a", "exec", "deny", "enforce", "3"));
	expect_line(DECISION("b", "read", "audit", "any", "2"));
	ck_assert(!has_line(DECISION("b", "read", "audit", "enforce", "0")));
	expect_line(DECISION("default", "bind", "deny", "enforce", "9"));
	expect_line("bulwark_policy_mode_info{policy=\"web\",mode=\"enforce\"} 1");
	expect_line("bulwark_table_entries{table=\"rules\"} 3");
}
END_TEST

/* A set of tables begins at zero; what stands in the metrics must not, or rates would fall. */
START_TEST(counts_outlive_their_set)
{
	fixture_load_expect(TWO_RULES("a", "b"), "parameters.loaded.0.name", "web");
	fake_kernel.rule[0] = (struct bw_counter){ .hits = 5, .denials = 5 };
	fake_kernel.rule[1] = (struct bw_counter){ .hits = 2 };
	fixture_load_expect(POLICY("other"), "parameters.loaded.0.name", "other");
	expect_line(DECISION("a", "exec", "deny", "enforce", "5"));
	fake_kernel.rule[0].hits = fake_kernel.rule[0].denials = 1;
	expect_line(DECISION("a", "exec", "deny", "enforce", "6"));

	/* the same policy with its rules in another place, and one of another name */
	fixture_load_expect(POLICY_HEAD(
				    "web") "spec:\n  mode: enforce\n  default: {bind: deny}\n  rules:\n"
					   "    - {name: c, exec: [/bin/sh]}\n    - {name: b, read: [/etc/shadow]}\n"
					   "    - {name: a, exec: [/bin/dash]}\n",
			    "parameters.loaded.0.replaced", "true");
	expect_line(DECISION("a", "exec", "deny", "enforce", "6"));
	expect_line(DECISION("b", "read", "deny", "audit", "2"));
	expect_line(DECISION("c", "exec", "deny", "enforce", "0"));
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.hits", "8"); /* of the policy, all of them */
}
END_TEST

START_TEST(a_change_that_fails_moves_no_count)
{
	char *request;
	const char *text = TWO_RULES("a", "x");

	fixture_load_expect(TWO_RULES("a", "b"), "parameters.loaded.0.name", "web");
	fake_kernel.rule[0] = (struct bw_counter){ .hits = 5, .denials = 5 };
	fake_kernel.apply_error = -EIO;
	request = fixture_load(&text, 1, NULL);
	fixture_expect(request, "error.code", "failed");
	free(request);
	expect_line(DECISION("a", "exec", "deny", "enforce", "5"));
	expect_line("bulwark_changes_total 2");
	expect_line("bulwark_changes_refused_total 1");
	fake_kernel.apply_error = 0;
	fixture_load_expect(TWO_RULES("a", "x"), "parameters.loaded.0.name", "web");
	expect_line(DECISION("a", "exec", "deny", "enforce", "5"));
}
END_TEST

START_TEST(what_the_kernel_measures)
{
	fake_kernel.stats = (struct bw_stats){ .decided = 10, .sent = 7, .lost = 3, .undecided = 1 };
	fake_kernel.runs[1] = 4000000000ull;
	expect_line("bulwark_decided_total 10");
	expect_line("bulwark_events_sent_total 7");
	expect_line("bulwark_events_lost_total 3");
	expect_line("bulwark_undecided_total 1");
	expect_line("bulwark_program_attached{program=\"bw_may_open\",hook=\"file_open\"} 1");
	ck_assert_ptr_null(strstr(writer.text, "bulwark_program_runs")); /* nobody measures: no zeros */
	config.measure_programs = true;
	expect_line("bulwark_program_runs_total{program=\"bw_may_open\"} 4000000000");
	expect_line("bulwark_program_run_seconds_total{program=\"bw_may_open\"} 1000.000000000");
}
END_TEST

/* Both forms hold to what their readers insist on: one block for each family, no sample twice. */
START_TEST(the_text_is_well_formed)
{
	const char *const forms[] = { "openmetrics", "prometheus" };
	char path[256], command[512];
	FILE *file;

	fixture_load_expect(TWO_RULES("a", "b"), "parameters.loaded.0.name", "web");
	config.measure_programs = true;
	snprintf(path, sizeof(path), "%s", fixture_beside("metrics"));
	file = fopen(path, "we");
	fputs(metrics((enum exposition_form)_i), file);
	fclose(file);
	snprintf(command, sizeof(command), "awk -v form=%s -f " TEST_SOURCE_DIR "/test/metrics.awk '%s'", forms[_i],
		 path);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(as_a_method)
{
	fixture_expect("{\"method\":\"metrics\",\"parameters\":{\"format\":\"xml\"}}", "error.code", "bad-request");
	fixture_expect("{\"method\":\"metrics\",\"parameters\":{\"format\":7}}", "error.code", "bad-request");
	ck_assert_ptr_nonnull(strstr(metrics(EXPOSITION_OPENMETRICS), "# TYPE bulwark info\n"));
	ck_assert_ptr_nonnull(strstr(metrics(EXPOSITION_PROMETHEUS), "# TYPE bulwark_info gauge\n"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("metrics");
	TCase *tests = tcase_create("metrics");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_add_test(tests, decisions_by_rule);
	tcase_add_test(tests, counts_outlive_their_set);
	tcase_add_test(tests, a_change_that_fails_moves_no_count);
	tcase_add_test(tests, what_the_kernel_measures);
	tcase_add_loop_test(tests, the_text_is_well_formed, 0, 2);
	tcase_add_test(tests, as_a_method);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

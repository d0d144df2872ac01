/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * agent.c: the ladder up and down, on every rung that can break.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include "agent_fixture.h"

static void check_nothing_left(void)
{
	ck_assert(!fake_kernel.opened && !fake_kernel.attached);
	ck_assert_int_eq(access(fixture_socket, F_OK), -1);
}

START_TEST(starts_and_stops)
{
	char *text, told[16] = "", *line;
	int ready[2], i = 0;

	static const char *const types[] = { "\"type\":\"policy\",\"change\":\"loaded\"",
					     "\"type\":\"agent\",\"state\":\"started\"",
					     "\"type\":\"lost\",\"count\":7",
					     "\"type\":\"agent\",\"state\":\"stopped\"" };

	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	config_list_add(&config.log, fixture_beside("log"));
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(agent_start(&agent, &config, ready[1]), 0);
	ck_assert(fake_kernel.attached);
	ck_assert_int_eq(read(ready[0], told, sizeof(told)), 6);
	ck_assert_str_eq(told, "ready\n");
	ck_assert_int_eq(read(ready[0], told, sizeof(told)), 0); /* said once, and closed */
	fake_kernel.stats.lost = 7;
	fixture_turn(1200);
	kill(getpid(), SIGTERM);
	ck_assert_int_eq(loop_run(agent.loop), 0);
	agent_stop(&agent);
	check_nothing_left();
	text = harness_file(fixture_beside("log"), NULL);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), i++)
		ck_assert_msg(strstr(line, types[i]), "%s", line);
	ck_assert_int_eq(i, ARRAY_SIZE(types));
	free(text);
	close(ready[0]);
}
END_TEST

START_TEST(a_kernel_that_cannot)
{
	fake_kernel.unusable = true;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOTSUP);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(programs_that_do_not_load)
{
	fake_kernel.open_error = -EPERM;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EPERM);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(tables_that_do_not_apply)
{
	fake_kernel.apply_error = -ENOMEM;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOMEM);
	ck_assert(!fake_kernel.attached);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(programs_that_do_not_attach)
{
	fake_kernel.attach_error = -ENOTSUP;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOTSUP);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(a_named_folder_that_is_missing)
{
	ck_assert_int_eq(rmdir(fixture_path("")), 0);
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOENT);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(a_log_destination_that_does_not_open)
{
	config_list_add(&config.log, "journald");
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOTSUP);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(two_agents_on_one_socket)
{
	struct agent second;
	struct stat before, after;

	fixture_start();
	ck_assert_int_eq(stat(fixture_socket, &before), 0);
	ck_assert_int_eq(agent_start(&second, &config, -1), -EADDRINUSE);
	agent_stop(&second);
	ck_assert_int_eq(stat(fixture_socket, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert(fake_kernel.attached);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
}
END_TEST

START_TEST(a_file_in_the_place_of_the_socket)
{
	fixture_start();
	agent_stop(&agent);
	fixture_write(fixture_socket, "left by whoever was here before");
	fixture_start();
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
}
END_TEST

START_TEST(malformed_records_are_counted)
{
	fixture_start();
	ck_assert(fake_kernel_send("xx", 2));
	fixture_turn(0);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "false");
	ck_assert_uint_eq(agent.pipeline.malformed, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent");
	TCase *tests = tcase_create("agent");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, fixture_set_up, fixture_tear_down);
	tcase_add_test(tests, starts_and_stops);
	tcase_add_test(tests, a_kernel_that_cannot);
	tcase_add_test(tests, programs_that_do_not_load);
	tcase_add_test(tests, tables_that_do_not_apply);
	tcase_add_test(tests, programs_that_do_not_attach);
	tcase_add_test(tests, a_named_folder_that_is_missing);
	tcase_add_test(tests, a_log_destination_that_does_not_open);
	tcase_add_test(tests, two_agents_on_one_socket);
	tcase_add_test(tests, a_file_in_the_place_of_the_socket);
	tcase_add_test(tests, malformed_records_are_counted);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Running another program: finding it, its output, its ends in time.
 */
#include "program.h"
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

static int run(const char *script, int timeout, char **ret)
{
	return program_read((const char *const[]){ "/bin/sh", "-c", script, NULL }, timeout, ret);
}

START_TEST(output)
{
	char *text = NULL;

	ck_assert_int_eq(run("printf '%s' hello; exit 1", 10000, &text), 0);
	ck_assert_str_eq(text, "hello");
	free(text);
}
END_TEST

/* The child reads nothing of ours and dies of a broken pipe as every program does. */
START_TEST(child_starts_clean)
{
	char *text = NULL;

	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(run("cat; (trap '' USR1; kill -PIPE $$); echo alive", 10000, &text), 0);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

START_TEST(failures)
{
	char *text = NULL;

	ck_assert_int_eq(program_read((const char *const[]){ "/nonexistent", NULL }, 10000, &text), -ENOENT);
	ck_assert_int_eq(run("exec sleep 60", 200, &text), -ETIMEDOUT);
	ck_assert_int_eq(run("exec cat /dev/zero", 10000, &text), -EFBIG);
	ck_assert_ptr_null(text);
}
END_TEST

/* Closing its output is an end; what it does then is not waited for. */
START_TEST(child_that_lingers)
{
	char *text = NULL;

	ck_assert_int_eq(run("exec >&-; exec sleep 60", 10000, &text), 0);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

START_TEST(found_in_absolute_folders_only)
{
	char *path;

	setenv("PATH", ":.:relative:/nonexistent:/bin", 1);
	path = program_find("sh");
	ck_assert_str_eq(path, "/bin/sh");
	free(path);
	setenv("PATH", "bin:", 1);
	ck_assert_ptr_null(program_find("sh"));
	unsetenv("PATH");
	ck_assert_ptr_null(program_find("sh"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("program");
	TCase *cases = tcase_create("program");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 30);
	tcase_add_test(cases, output);
	tcase_add_test(cases, child_starts_clean);
	tcase_add_test(cases, failures);
	tcase_add_test(cases, child_that_lingers);
	tcase_add_test(cases, found_in_absolute_folders_only);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

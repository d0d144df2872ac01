/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * helper.c: programs that end well, badly, not at all, or do not begin.
 */
#include "helper.h"
#include <check.h>
#include <signal.h>
#include <sys/stat.h>
#include <test/harness.h>
#include "when.h"

static struct loop *loop;
static struct helper helper;
static unsigned int ends;
static bool ended_well;
static char wrote[256];

static void on_end(void *context, bool good, int output)
{
	struct stat status;
	ssize_t n = pread(output, wrote, sizeof(wrote) - 1, 0);

	(void)context;
	ck_assert(!helper_runs(&helper)); /* another may be started from here */
	ck_assert_int_eq(fstat(output, &status), 0);
	ck_assert(S_ISREG(status.st_mode));
	wrote[n > 0 ? n : 0] = '\0';
	ended_well = good;
	ends++;
}

static void set_up(void)
{
	ends = 0;
	helper_init(&helper);
	helper.ended = on_end;
	ck_assert_int_eq(loop_new(&loop), 0);
}

static void tear_down(void)
{
	helper_stop(&helper);
	loop = loop_free(loop);
}

static void run(const char *script, unsigned int timeout_ms)
{
	const char *const argv[] = { "/bin/sh", "-c", script, NULL };
	unsigned int before = ends;
	int i;

	ck_assert_int_eq(helper_start(&helper, loop, argv, timeout_ms), 0);
	ck_assert(helper_runs(&helper));
	for (i = 0; i < 100 && ends == before; i++)
		ck_assert_int_eq(loop_turn(loop, 100), 0);
	ck_assert_uint_eq(ends, before + 1);
}

START_TEST(what_it_writes)
{
	run("echo out; echo err >&2; cat", 10000);
	ck_assert(ended_well);
	ck_assert_str_eq(wrote, "out\nerr\n");
	run("echo again; exit 3", 10000);
	ck_assert(!ended_well);
	ck_assert_str_eq(wrote, "again\n");
}
END_TEST

START_TEST(what_it_does_not_inherit)
{
	sigset_t set, old;

	setenv("https_proxy", "x", 1);
	sigfillset(&set);
	ck_assert_int_eq(sigprocmask(SIG_BLOCK, &set, &old), 0);
	signal(SIGPIPE, SIG_IGN);
	/* Of the sets, which the C library keeps two signals of its own in, the last seven digits. */
	run("echo \"<$https_proxy>\"; while read -r a b; do case $a in SigBlk:|SigIgn:) echo $a ${b#?????????};; esac; "
	    "done </proc/self/status",
	    10000);
	ck_assert_int_eq(sigprocmask(SIG_SETMASK, &old, NULL), 0);
	unsetenv("https_proxy");
	ck_assert_str_eq(wrote, "<>\nSigBlk: 0000000\nSigIgn: 0000000\n");
}
END_TEST

START_TEST(that_takes_too_long)
{
	__u64 began = when_steady();

	run("trap '' TERM; echo begun; exec sleep 60", 300);
	ck_assert(!ended_well);
	ck_assert_str_eq(wrote, "begun\n");
	ck_assert_uint_lt(when_steady() - began, 5 * 1000000000ull);
}
END_TEST

/* Whoever began the agent may have ignored its children, and that is inherited. */
START_TEST(children_were_ignored)
{
	signal(SIGCHLD, SIG_IGN);
	run("exit 0", 10000);
	ck_assert(ended_well);
}
END_TEST

START_TEST(that_does_not_begin)
{
	const char *const argv[] = { "/nonexistent/program", NULL };

	ck_assert_int_eq(helper_start(&helper, loop, argv, 1000), -ENOENT);
	ck_assert(!helper_runs(&helper));
	run("exit 0", 10000);
	ck_assert(ended_well);
}
END_TEST

START_TEST(that_is_stopped)
{
	const char *const argv[] = { "/bin/sleep", "60", NULL };
	int i;

	ck_assert_int_eq(helper_start(&helper, loop, argv, 10000), 0);
	helper_stop(&helper);
	ck_assert(!helper_runs(&helper));
	helper_stop(&helper);
	for (i = 0; i < 10; i++)
		ck_assert_int_eq(loop_turn(loop, 10), 0);
	ck_assert_uint_eq(ends, 0);
}
END_TEST

/* Without the loop, and not longer than asked for. */
START_TEST(that_is_awaited)
{
	const char *const quick[] = { "/bin/sh", "-c", "sleep 0.2; echo done", NULL };
	const char *const slow[] = { "/bin/sleep", "60", NULL };
	__u64 began = when_steady();

	helper_await(&helper, 60000); /* none runs */
	ck_assert_int_eq(helper_start(&helper, loop, quick, 10000), 0);
	helper_await(&helper, 30000);
	ck_assert_uint_eq(ends, 1);
	ck_assert(ended_well);
	ck_assert_str_eq(wrote, "done\n");
	ck_assert_int_eq(helper_start(&helper, loop, slow, 60000), 0);
	helper_await(&helper, 50);
	ck_assert_uint_eq(ends, 1);
	ck_assert(helper_runs(&helper));
	ck_assert_uint_lt(when_steady() - began, 30 * 1000000000ull);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("helper");
	TCase *tests = tcase_create("helper");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, what_it_writes);
	tcase_add_test(tests, what_it_does_not_inherit);
	tcase_add_test(tests, that_takes_too_long);
	tcase_add_test(tests, children_were_ignored);
	tcase_add_test(tests, that_does_not_begin);
	tcase_add_test(tests, that_is_stopped);
	tcase_add_test(tests, that_is_awaited);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

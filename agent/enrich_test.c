/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * enrich.c: about this very process, whose facts are known, and about processes that are not the ones of the record.
 */
#include "enrich.h"
#include <check.h>
#include <sys/wait.h>
#include <test/harness.h>
#include <time.h>
#include "procfs.h"

#define TICK (1000000000ull / (__u64)sysconf(_SC_CLK_TCK))

static struct enrich *enrich;
static struct bw_event record;
static struct event event;

static __u64 start_of(__u32 pid)
{
	struct procfs_status status;

	ck_assert_int_eq(procfs_status(pid, &status), 0);
	return status.start * TICK + 1; /* within the tick, as the kernel's own number is */
}

static void set_up(void)
{
	ck_assert_int_eq(enrich_new(&enrich), 0);
	record = (struct bw_event){ .record = { .type = BW_RECORD_DECISION, .serial = 1 } };
	record.process.pid = getpid();
	record.process.ppid = getppid();
	record.process.start = start_of(getpid());
	record.process.parent_start = start_of(getppid());
	event = (struct event){ .record = &record };
}

static void tear_down(void)
{
	event_done(&event);
	enrich = enrich_free(enrich);
}

static void own_binary(char *path, size_t room)
{
	ssize_t n = readlink("/proc/self/exe", path, room - 1);

	ck_assert_int_gt(n, 0);
	path[n] = '\0';
}

START_TEST(knows_this_process)
{
	char binary[4096];
	size_t i;

	own_binary(binary, sizeof(binary));
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.user, "root");
	ck_assert_ptr_nonnull(event.text[BW_TEXT_ARGUMENTS].bytes);
	ck_assert_uint_ge(event.n_ancestors, 1);
	ck_assert_uint_eq(event.ancestor[0].pid, getppid());
	ck_assert_str_eq(event.ancestor[0].binary.bytes, binary); /* the test runner forked us */
	for (i = 0; i < event.n_ancestors; i++)
		ck_assert_uint_gt(event.ancestor[i].pid, 0);
	ck_assert_uint_eq(event.ancestor[event.n_ancestors - 1].pid, 1);
}
END_TEST

START_TEST(believes_the_kernel_about_the_parent)
{
	event.text[BW_TEXT_PARENT] = (struct event_text){ .bytes = "/was/then", .size = 9 };
	event.text[BW_TEXT_ARGUMENTS] = (struct event_text){ .bytes = "mine", .size = 4 };
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.ancestor[0].binary.bytes, "/was/then");
	ck_assert_str_eq(event.text[BW_TEXT_ARGUMENTS].bytes, "mine");
}
END_TEST

/* The pids are in use, but by others: nothing of them may show. */
START_TEST(does_not_take_one_process_for_another)
{
	record.process.start -= 10 * TICK;
	record.process.parent_start -= 10 * TICK;
	event.text[BW_TEXT_PARENT] = (struct event_text){ .bytes = "/gone", .size = 5 };
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.text[BW_TEXT_ARGUMENTS].bytes);
	ck_assert_uint_eq(event.n_ancestors, 1);
	ck_assert_str_eq(event.ancestor[0].binary.bytes, "/gone");
	ck_assert_ptr_null(event.ancestor[0].arguments.bytes);
}
END_TEST

START_TEST(a_process_that_is_gone)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	record.process.pid = pid;
	record.process.ppid = 0;
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.text[BW_TEXT_ARGUMENTS].bytes);
	ck_assert_uint_eq(event.n_ancestors, 0);
}
END_TEST

START_TEST(ids_name_runs_and_records)
{
	char run[EVENT_ID_ROOM], id[EVENT_ID_ROOM];

	record.process.ppid = 0;

	enrich_event(enrich, NULL, &event);
	strcpy(run, event.exec_id);
	strcpy(id, event.id);
	ck_assert_uint_eq(strlen(run), 16);
	record.record.serial = 2;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.exec_id, run);
	ck_assert_str_ne(event.id, id);
	record.process.execs++;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_ne(event.exec_id, run);
	enrich_free(enrich);
	ck_assert_int_eq(enrich_new(&enrich), 0); /* another agent of this boot gives the same names */
	record.process.execs--;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.exec_id, run);
}
END_TEST

START_TEST(users_without_a_name)
{
	record.process.euid = 3999999999u;
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.user);
}
END_TEST

START_TEST(cgroups_of_processes)
{
	char path[4096];
	long n = procfs_cgroup(getpid(), path, sizeof(path));

	record.process.cgroup = 0x7fffffffffffull; /* none has this id: the process itself has to show it */
	enrich_event(enrich, NULL, &event);
	if (n < 0) {
		ck_assert_ptr_null(event.cgroup); /* no cgroup-v2 on this machine */
		return;
	}
	path[n] = '\0';
	ck_assert_str_eq(event.cgroup, path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("enrich");
	TCase *tests = tcase_create("enrich");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, knows_this_process);
	tcase_add_test(tests, believes_the_kernel_about_the_parent);
	tcase_add_test(tests, does_not_take_one_process_for_another);
	tcase_add_test(tests, a_process_that_is_gone);
	tcase_add_test(tests, ids_name_runs_and_records);
	tcase_add_test(tests, users_without_a_name);
	tcase_add_test(tests, cgroups_of_processes);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

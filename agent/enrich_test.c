/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * enrich.c: about this very process, whose facts are known, and about processes that are not the ones of the record.
 */
#include "enrich.h"
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <test/harness.h>
#include <time.h>
#include "procfs.h"

#define TICK (1000000000ull / (__u64)sysconf(_SC_CLK_TCK))

static struct enrich *enrich;
static struct bw_event record;
static struct event_ancestor parent;
static struct event event;

static __u64 start_of(__u32 pid)
{
	struct procfs_status status;

	ck_assert_int_eq(procfs_status(pid, &status), 0);
	return status.start * TICK + 1; /* within the tick, as the kernel's own number is */
}

static void set_up(void)
{
	ck_assert_int_eq(enrich_new(NULL, &enrich), 0);
	record = (struct bw_event){ .record = { .type = BW_RECORD_DECISION, .serial = 1 } };
	record.process.pid = getpid();
	record.process.ppid = getppid();
	record.process.start = start_of(getpid());
	record.process.loginuid = (__u32)-1;
	parent = (struct event_ancestor){ .run = { .start = start_of(getppid()), .pid = getppid() } };
	event = (struct event){ .record = &record, .ancestor = &parent, .n_ancestors = 1 };
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

static struct event_text text_of(const char *bytes)
{
	return (struct event_text){ .bytes = bytes, .size = strlen(bytes) };
}

START_TEST(knows_this_process)
{
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.user, "root");
	ck_assert_str_eq(event.group, "root");
	ck_assert_ptr_null(event.login_user);
	ck_assert_ptr_nonnull(event.text[BW_TEXT_ARGUMENTS].bytes);
}
END_TEST

START_TEST(who_logged_in)
{
	record.process.loginuid = 0;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.login_user, "root");
}
END_TEST

/* The test runner forked us: its program is ours. */
START_TEST(adds_arguments_of_an_ancestor_that_lives)
{
	char binary[4096];

	own_binary(binary, sizeof(binary));
	parent.binary = text_of(binary);
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_nonnull(parent.arguments.bytes);
	ck_assert_uint_gt(parent.arguments.size, 0);
}
END_TEST

START_TEST(believes_the_kernel)
{
	char binary[4096];

	own_binary(binary, sizeof(binary));
	parent.binary = text_of(binary);
	parent.arguments = text_of("then");
	event.text[BW_TEXT_ARGUMENTS] = text_of("mine");
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(parent.arguments.bytes, "then");
	ck_assert_str_eq(event.text[BW_TEXT_ARGUMENTS].bytes, "mine");
}
END_TEST

/* It runs another program by now, or none can be told: then its arguments are of that. */
START_TEST(does_not_take_one_program_for_another)
{
	parent.binary = text_of("/was/then");
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(parent.arguments.bytes);
	parent.binary = (struct event_text){ 0 };
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(parent.arguments.bytes);
}
END_TEST

/* The pids are in use, but by others: nothing of them may show. */
START_TEST(does_not_take_one_process_for_another)
{
	char binary[4096];

	own_binary(binary, sizeof(binary));
	record.process.start -= 10 * TICK;
	parent.run.start -= 10 * TICK;
	parent.binary = text_of(binary);
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.text[BW_TEXT_ARGUMENTS].bytes);
	ck_assert_ptr_null(parent.arguments.bytes);
}
END_TEST

/* A child whose arguments have so many bytes, the last NUL among them, about which the event knows none. */
static const struct {
	size_t size;
	size_t kept;
	bool cut;
} lengths[] = {
	{ 100, 99, false },
	{ BW_TEXT_ARGS, BW_TEXT_ARGS - 1, false },
	{ BW_TEXT_ARGS + 1, BW_TEXT_ARGS, false }, /* but for the last NUL, all of it */
	{ BW_TEXT_ARGS + 2, BW_TEXT_ARGS, true },
	{ 3 * BW_TEXT_ARGS, BW_TEXT_ARGS, true },
};

START_TEST(arguments_of_any_length)
{
	static const char script[] = "read line";
	char argument[3 * BW_TEXT_ARGS] = "", byte;
	int started[2], hold[2];
	pid_t pid;

	memset(argument, 'x', lengths[_i].size - sizeof("sh") - sizeof("-c") - sizeof(script) - 1);
	ck_assert_int_eq(pipe2(started, O_CLOEXEC), 0); /* closed by the exec */
	ck_assert_int_eq(pipe(hold), 0);
	pid = fork();
	if (pid == 0) {
		dup2(hold[0], 0);
		execl("/bin/sh", "sh", "-c", script, argument, NULL);
		_exit(1);
	}
	close(started[1]);
	ck_assert_int_eq(read(started[0], &byte, 1), 0);
	record.process.pid = pid;
	record.process.start = start_of(pid);
	enrich_event(enrich, NULL, &event);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ck_assert_uint_eq(event.text[BW_TEXT_ARGUMENTS].size, lengths[_i].kept);
	ck_assert(event.text[BW_TEXT_ARGUMENTS].cut == lengths[_i].cut);
}
END_TEST

START_TEST(a_process_that_is_gone)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	record.process.pid = pid;
	parent.run.pid = pid;
	parent.binary = text_of("/gone");
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.text[BW_TEXT_ARGUMENTS].bytes);
	ck_assert_uint_eq(event.n_ancestors, 1);
	ck_assert_str_eq(parent.binary.bytes, "/gone");
	ck_assert_ptr_null(parent.arguments.bytes);
}
END_TEST

START_TEST(ids_name_runs_and_records)
{
	char run[EVENT_ID_ROOM], id[EVENT_ID_ROOM];

	record.process.execs = 5;
	parent.run = (struct bw_ancestor){ .pid = getpid(), .start = record.process.start, .execs = 5 };
	enrich_event(enrich, NULL, &event);
	strcpy(run, event.exec_id);
	strcpy(id, event.id);
	ck_assert_uint_eq(strlen(run), 16);
	record.record.serial = 2;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.exec_id, run);
	ck_assert_str_ne(event.id, id);
	ck_assert_str_eq(parent.exec_id, run); /* the same run: whoever names it, names it so */
	record.process.execs++;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_ne(event.exec_id, run);
	ck_assert_str_eq(parent.exec_id, run);
	enrich_free(enrich);
	ck_assert_int_eq(enrich_new(NULL, &enrich), 0); /* another agent of this boot gives the same names */
	record.process.execs--;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.exec_id, run);
}
END_TEST

START_TEST(ids_without_a_name)
{
	record.process.egid = 3999999999u;
	record.process.euid = 3999999999u;
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.user);
	ck_assert_ptr_null(event.group);
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

static void ignore_change(void *context, const struct cgroup *cgroup)
{
	(void)context;
	(void)cgroup;
}

static void ignore_end(void *context, __u64 id)
{
	(void)context;
	(void)id;
}

START_TEST(containers_of_cgroups)
{
	struct cgroups_options options = { .node = "/nonexistent", .changed = ignore_change, .gone = ignore_end };
	const __u64 none = 1ull << 60; /* beyond the ids of the cgroups of this machine */
	struct cgroups *cgroups;

	ck_assert_int_eq(loop_new(&options.loop), 0);
	ck_assert_int_eq(cgroups_new(&options, &cgroups), 0);
	cgroups_made(cgroups, none + 7, "/system.slice");
	cgroups_made(cgroups, none + 8, "/system.slice/runc-web.scope");
	enrich_free(enrich);
	ck_assert_int_eq(enrich_new(cgroups, &enrich), 0);
	record.process.pid = record.process.ppid = 0; /* it is gone */
	record.process.cgroup = none + 7;
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.container);
	event.cgroup = NULL;
	record.process.cgroup = none + 8;
	enrich_event(enrich, NULL, &event);
	ck_assert_str_eq(event.container->id, "web");
	ck_assert_str_eq(event.cgroup, "/system.slice/runc-web.scope"); /* whose folder is gone */
	event.container = NULL;
	event.cgroup = NULL;
	record.process.cgroup = none + 9; /* that nobody has told of */
	enrich_event(enrich, NULL, &event);
	ck_assert_ptr_null(event.container);
	cgroups_free(cgroups);
	loop_free(options.loop);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("enrich");
	TCase *tests = tcase_create("enrich");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, knows_this_process);
	tcase_add_test(tests, who_logged_in);
	tcase_add_test(tests, adds_arguments_of_an_ancestor_that_lives);
	tcase_add_test(tests, believes_the_kernel);
	tcase_add_test(tests, does_not_take_one_program_for_another);
	tcase_add_test(tests, does_not_take_one_process_for_another);
	tcase_add_loop_test(tests, arguments_of_any_length, 0, ARRAY_SIZE(lengths));
	tcase_add_test(tests, a_process_that_is_gone);
	tcase_add_test(tests, ids_name_runs_and_records);
	tcase_add_test(tests, ids_without_a_name);
	tcase_add_test(tests, cgroups_of_processes);
	tcase_add_test(tests, containers_of_cgroups);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

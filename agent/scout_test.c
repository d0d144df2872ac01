/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * scout.c: each test in a process of its own, which may have a scout. What it is for is shown by a domain: from within,
 * the same question fails when it is asked directly.
 */
#include "scout.h"
#include <base/cleanup.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <test/harness.h>
#include <unistd.h>
#include "landlock.h"

static pid_t other;

static void set_up(void)
{
	other = fork();
	if (other == 0)
		for (;;)
			pause();
	ck_assert_int_gt(other, 0);
}

static void tear_down(void)
{
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

static long binary_directly(char *text, size_t room)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/exe", other);
	return readlink(path, text, room);
}

static void expect_binary(void)
{
	char wanted[PATH_MAX], text[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", wanted, sizeof(wanted));

	ck_assert_int_eq(scout_binary((__u32)other, text, sizeof(text)), n);
	ck_assert_int_eq(memcmp(text, wanted, (size_t)n), 0);
	ck_assert_int_eq(scout_binary((__u32)other, text, 3), 3); /* as readlink(2) cuts */
}

static void expect_root(void)
{
	_close_ int process = -1, root = -1;
	struct stat wanted, found;
	char folder[32];

	snprintf(folder, sizeof(folder), "/proc/%d", other);
	root = scout_root(folder, &process);
	ck_assert_int_ge(root, 0);
	ck_assert_int_eq(stat("/", &wanted), 0);
	ck_assert_int_eq(fstat(root, &found), 0);
	ck_assert_uint_eq(found.st_ino, wanted.st_ino);
	ck_assert_int_eq(fstatat(process, "root", &found, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_int_eq(fcntl(root, F_GETFL) & O_PATH, O_PATH);
	ck_assert_int_eq(fcntl(root, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

START_TEST(without)
{
	ck_assert_int_eq(scout_fd(), -1);
	ck_assert(!scout_is_lost());
	expect_binary();
	expect_root();
}
END_TEST

START_TEST(with)
{
	ck_assert_int_eq(scout_start(false), 0);
	ck_assert(!scout_is_lost());
	expect_binary();
	expect_root();
}
END_TEST

/* Of a file that has the right name, and of others that have not, or are none. */
START_TEST(a_bundle)
{
	static const struct {
		const char *path;
		int r;
	} others[] = {
		{ "other.json", -EINVAL },	 { "link/config.json", -ELOOP },  { "folder/config.json", -EINVAL },
		{ "fifo/config.json", -EINVAL }, { "none/config.json", -ENOENT },
	};
	char folder[] = "/tmp/scout_test.XXXXXX", path[64], text[8] = "", command[192];
	size_t i;
	int fd;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(command, sizeof(command),
		 "cd %s && printf hello >config.json && cp config.json other.json && mkdir -p link folder/config.json "
		 "fifo && ln -s ../other.json link/config.json && mkfifo fifo/config.json",
		 folder);
	ck_assert_int_eq(system(command), 0);
	if (_i)
		ck_assert_int_eq(scout_start(false), 0);
	snprintf(path, sizeof(path), "%s/config.json", folder);
	fd = scout_config(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(read(fd, text, sizeof(text)), 5);
	ck_assert_int_eq(write(fd, text, 1), -1);
	close(fd);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, others[i].path);
		ck_assert_msg(scout_config(path) == others[i].r, "%s", others[i].path);
	}
	ck_assert_int_eq(scout_config("config.json"), -EINVAL);
	ck_assert_int_eq(scout_config("/etc/shadow"), -EINVAL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

/* In a child, for who is within may not end `other` any more. */
static void __attribute__((noreturn)) look_from_within(void)
{
	struct landlock *landlock = NULL;
	char text[PATH_MAX];
	int version = landlock_new(&landlock);

	if (version == -EOPNOTSUPP)
		_exit(0);
	ck_assert_int_gt(version, 0);
	ck_assert_int_eq(scout_start(false), 0);
	ck_assert_int_gt(binary_directly(text, sizeof(text)), 0);
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(landlock_enter(landlock), 0);
	ck_assert_int_eq(binary_directly(text, sizeof(text)), -1);
	ck_assert_int_eq(errno, EACCES);
	expect_binary();
	expect_root();
	landlock_free(landlock);
	_exit(0);
}

START_TEST(from_within_a_domain)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		look_from_within();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(nobody_there)
{
	char text[8];
	int process;

	ck_assert_int_eq(scout_start(false), 0);
	ck_assert_int_eq(scout_binary(0x7fffffff, text, sizeof(text)), -ENOENT);
	ck_assert_int_eq(scout_root("/proc/2147483647", &process), -ENOENT);
	expect_binary();
}
END_TEST

START_TEST(only_what_proc_has)
{
	static const char *const folder[] = { "/proc/1/../2", "/proc/", "/etc", "", "/proc/1/", "x/proc/1" };
	int process;

	ck_assert_int_eq(scout_start(false), 0);
	ck_assert_int_eq(scout_root(folder[_i], &process), -EINVAL);
}
END_TEST

/* Who had asked is gone: his answer is no one's. */
START_TEST(an_answer_to_another)
{
	int status;
	pid_t pid;

	ck_assert_int_eq(scout_start(false), 0);
	pid = fork();
	if (pid == 0) {
		const struct {
			__u64 number;
			__u32 what, pid;
		} root_of_other = { 7, 1, (__u32)other };

		_exit(send(scout_fd(), &root_of_other, sizeof(root_of_other), 0) != sizeof(root_of_other));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	usleep(100000); /* it is there first */
	expect_binary();
	expect_root();
}
END_TEST

START_TEST(its_end)
{
	char text[8], children[64], line[32];
	_fclose_ FILE *file = NULL;
	int process, pid;

	ck_assert_int_eq(scout_start(false), 0);
	snprintf(children, sizeof(children), "/proc/self/task/%d/children", getpid());
	file = fopen(children, "re");
	if (!file)
		return; /* this kernel does not list them */
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
	ck_assert_int_eq(sscanf(line, "%*d %d", &pid), 1);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_lt(scout_binary((__u32)other, text, sizeof(text)), 0);
	ck_assert_int_lt(scout_root("/proc/1", &process), 0);
	ck_assert(scout_is_lost());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("scout");
	TCase *tests = tcase_create("scout");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, without);
	tcase_add_test(tests, with);
	tcase_add_test(tests, from_within_a_domain);
	tcase_add_loop_test(tests, a_bundle, 0, 2); /* without a scout, with one */
	tcase_add_test(tests, nobody_there);
	tcase_add_loop_test(tests, only_what_proc_has, 0, 6);
	tcase_add_test(tests, an_answer_to_another);
	tcase_add_test(tests, its_end);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

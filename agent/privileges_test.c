/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * privileges.c: what root can do, and cannot any more. Each attempt is made twice, in a child of its own: first with
 * all privileges, where it has to succeed, or it would prove nothing.
 */
#include "privileges.h"
#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <test/harness.h>
#include <unistd.h>

static char path[] = "/tmp/privileges_test.XXXXXX";

static int change_owner(void)
{
	return chown(path, 1, 1);
}

static int make_device(void)
{
	char device[sizeof(path) + 8];

	snprintf(device, sizeof(device), "%s.dev", path);
	(void)unlink(device);
	return mknod(device, S_IFCHR | 0600, makedev(1, 3)) ?: unlink(device);
}

static int become_another(void)
{
	return setresuid(1, 1, 1);
}

static int sniff(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? -1 : 0;
}

static int bind_low(void)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_port = htons(7),
					     .sin_addr = { htonl(INADDR_LOOPBACK) } };

	return bind(socket(AF_INET, SOCK_DGRAM, 0), (const struct sockaddr *)&address, sizeof(address));
}

static int change_root(void)
{
	return chroot("/tmp");
}

/* What is executed would be root with all again. */
static int by_execve(void)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0) {
		execl("/bin/chown", "chown", "1:1", path, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static const struct {
	const char *name;
	int (*attempt)(void);
} attempts[] = {
	{ "chown", change_owner }, { "mknod", make_device },  { "setuid", become_another }, { "AF_PACKET", sniff },
	{ "bind 7", bind_low },	   { "chroot", change_root }, { "execve", by_execve },
};

/*
 * How an attempt ends in a process of its own, with all privileges (0) or these: 0 it succeeded, 1 it did not, 2 the
 * privileges could not be dropped.
 */
static int outcome(int (*attempt)(void), unsigned int whose)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		if (whose && privileges_drop(whose) < 0)
			_exit(2);
		_exit(attempt() < 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void set_up(void)
{
	int fd;

	strcpy(path, "/tmp/privileges_test.XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void tear_down(void)
{
	unlink(path);
}

START_TEST(what_is_given_up)
{
	if (outcome(attempts[_i].attempt, 0) != 0)
		return; /* not root, or a sandbox forbids it: there is nothing to give up */
	ck_assert_msg(outcome(attempts[_i].attempt, PRIVILEGES_AGENT) == 1, "%s succeeded", attempts[_i].name);
}
END_TEST

START_TEST(what_a_helper_needs)
{
	if (outcome(become_another, 0) != 0)
		return;
	ck_assert_int_eq(outcome(become_another, PRIVILEGES_AGENT | PRIVILEGES_HELPER), 0);
	ck_assert_int_eq(outcome(make_device, PRIVILEGES_AGENT | PRIVILEGES_HELPER), 1);
}
END_TEST

static int nothing_new(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && cap_get_bound(CAP_SYS_MODULE) <= 0 &&
			       cap_get_bound(CAP_SYS_RAWIO) <= 0
		       ? 0
		       : -1;
}

START_TEST(for_good)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(outcome(nothing_new, 0), 1);
	ck_assert_int_eq(outcome(nothing_new, PRIVILEGES_AGENT), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("privileges");
	TCase *tests = tcase_create("privileges");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, what_is_given_up, 0, sizeof(attempts) / sizeof(attempts[0]));
	tcase_add_test(tests, what_a_helper_needs);
	tcase_add_test(tests, for_good);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

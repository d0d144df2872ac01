// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gets into a user namespace of its own: by unshare(2), clone(2), clone3(2); or by setns(2) into one that another
 * program has made.
 */
#include "attack.h"
#include <linux/sched.h>
#include <sched.h>

static char before[64];

static void tell(const char *pid, char into[64])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%s/ns/user", pid);
	n = need(readlink(path, into, 63), path);
	into[n] = '\0';
}

static bool is_elsewhere(void)
{
	char now[64];

	tell("self", now);
	return strcmp(before, now) != 0;
}

static void __attribute__((noreturn)) by_child(bool third)
{
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
	long pid = third ? syscall(SYS_clone3, &args, sizeof(args))
			 : syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		_exit(is_elsewhere() ? 42 : 0);
	step(pid, third ? "clone3" : "clone");
	effect(wait_for((pid_t)pid) == 42, "another user namespace");
}

static void enter(void)
{
	char path[64];
	pid_t pid = (pid_t)need(fork(), "fork");
	int fd;

	if (pid == 0) {
		execl("/usr/bin/unshare", "unshare", "-U", "sleep", "5", NULL);
		_exit(127);
	}
	for (int i = 0; i < 50; i++)
		doze();
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	fd = (int)need(open(path, O_RDONLY | O_CLOEXEC), path);
	step(setns(fd, CLONE_NEWUSER), "setns");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	tell("self", before);
	if (strcmp(how, "clone") == 0 || strcmp(how, "clone3") == 0)
		by_child(strcmp(how, "clone3") == 0);
	if (strcmp(how, "setns") == 0)
		enter();
	else
		step(unshare(CLONE_NEWUSER), "unshare");
	effect(is_elsewhere(), "another user namespace");
}

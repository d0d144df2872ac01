/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a program with its arguments. Out: a call when it has ended, with what it wrote. The process is known by its
 * descriptor, so that no signal ever goes to another one of the same number.
 */
#include "helper.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

void helper_init(struct helper *helper)
{
	*helper = (struct helper){ .watch = { .fd = -1 }, .output = -1 };
}

bool helper_runs(const struct helper *helper)
{
	return helper->watch.fd >= 0;
}

/* The output stays: whoever took it away closes it. */
static void forget(struct helper *helper)
{
	loop_unwatch(&helper->watch);
	loop_timer_close(&helper->timer);
	close(helper->watch.fd);
	helper->watch.fd = -1;
}

static void on_end(void *context, uint32_t events)
{
	struct helper *helper = context;
	siginfo_t info = { 0 };
	_close_ int output = -1;

	(void)events;
	if (waitid(P_PIDFD, (id_t)helper->watch.fd, &info, WEXITED | WNOHANG) == 0 && !info.si_pid)
		return;
	output = TAKE_FD(helper->output);
	forget(helper);
	helper->ended(helper->context, info.si_code == CLD_EXITED && info.si_status == 0, output);
}

/* Its end is seen as any other. */
static void on_timeout(void *context)
{
	struct helper *helper = context;

	(void)pidfd_send_signal(helper->watch.fd, SIGKILL, NULL, 0);
}

static int set_files(posix_spawn_file_actions_t *files, int output)
{
	int r = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	r = r ?: posix_spawn_file_actions_adddup2(files, output, STDOUT_FILENO);
	return r ?: posix_spawn_file_actions_adddup2(files, output, STDERR_FILENO);
}

/* The agent blocks signals to read them, and ignores SIGPIPE: the program is not to inherit that. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	r = posix_spawnattr_setsigmask(attributes, &none);
	r = r ?: posix_spawnattr_setsigdefault(attributes, &all);
	return r ?: posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Its process id, or -errno. */
static pid_t spawn(const char *const argv[], int output)
{
	static char *const nothing[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	pid_t pid = -1;
	int r = posix_spawn_file_actions_init(&files);

	if (r)
		return -r;
	r = posix_spawnattr_init(&attributes);
	if (r == 0) {
		r = set_files(&files, output);
		r = r ?: set_signals(&attributes);
		r = r ?: posix_spawn(&pid, argv[0], &files, &attributes, (char *const *)argv, nothing);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return r ? -r : pid;
}

static int watch(struct helper *helper, struct loop *loop, unsigned int timeout_ms)
{
	int r = loop_timer_open(loop, &helper->timer);

	r = r < 0 ? r : loop_timer_set(&helper->timer, timeout_ms, 0);
	return r < 0 ? r : loop_watch(loop, &helper->watch, EPOLLIN);
}

int helper_start(struct helper *helper, struct loop *loop, const char *const argv[], unsigned int timeout_ms)
{
	_close_ int output = memfd_create("helper", MFD_CLOEXEC);
	pid_t pid;
	int r, fd;

	if (output < 0)
		return -errno;
	signal(SIGCHLD, SIG_DFL); /* where it is ignored, which is inherited, nobody can be waited for */
	pid = spawn(argv, output);
	if (pid < 0)
		return pid;
	fd = pidfd_open(pid, 0); /* it is there until it is waited for */
	if (fd < 0) {
		r = -errno;
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		return r;
	}
	helper->watch = (struct loop_watch){ .fd = fd, .fn = on_end, .context = helper };
	helper->timer = (struct loop_timer){ .fn = on_timeout, .context = helper };
	helper->output = TAKE_FD(output);
	r = watch(helper, loop, timeout_ms);
	if (r < 0)
		helper_stop(helper);
	return r;
}

void helper_await(struct helper *helper, int timeout_ms)
{
	struct pollfd end = { .fd = helper->watch.fd, .events = POLLIN };

	if (helper_runs(helper) && poll(&end, 1, timeout_ms) > 0)
		on_end(helper, EPOLLIN);
}

/* It is not waited for, for it may hang in a file system: who comes to wait for the agent finds it too. */
void helper_stop(struct helper *helper)
{
	if (!helper_runs(helper))
		return;
	(void)pidfd_send_signal(helper->watch.fd, SIGKILL, NULL, 0);
	(void)waitid(P_PIDFD, (id_t)helper->watch.fd, &(siginfo_t){ 0 }, WEXITED | WNOHANG);
	forget(helper);
	close(helper->output);
	helper->output = -1;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the name of a program. Out: its output, bounded in size and time; the child never outlives the call and gets
 * neither our standard input nor our ignored SIGPIPE.
 */
#include "program.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

/* --- finding --------------------------------------------------------------------------------------------- */

/* FOLDER/NAME if it can be run, or NULL. */
static char *runnable(const char *folder, size_t size, const char *name)
{
	char *path;

	if (asprintf(&path, "%.*s/%s", (int)size, folder, name) < 0)
		return NULL;
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char *find_in_path(const char *name)
{
	const char *folder = getenv("PATH");
	char *path = NULL;

	while (folder && !path) {
		size_t size = strcspn(folder, ":");

		/* An empty or relative entry would run what lies in the working directory. */
		if (*folder == '/')
			path = runnable(folder, size, name);
		folder = folder[size] ? folder + size + 1 : NULL;
	}
	return path;
}

char *program_find(const char *name)
{
	char self[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *path = NULL;
	char *slash;

	self[size > 0 ? size : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash) {
		*slash = '\0';
		path = runnable(self, strlen(self), name);
	}
	if (!path && slash && strlen(self) + sizeof("/../sbin") < sizeof(self)) {
		memcpy(self + strlen(self), "/../sbin", sizeof("/../sbin"));
		path = runnable(self, strlen(self), name);
	}
	return path ? path : find_in_path(name);
}

/* --- running --------------------------------------------------------------------------------------------- */

/* posix_spawn() does not write to argv; its type is older than const. */
static int spawn(const char *const *argv, int output, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int r;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	r = r ?: posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	r = r ?: posix_spawn(ret_pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static int64_t now_millis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Fills `text` (room for PROGRAM_OUTPUT_MAX and a NUL) until the end of the output. */
static int read_all(int fd, int timeout, char *text)
{
	struct pollfd watched = { .fd = fd, .events = POLLIN };
	int64_t deadline = now_millis() + timeout;
	size_t size = 0;

	for (;;) {
		int64_t left = deadline - now_millis();
		int n = poll(&watched, 1, left > 0 ? (int)left : 0);
		ssize_t got;

		if (n == 0)
			return -ETIMEDOUT;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n < 0)
			continue;
		got = read(fd, text + size, PROGRAM_OUTPUT_MAX + 1 - size);
		if (got < 0)
			return -errno;
		size += (size_t)got;
		if (size > PROGRAM_OUTPUT_MAX)
			return -EFBIG;
		text[size] = '\0';
		if (got == 0)
			return 0;
	}
}

int program_read(const char *const *argv, int timeout, char **ret)
{
	_free_ char *text = calloc(1, PROGRAM_OUTPUT_MAX + 1);
	_close_ int reading = -1;
	int ends[2] = { -1, -1 };
	pid_t pid = 0;
	int r;

	if (!text)
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	reading = ends[0];
	r = spawn(argv, ends[1], &pid);
	close(ends[1]);
	if (r < 0)
		return r;
	r = read_all(reading, timeout, text);
	/* It ended with its output, or it overstayed: in no case is it waited for. */
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

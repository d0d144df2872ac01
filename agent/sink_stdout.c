/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sink on the standard output, which is shared with whoever started the agent: O_NONBLOCK set on it would be set for
 * them too. So a pipe or terminal is opened anew, and where that is not possible (a socket, a pipe of another user)
 * only as much is written as is sure not to block.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "sink.h"

static bool accepts(const char *destination)
{
	return strcmp(destination, "-") == 0;
}

/* A regular file keeps the one offset that it shares with stderr; it never says EAGAIN anyway. */
static bool can_reopen(void)
{
	struct stat st;

	return fstat(STDOUT_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode));
}

static int open_stdout(const char *destination)
{
	int fd = -1;

	(void)destination;
	if (can_reopen())
		fd = open("/proc/self/fd/1", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

static ssize_t result(ssize_t n)
{
	return n < 0 ? -errno : n;
}

/* poll(2) promises room for PIPE_BUF bytes of a pipe, not for more. */
static ssize_t write_some(int fd, const void *bytes, size_t size)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	if (poll(&room, 1, 0) != 1 || !(room.revents & (POLLOUT | POLLERR)))
		return -EAGAIN;
	return result(write(fd, bytes, size < PIPE_BUF ? size : PIPE_BUF));
}

static ssize_t write_stdout(int fd, const void *bytes, size_t size)
{
	ssize_t n = send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	int flags;

	if (n >= 0 || errno != ENOTSOCK)
		return result(n);
	flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && flags & O_NONBLOCK)
		return result(write(fd, bytes, size));
	return write_some(fd, bytes, size);
}

const struct sink_kind sink_stdout = {
	.accepts = accepts,
	.open = open_stdout,
	.write = write_stdout,
	.reopens = false,
};

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sink on a unix socket that somebody listens on: lines on a stream, or each line a datagram, as the other end has
 * it. Who listens may come and go; lines wait meanwhile, as far as there is room.
 */
#include "sink_socket.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>
#include "sink.h"

#define PREFIX	    "unix:"
#define SMALLEST    1024	/* bytes: what cannot be sent then fails for another reason */
#define SEND_BUFFER (512 << 10) /* a datagram has to fit */

int sink_socket_connect(const char *path, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_close_ int fd = -1;
	const int room = SEND_BUFFER;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return TAKE_FD(fd);
}

static ssize_t send_both(int fd, const char *head, const void *line, size_t size)
{
	struct iovec parts[] = {
		{ .iov_base = (void *)head, .iov_len = strlen(head) },
		{ .iov_base = (void *)line, .iov_len = size },
	};
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = ARRAY_SIZE(parts) };

	return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

ssize_t sink_socket_send_line(int fd, const char *head, const void *bytes, size_t size)
{
	const char *end = memchr(bytes, '\n', size);
	size_t line = end ? (size_t)(end - (const char *)bytes) : size, sent = line;
	ssize_t r = send_both(fd, head, bytes, sent);

	while (r == -EMSGSIZE && sent > SMALLEST) {
		sent /= 2;
		r = send_both(fd, head, bytes, sent);
	}
	if (r == -ENOBUFS)
		return -EAGAIN;
	return r < 0 ? r : (ssize_t)(line + (end != NULL));
}

static bool accepts(const char *destination)
{
	return strncmp(destination, PREFIX "/", strlen(PREFIX "/")) == 0;
}

static int open_socket(const char *destination)
{
	const char *path = destination + strlen(PREFIX);
	int fd = sink_socket_connect(path, SOCK_STREAM);

	return fd == -EPROTOTYPE ? sink_socket_connect(path, SOCK_DGRAM) : fd;
}

static bool is_stream(int fd)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) && type == SOCK_STREAM;
}

static ssize_t write_socket(int fd, const void *bytes, size_t size)
{
	ssize_t n;

	if (!is_stream(fd))
		return sink_socket_send_line(fd, "", bytes, size);
	n = send(fd, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	return n < 0 ? -errno : n;
}

const struct sink_kind sink_socket = {
	.accepts = accepts,
	.open = open_socket,
	.write = write_socket,
	.reopens = true,
	.comes_and_goes = true,
};

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the path of a control socket. Out: an agent that has ended. One request, then the wait for the end of the
 * connection: the agent keeps it open until nothing is enforced any more.
 */
#include "stop.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include "log.h"

#define PATIENCE 60 /* seconds */

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_close_ int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

/* Reads to the end; the beginning stays in `reply`. */
static int read_reply(int fd, char *reply, size_t room)
{
	char rest[512];
	size_t size = 0;
	ssize_t n;

	do {
		if (size < room - 1)
			n = read(fd, reply + size, room - 1 - size);
		else
			n = read(fd, rest, sizeof(rest));
		if (n > 0 && size < room - 1)
			size += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	reply[size] = '\0';
	return n < 0 ? -errno : 0;
}

int stop_agent(const char *socket_path)
{
	static const struct timeval patience = { .tv_sec = PATIENCE };
	static const char request[] = "{\"method\":\"stop\"}\n";
	_close_ int fd = connect_to(socket_path);
	char reply[1024];
	int r;

	if (fd < 0)
		return log_error_errno(fd, "Cannot reach an agent at '%s': %m", socket_path);
	if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
		return log_error_errno(-errno, "Cannot ask the agent at '%s': %m", socket_path);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	r = read_reply(fd, reply, sizeof(reply));
	if (r == -EAGAIN)
		return log_error_errno(-ETIMEDOUT, "The agent at '%s' did not end in %d seconds", socket_path,
				       PATIENCE);
	if (r < 0)
		return log_error_errno(r, "Cannot read the answer of the agent at '%s': %m", socket_path);
	if (strncmp(reply, "{\"parameters\"", strlen("{\"parameters\"")) != 0) {
		reply[strcspn(reply, "\n")] = '\0';
		log_error("The agent at '%s' refused to stop: %s", socket_path, reply);
		return -EACCES;
	}
	return 0;
}

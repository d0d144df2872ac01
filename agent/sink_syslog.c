/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sink to the local syslog daemon: facility authpriv, severity notice, tag bulwark, the event's line as the text.
 * Many daemons keep 8 KiB of a line unless they are told to keep more.
 *
 * Source: RFC 3164, and what glibc's syslog(3) sends; the daemon puts the time and the host before it.
 */
#include <string.h>
#include <sys/socket.h>
#include "sink.h"
#include "sink_socket.h"

const char *sink_syslog_socket = "/dev/log";

static const char head[] = "<85>bulwark: "; /* 10 * 8 + 5 */

static bool accepts(const char *destination)
{
	return strcmp(destination, "syslog") == 0;
}

static int open_syslog(const char *destination)
{
	(void)destination;
	return sink_socket_connect(sink_syslog_socket, SOCK_DGRAM);
}

static ssize_t write_syslog(int fd, const void *bytes, size_t size)
{
	return sink_socket_send_line(fd, head, bytes, size);
}

const struct sink_kind sink_syslog = {
	.accepts = accepts,
	.open = open_syslog,
	.write = write_syslog,
	.reopens = true,
	.comes_and_goes = true,
};

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What sinks on unix sockets share.
 */
#ifndef AGENT_SINK_SOCKET_H
#define AGENT_SINK_SOCKET_H

#include <stddef.h>
#include <sys/types.h>

/* The socket of journald and of syslog: elsewhere only in tests. */
extern const char *sink_journald_socket;
extern const char *sink_syslog_socket;

/* Connects without waiting. type: SOCK_STREAM or SOCK_DGRAM. A descriptor or -errno. */
int sink_socket_connect(const char *path, int type);

/*
 * Sends the first line of `bytes`, without its end, as one datagram behind `head`. Returns how many bytes that was with
 * the end, or -errno. One that is too large for a datagram is cut, as many times as it takes to be small enough.
 */
ssize_t sink_socket_send_line(int fd, const char *head, const void *bytes, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sink to systemd's journal, by its own protocol: a datagram of fields for each event, whose MESSAGE is the event's
 * line. BULWARK_EVENT=1 finds them: journalctl BULWARK_EVENT=1 -o cat.
 *
 * Source: systemd.io/JOURNAL_NATIVE_PROTOCOL.
 */
#include <string.h>
#include <sys/socket.h>
#include "sink.h"
#include "sink_socket.h"

const char *sink_journald_socket = "/run/systemd/journal/socket";

/* A field ends where its line does, and so does the datagram. */
static const char fields[] = "PRIORITY=5\nSYSLOG_IDENTIFIER=bulwark\nBULWARK_EVENT=1\nMESSAGE=";

static bool accepts(const char *destination)
{
	return strcmp(destination, "journald") == 0;
}

static int open_journald(const char *destination)
{
	(void)destination;
	return sink_socket_connect(sink_journald_socket, SOCK_DGRAM);
}

static ssize_t write_journald(int fd, const void *bytes, size_t size)
{
	return sink_socket_send_line(fd, fields, bytes, size);
}

const struct sink_kind sink_journald = {
	.accepts = accepts,
	.open = open_journald,
	.write = write_journald,
	.reopens = true,
	.comes_and_goes = true,
};

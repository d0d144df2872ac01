/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sink that appends to a file, or to a FIFO that somebody reads. SIGHUP opens it again by name, so that a rotated
 * file is let go. A FIFO never blocks; a disk may, as every write to a disk does.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "sink.h"

static bool accepts(const char *destination)
{
	return destination[0] == '/';
}

static int open_file(const char *destination)
{
	int fd = open(destination, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);

	return fd < 0 ? -errno : fd;
}

static ssize_t write_file(int fd, const void *bytes, size_t size)
{
	ssize_t n = write(fd, bytes, size);

	return n < 0 ? -errno : n;
}

const struct sink_kind sink_file = {
	.accepts = accepts,
	.open = open_file,
	.write = write_file,
	.reopens = true,
};

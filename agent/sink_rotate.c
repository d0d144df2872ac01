/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the path of a file that has grown too large. Out: PATH.1, PATH.2 ... and no PATH: the next open makes it anew.
 */
#include "sink_rotate.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

bool sink_rotate_is_due(int fd, __u64 size_max)
{
	struct stat found;

	return size_max && !fstat(fd, &found) && S_ISREG(found.st_mode) && (__u64)found.st_size >= size_max;
}

/* From the oldest on, whose place is taken by the next: a rename that fails for want of a file is none. */
int sink_rotate(const char *path, unsigned int keep)
{
	char from[PATH_MAX], to[PATH_MAX];
	unsigned int i;
	int r = 0;

	for (i = keep; i > 0 && r >= 0; i--) {
		if (snprintf(to, sizeof(to), "%s.%u", path, i) >= (int)sizeof(to))
			return -ENAMETOOLONG;
		if (i == 1)
			snprintf(from, sizeof(from), "%s", path);
		else
			snprintf(from, sizeof(from), "%s.%u", path, i - 1);
		if (rename(from, to) < 0 && errno != ENOENT)
			r = -errno;
	}
	return r;
}

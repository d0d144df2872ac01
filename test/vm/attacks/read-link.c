// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gives the secret another name by a hard link and opens that: by path, from a descriptor of O_PATH, from
 * /proc/self/fd.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	char path[64];
	int fd;

	if (strcmp(how, "path") == 0) {
		step(link(SECRET, OUT "/name"), "link");
		steal(OUT "/name");
	}
	fd = (int)step(open(SECRET, O_PATH), "open O_PATH");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (strcmp(how, "empty") == 0)
		step(linkat(fd, "", AT_FDCWD, OUT "/name", AT_EMPTY_PATH), "linkat");
	else
		step(linkat(AT_FDCWD, path, AT_FDCWD, OUT "/name", AT_SYMLINK_FOLLOW), "linkat");
	steal(OUT "/name");
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens a name that another process exchanges all the time between a harmless file and a link to the secret.
 */
#include "attack.h"

enum { TRIES = 4000 };

int main(void)
{
	char room[256];
	pid_t pid;
	ssize_t n;
	int i, fd;

	need(symlink(SECRET, OUT "/link"), "symlink");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0)
		for (;;)
			renameat2(AT_FDCWD, OUT "/link", AT_FDCWD, EVIL, RENAME_EXCHANGE);
	for (i = 0; i < TRIES; i++) {
		fd = open(EVIL, O_RDONLY);
		if (fd < 0)
			continue;
		n = read(fd, room, sizeof(room));
		close(fd);
		if (n > 0 && secret_in(room, (size_t)n))
			happened();
	}
	errno = EPERM;
	stopped("no open came through");
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Renames the secret to and fro while another process opens it by both names.
 */
#include "attack.h"

enum { TRIES = 2000 };

int main(void)
{
	char room[256];
	pid_t pid;
	ssize_t n;
	int i, fd;

	pid = (pid_t)need(fork(), "fork");
	if (pid == 0)
		for (;;) {
			rename(SECRET, OUT "/name");
			rename(OUT "/name", SECRET);
		}
	for (i = 0; i < TRIES; i++) {
		fd = open(i % 2 ? SECRET : OUT "/name", O_RDONLY);
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

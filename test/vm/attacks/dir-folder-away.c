// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Renames the covered folder itself, or the one above it, and changes what is in it at its new place.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	bool above = strcmp(argv[argc - 1], "above") == 0;
	const char *now = above ? OUT "/folder/b/file" : OUT "/folder/file";
	int fd;

	step(rename(above ? DEEP "/three/a" : WRITE, OUT "/folder"), "rename");
	fd = (int)step(open(now, O_WRONLY), "open");
	step(write(fd, CHANGED, strlen(CHANGED)), "write");
	spoiled(now);
}

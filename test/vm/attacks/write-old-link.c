// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Writes through a hard link of the file that was there before the policy.
 */
#include "attack.h"

/* LINK FILE */
int main(int argc, char **argv)
{
	int fd = (int)step(open(argv[argc - 2], O_WRONLY), "open");

	step(write(fd, CHANGED, strlen(CHANGED)), "write");
	spoiled(argv[argc - 1]);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the file for writing and writes. Where this is not stopped, nothing else means anything.
 */
#include "attack.h"

int main(void)
{
	int fd = (int)step(open(FILE_W, O_WRONLY | O_CLOEXEC), "open");

	step(write(fd, CHANGED, strlen(CHANGED)), "write");
	spoiled(FILE_W);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gets a descriptor of O_PATH, which is no open for reading, and opens its name below /proc/self/fd or /dev/fd.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	char path[64];
	int fd = (int)step(open(SECRET, O_PATH), "open O_PATH");

	snprintf(path, sizeof(path), "%s/%d", argv[argc - 1], fd);
	steal(path);
}

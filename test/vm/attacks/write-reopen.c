// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens a descriptor for reading, or of O_PATH, anew for writing.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	char path[64];
	int fd = INHERITED_FILE_R;

	if (strcmp(argv[argc - 1], "path") == 0)
		fd = (int)step(open(FILE_W, O_PATH), "open O_PATH");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fd = (int)step(open(path, O_WRONLY), "open");
	step(write(fd, CHANGED, strlen(CHANGED)), "write");
	spoiled(FILE_W);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Lists a folder that is not to be read, by a descriptor of O_PATH opened anew.
 */
#include "attack.h"
#include <dirent.h>

int main(void)
{
	char path[64];
	struct dirent *entry;
	DIR *folder;
	int fd = (int)step(open(READ, O_PATH), "open O_PATH");

	snprintf(path, sizeof(path), "/proc/self/fd/%d/.", fd);
	folder = opendir(path);
	step(folder ? 0 : -1, "opendir");
	while ((entry = readdir(folder)))
		if (strcmp(entry->d_name, "secret") == 0)
			happened();
	errno = 0;
	stopped("no such entry");
}

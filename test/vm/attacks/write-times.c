// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sets the times of the file, by its path, by a descriptor, to the present.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
	const char *how = argv[argc - 1];
	struct stat was, is;

	need(stat(FILE_W, &was), FILE_W);
	if (strcmp(how, "path") == 0)
		step(utimensat(AT_FDCWD, FILE_W, times, 0), "utimensat");
	if (strcmp(how, "descriptor") == 0)
		step(futimens(INHERITED_FILE_R, times), "futimens");
	if (strcmp(how, "now") == 0)
		step(utimensat(AT_FDCWD, FILE_W, NULL, 0), "utimensat");
	need(stat(FILE_W, &is), FILE_W);
	errno = 0;
	effect(memcmp(&was.st_mtim, &is.st_mtim, sizeof(is.st_mtim)) != 0, "the times are what they were");
}

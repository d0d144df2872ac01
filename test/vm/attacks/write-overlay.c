// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts an overlay whose upper layer is the folder itself, and changes it through that: the kernel does the rest.
 */
#include "attack.h"
#include <sys/xattr.h>

static void mount_it(void)
{
	make_folder(OUT "/lower");
	make_folder(OUT "/work");
	make_folder(OUT "/m");
	step(mount("overlay", OUT "/m", "overlay", 0, "lowerdir=" OUT "/lower,upperdir=" WRITE ",workdir=" OUT "/work"),
	     "mount the overlay");
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	need(stat(path, &status), path);
	return status.st_mode;
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	private_mounts();
	mount_it();
	if (strcmp(how, "write") == 0) {
		int fd = (int)step(open(OUT "/m/file", O_WRONLY), "open");

		step(write(fd, CHANGED, strlen(CHANGED)), "write");
	}
	if (strcmp(how, "unlink") == 0)
		step(unlink(OUT "/m/file"), "unlink");
	if (strcmp(how, "truncate") == 0)
		step(truncate(OUT "/m/file", 1), "truncate");
	if (strcmp(how, "rename") == 0)
		step(rename(OUT "/m/file", OUT "/m/gone"), "rename");
	if (strcmp(how, "over") == 0)
		step(rename(OUT "/m/other", OUT "/m/file"), "rename");
	if (strcmp(how, "chmod") == 0) {
		step(chmod(OUT "/m/file", 0666), "chmod");
		errno = 0;
		effect((mode_of(FILE_W) & 0777) == 0666, "the mode is what it was");
	}
	if (strcmp(how, "xattr") == 0) {
		step(setxattr(OUT "/m/file", "user.evil", "x", 1, 0), "setxattr");
		effect(getxattr(FILE_W, "user.evil", NULL, 0) == 1, "it is not there");
	}
	if (strcmp(how, "over") == 0)
		effect(!exists(WRITE "/other"), "the names are what they were");
	spoiled(FILE_W);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes the file append-only or immutable, or changes its project, by ioctl on a descriptor for reading or by a new
 * call.
 */
#include "attack.h"
#include <linux/fs.h>
#include <sys/ioctl.h>

static unsigned int flags_of(int fd)
{
	int flags = 0;

	need(ioctl(fd, FS_IOC_GETFLAGS, &flags), "FS_IOC_GETFLAGS");
	return (unsigned int)flags;
}

static void by_newest(int fd)
{
	struct {
		uint64_t xflags;
		uint32_t extsize, nextents, projid, cowextsize;
	} attributes = { .xflags = FS_XFLAG_NODUMP };
	long r = syscall(SYS_file_setattr, fd, "", &attributes, sizeof(attributes), AT_EMPTY_PATH);

	if (r < 0 && errno == ENOSYS)
		unavailable("file_setattr");
	step(r, "file_setattr");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	struct fsxattr attributes = { .fsx_xflags = FS_XFLAG_NODUMP };
	int flags = FS_APPEND_FL, fd = (int)need(open(FILE_W, O_RDONLY), FILE_W);
	unsigned int was = flags_of(fd);

	if (strcmp(how, "flags") == 0)
		step(ioctl(fd, FS_IOC_SETFLAGS, &flags), "FS_IOC_SETFLAGS");
	if (strcmp(how, "xattr") == 0)
		step(ioctl(fd, FS_IOC_FSSETXATTR, &attributes), "FS_IOC_FSSETXATTR");
	if (strcmp(how, "newest") == 0)
		by_newest(fd);
	errno = 0;
	effect(flags_of(fd) != was, "the flags are what they were");
}

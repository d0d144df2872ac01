// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Writes through a place that is no place: a cloned mount, one unmounted lazily, another root, a user's own namespace.
 */
#include "attack.h"

static void __attribute__((noreturn)) write_at(int folder, const char *path, const char *file)
{
	int fd = (int)step(openat(folder, path, O_WRONLY), "open");

	step(write(fd, CHANGED, strlen(CHANGED)), "write");
	spoiled(file);
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	int tree;

	if (strcmp(how, "tree") == 0) {
		tree = (int)step(open_tree(AT_FDCWD, WRITE, OPEN_TREE_CLONE), "open_tree");
		write_at(tree, "file", FILE_W);
	}
	if (strcmp(how, "user") == 0) {
		own_namespaces();
		make_folder(OUT "/mnt");
		step(mount(WRITE, OUT "/mnt", NULL, MS_BIND | MS_REC, NULL), "bind");
		write_at(AT_FDCWD, OUT "/mnt/owned", WRITE "/owned");
	}
	if (strcmp(how, "chroot") == 0) {
		tree = (int)need(open("/", O_PATH), "/");
		step(chroot(WRITE), "chroot");
		int fd = (int)step(open("/file", O_WRONLY), "open");

		step(write(fd, CHANGED, strlen(CHANGED)), "write");
		need(fchdir(tree), "fchdir");
		need(chroot("."), "chroot");
		spoiled(FILE_W);
	}
	private_mounts();
	make_folder(OUT "/mnt");
	step(mount(WRITE, OUT "/mnt", NULL, MS_BIND, NULL), "bind");
	step(chdir(OUT "/mnt"), "chdir");
	step(umount2(OUT "/mnt", MNT_DETACH), "umount");
	write_at(AT_FDCWD, "file", FILE_W);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts another file over the file, or over its folder, for everybody; the file itself stays what it is.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "file") == 0)
		step(mount(EVIL, FILE_W, NULL, MS_BIND, NULL), "bind");
	if (strcmp(how, "folder") == 0) {
		make_folder(OUT "/folder");
		make_file(OUT "/folder/file", CHANGED);
		step(mount(OUT "/folder", WRITE, NULL, MS_BIND, NULL), "bind");
	}
	if (strcmp(how, "tmpfs") == 0)
		step(mount("tmpfs", WRITE, "tmpfs", 0, NULL), "mount");
	if (strcmp(how, "tree") == 0) {
		int tree = (int)step(open_tree(AT_FDCWD, EVIL, OPEN_TREE_CLONE), "open_tree");

		step(move_mount(tree, "", AT_FDCWD, FILE_W, MOVE_MOUNT_F_EMPTY_PATH), "move_mount");
	}
	spoiled(FILE_W);
}

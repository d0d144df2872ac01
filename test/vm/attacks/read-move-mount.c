// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes the secret's folder a mount and moves that, by mount(2) or by move_mount(2), to another place.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	private_mounts();
	make_folder(OUT "/mnt");
	step(mount(READ, READ, NULL, MS_BIND, NULL), "bind");
	if (strcmp(argv[argc - 1], "mount") == 0)
		step(mount(READ, OUT "/mnt", NULL, MS_MOVE, NULL), "move");
	else
		step(move_mount(AT_FDCWD, READ, AT_FDCWD, OUT "/mnt", 0), "move_mount");
	steal(OUT "/mnt/secret");
}

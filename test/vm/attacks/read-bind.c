// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts the secret or its folder at another place, in a mount namespace of its own or for everybody.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "everybody") != 0)
		private_mounts();
	if (strcmp(how, "file") == 0) {
		step(mount(SECRET, EVIL, NULL, MS_BIND, NULL), "bind");
		steal(EVIL);
	}
	make_folder(OUT "/mnt");
	step(mount(READ, OUT "/mnt", NULL, MS_BIND, NULL), "bind");
	steal(OUT "/mnt/secret");
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts the folder elsewhere, goes in, unmounts it lazily: the place hangs nowhere, and no path leads to it.
 */
#include "attack.h"

int main(void)
{
	private_mounts();
	make_folder(OUT "/mnt");
	step(mount(READ, OUT "/mnt", NULL, MS_BIND, NULL), "bind");
	step(chdir(OUT "/mnt"), "chdir");
	step(umount2(OUT "/mnt", MNT_DETACH), "umount");
	steal("secret");
}

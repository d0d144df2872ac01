// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts the file system's root at another place and goes down to the secret from there.
 */
#include "attack.h"

int main(void)
{
	private_mounts();
	make_folder(OUT "/mnt");
	step(mount("/", OUT "/mnt", NULL, MS_BIND, NULL), "bind");
	steal(OUT "/mnt" SECRET);
}

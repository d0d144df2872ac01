// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret through symbolic links: one elsewhere, a chain, one to the folder, one that is covered itself.
 */
#include "attack.h"

static void chain(void)
{
	char from[64], to[64] = SECRET;
	int i;

	for (i = 0; i < 30; i++) {
		snprintf(from, sizeof(from), OUT "/link-%d", i);
		need(symlink(to, from), "symlink");
		memcpy(to, from, sizeof(to));
	}
	steal(to);
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "chain") == 0)
		chain();
	if (strcmp(how, "folder") == 0) {
		need(symlink(READ, OUT "/link"), "symlink");
		steal(OUT "/link/secret");
	}
	if (strcmp(how, "covered") == 0)
		steal(READ "/symlink");
	need(symlink("../read/secret", OUT "/link"), "symlink");
	steal(OUT "/link");
}

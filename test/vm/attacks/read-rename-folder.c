// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Renames or exchanges a folder above the secret and opens it at the new place.
 */
#include "attack.h"

/* FROM FLAGS PATH: what is renamed to OUT/folder, what the secret is called below that. */
int main(int argc, char **argv)
{
	char path[256];
	bool exchange = argc > 3 && strcmp(argv[3], "exchange") == 0;

	if (argc < 3)
		return 2;
	if (exchange)
		make_folder(OUT "/folder");
	step(renameat2(AT_FDCWD, argv[1], AT_FDCWD, OUT "/folder", exchange ? RENAME_EXCHANGE : 0), "rename");
	snprintf(path, sizeof(path), OUT "/folder/%s", argv[2]);
	steal(path);
}

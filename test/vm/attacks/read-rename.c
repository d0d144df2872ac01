// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Takes the secret's name away and opens the new one: by rename, exchange, with a whiteout, or renaming it back after.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	unsigned int flags = 0;

	if (strcmp(how, "exchange") == 0)
		flags = RENAME_EXCHANGE;
	else if (strcmp(how, "whiteout") == 0)
		flags = RENAME_WHITEOUT;
	else
		need(unlink(EVIL), "unlink");
	step(renameat2(AT_FDCWD, SECRET, AT_FDCWD, EVIL, flags), "rename");
	if (strcmp(how, "within") == 0) {
		step(rename(EVIL, OUT "/second"), "rename");
		step(rename(OUT "/second", EVIL), "rename");
	}
	steal(EVIL);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens a file whose name has odd bytes, or as many as a name can have, and that a wildcard covers.
 */
#include "attack.h"

/* The names that world.c makes; each ends in .key. */
int main(int argc, char **argv)
{
	const char *which = argv[argc - 1];
	char name[256] = "\001\377\t\033 .key";

	if (strcmp(which, "newline") == 0)
		strcpy(name, "a\nb\\n.key");
	if (strcmp(which, "hidden") == 0)
		strcpy(name, ".key");
	if (strcmp(which, "long") == 0) {
		memset(name, 'n', 251);
		strcpy(name + 251, ".key");
	}
	need(chdir(NAMES), NAMES);
	steal(name);
}

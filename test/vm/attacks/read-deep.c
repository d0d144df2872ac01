// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens a file below 300 folders, which is more than is kept of a path, covered by its name at any depth.
 */
#include "attack.h"

int main(void)
{
	int i;

	need(chdir(DEEPEST), DEEPEST);
	for (i = 0; i < 300; i++)
		step(chdir("d"), "chdir");
	steal("deep.key");
}

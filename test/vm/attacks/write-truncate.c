// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Truncates the file by its path, or by an open for reading with O_TRUNC: nothing is opened for writing.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	if (strcmp(argv[argc - 1], "path") == 0)
		step(truncate(FILE_W, 1), "truncate");
	else
		close((int)step(open(FILE_W, O_RDONLY | O_TRUNC), "open"));
	spoiled(FILE_W);
}

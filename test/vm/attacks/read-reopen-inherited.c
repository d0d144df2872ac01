// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens a descriptor anew that was handed down: its own, or that of a process that holds one.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", strcmp(argv[argc - 1], "holder") ? getpid() : holder(),
		 INHERITED_SECRET);
	steal(path);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Maps a descriptor that was handed down and opens the mapping below /proc/self/map_files.
 */
#include "attack.h"
#include <sys/mman.h>

int main(void)
{
	char path[96];
	char *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, INHERITED_SECRET, 0);

	need(at == MAP_FAILED ? -1 : 0, "mmap");
	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx", (unsigned long)at, (unsigned long)at + 4096);
	steal(path);
}

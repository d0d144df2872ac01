// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads a descriptor that was opened by a program that may, and that was handed down: by read, splice, a mapping.
 */
#include "attack.h"
#include <sys/mman.h>

static void __attribute__((noreturn)) mapped(void)
{
	const char *at = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, INHERITED_SECRET, 0);

	step(at == MAP_FAILED ? -1 : 0, "mmap");
	effect(secret_in(at, 47), "look at the mapping");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	loff_t from = 0;
	int ends[2];

	if (strcmp(how, "mmap") == 0)
		mapped();
	if (strcmp(how, "read") == 0)
		take(INHERITED_SECRET);
	need(pipe(ends), "pipe");
	step(splice(INHERITED_SECRET, &from, ends[1], NULL, 4096, 0), "splice");
	take(ends[0]);
}

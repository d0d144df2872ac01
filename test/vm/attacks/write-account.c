// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has the kernel write to the file: by process accounting, or as swap space.
 */
#include "attack.h"
#include <sys/swap.h>

extern int acct(const char *path);

static void by_accounting(void)
{
	char *argv[] = { (char *)"/bin/true", NULL };

	if (acct(FILE_W) < 0 && errno == ENOSYS)
		unavailable("acct");
	if (acct(FILE_W) < 0)
		stopped("acct");
	run(argv);
	acct(NULL);
}

static bool in_use(const char *path)
{
	FILE *swaps = fopen("/proc/swaps", "re");
	char line[512];
	bool found = false;

	need(swaps ? 0 : -1, "/proc/swaps");
	while (fgets(line, sizeof(line), swaps))
		found |= strncmp(line, path, strlen(path)) == 0;
	fclose(swaps);
	return found;
}

int main(int argc, char **argv)
{
	bool there;

	if (strcmp(argv[argc - 1], "swap") == 0) {
		step(swapon(WRITE "/swap", 0), "swapon");
		there = in_use(WRITE "/swap");
		need(swapoff(WRITE "/swap"), "swapoff");
		errno = 0;
		effect(there, "the kernel does not swap to it");
	}
	by_accounting();
	spoiled(FILE_W);
}

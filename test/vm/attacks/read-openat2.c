// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret by openat2(2) below a descriptor of its folder, with a restriction of how names are resolved.
 */
#include "attack.h"
#include <linux/openat2.h>

#ifndef RESOLVE_CACHED
#define RESOLVE_CACHED 0x20
#endif

static uint64_t restriction(const char *name)
{
	static const struct {
		const char *name;
		uint64_t resolve;
	} all[] = {
		{ "beneath", RESOLVE_BENEATH },
		{ "in-root", RESOLVE_IN_ROOT },
		{ "no-symlinks", RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS },
		{ "no-xdev", RESOLVE_NO_XDEV },
		{ "cached", RESOLVE_CACHED },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i].name, name) == 0)
			return all[i].resolve;
	errno = EINVAL;
	return (uint64_t)need(-1, name);
}

int main(int argc, char **argv)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = restriction(argv[argc - 1]) };
	int folder = (int)step(open(READ, O_PATH | O_DIRECTORY), "open the folder");
	struct stat status;

	stat(SECRET, &status); /* into the cache of names */
	take((int)step(syscall(SYS_openat2, folder, "secret", &how, sizeof(how)), "openat2"));
}

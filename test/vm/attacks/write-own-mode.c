// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The file's owner, without any rights, changes its mode in a user namespace where he is root.
 */
#include "attack.h"

int main(void)
{
	struct stat status;

	own_namespaces();
	step(chmod(WRITE "/owned", 0666), "chmod");
	need(stat(WRITE "/owned", &status), "stat");
	errno = 0;
	effect((status.st_mode & 0777) == 0666, "the mode is what it was");
}

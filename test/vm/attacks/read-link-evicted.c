// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes a hard link of the secret, has the kernel forget the inode and all that is kept with it, opens the link.
 */
#include "attack.h"

int main(void)
{
	step(link(SECRET, OUT "/name"), "link");
	/* What has descriptors stays: those that are inherited, and the holder's. */
	close(INHERITED_SECRET);
	kill(holder(), SIGKILL);
	while (kill(holder(), 0) == 0 && exists("/proc/self") && access("/proc/self", F_OK) == 0) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", holder(), INHERITED_SECRET);
		if (access(path, F_OK) < 0)
			break;
		doze();
	}
	sync();
	write_text("/proc/sys/vm/drop_caches", "3");
	steal(OUT "/name");
}

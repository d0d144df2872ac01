// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Removes the secret's name and opens a descriptor of it anew: the file has no name any more.
 */
#include "attack.h"

int main(void)
{
	char path[64];
	int fd = (int)step(open(SECRET, O_PATH), "open O_PATH");

	step(unlink(SECRET), "unlink");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	steal(path);
}

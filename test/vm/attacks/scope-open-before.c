// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret before it becomes the user that a rule is about, and opens the descriptor anew as that user.
 */
#include "attack.h"

int main(void)
{
	char path[64];
	int fd = (int)need(open(SCOPE "/user/secret", O_RDONLY), "open");

	become(1000);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	steal(path);
}

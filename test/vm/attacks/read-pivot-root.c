// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes the secret's folder the root of a mount namespace of its own.
 */
#include "attack.h"

int main(void)
{
	private_mounts();
	step(mount(READ, READ, NULL, MS_BIND, NULL), "bind");
	step(chdir(READ), "chdir");
	step(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	step(umount2(".", MNT_DETACH), "umount");
	step(chdir("/"), "chdir");
	steal("/secret");
}

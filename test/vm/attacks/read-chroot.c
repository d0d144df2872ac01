// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Makes the secret's folder its root: the path as the process sees it is /secret.
 */
#include "attack.h"

int main(void)
{
	step(chroot(READ), "chroot");
	step(chdir("/"), "chdir");
	steal("/secret");
}

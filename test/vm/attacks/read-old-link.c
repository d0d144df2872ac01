// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens a hard link of the secret that was there before the policy.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	steal(argv[argc - 1]);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret by another spelling of its path, its working directory being the folder.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	step(chdir(READ), "chdir");
	steal(argv[argc - 1]);
}

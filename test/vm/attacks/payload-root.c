// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A program that exits with 42 if it has the rights of root.
 */
#include <unistd.h>

int main(void)
{
	return geteuid() == 0 ? 42 : 0;
}

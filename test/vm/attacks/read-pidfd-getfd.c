// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Copies the descriptor out of a process that has the secret open.
 */
#include "attack.h"

int main(void)
{
	int process = (int)need(syscall(SYS_pidfd_open, holder(), 0), "pidfd_open");

	take((int)step(syscall(SYS_pidfd_getfd, process, INHERITED_SECRET, 0), "pidfd_getfd"));
}

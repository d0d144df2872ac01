/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the kernel's switch. Out: whether programs run, and a line in the log whenever that changes.
 */
#include "pulse.h"
#include "log.h"
#include "procfs.h"

bool pulse_beats(void)
{
	char enabled[16];
	long n = procfs_read("/proc/sys/kernel/ftrace_enabled", enabled, sizeof(enabled));

	return n <= 0 || enabled[0] != '0';
}

bool pulse_watch(bool beating)
{
	bool now = pulse_beats();

	if (beating && !now)
		log_error(
			"The kernel runs no BPF LSM program any more, nothing is enforced: sysctl kernel.ftrace_enabled=1");
	if (!beating && now)
		log_info("The kernel runs the programs again");
	return now;
}

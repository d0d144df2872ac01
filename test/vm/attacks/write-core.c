// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has the kernel write a core into the folder, by core_pattern and a process that crashes.
 */
#include "attack.h"
#include <sys/resource.h>

static char was[256];

static void set_pattern(const char *text)
{
	write_text("/proc/sys/kernel/core_pattern", text);
}

int main(void)
{
	const struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
	int fd = (int)need(open("/proc/sys/kernel/core_pattern", O_RDONLY), "core_pattern");
	pid_t pid;

	need(read(fd, was, sizeof(was) - 1), "core_pattern");
	need(setrlimit(RLIMIT_CORE, &limit), "RLIMIT_CORE");
	set_pattern(DIR_W "/core");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0)
		abort();
	wait_for(pid);
	set_pattern(was);
	errno = EPERM;
	effect(exists(DIR_W "/core") || exists(DIR_W "/core.1"), "no core");
}

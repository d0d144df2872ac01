/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what the boot loader told the kernel. Out: whether the agent is to do nothing.
 */
#include "off.h"
#include <string.h>
#include "procfs.h"

#define OPTION	 "bulwark="
#define LINE_MAX 4096 /* the kernel keeps no more */

/* Of options that stand twice the kernel takes the last; so do we. */
bool off_is_asked(const char *command_line)
{
	static const char space[] = " \t\n";
	bool off = false;
	size_t size;

	for (; *command_line; command_line += size) {
		command_line += strspn(command_line, space);
		size = strcspn(command_line, space);
		if (size > strlen(OPTION) && strncmp(command_line, OPTION, strlen(OPTION)) == 0)
			off = size == strlen(OPTION "off") && strncmp(command_line, OPTION "off", size) == 0;
	}
	return off;
}

bool off_is_set(void)
{
	char line[LINE_MAX + 1];
	long n = procfs_read("/proc/cmdline", line, LINE_MAX);

	line[n > 0 ? n : 0] = '\0';
	return off_is_asked(line);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Another program of bulwark's: where it is, and what it prints.
 */
#ifndef TOOLS_PROGRAM_H
#define TOOLS_PROGRAM_H

#define PROGRAM_OUTPUT_MAX (1u << 20) /* a report of probes has a few KiB */

/* Beside this program, in ../sbin of its folder, or in PATH. malloc'd; NULL when it is nowhere. */
char *program_find(const char *name);

/*
 * Runs argv[0] and gives all that it wrote to standard output (malloc'd, NUL-terminated); standard error stays the
 * user's. Its exit status is not looked at. -ETIMEDOUT after `timeout` milliseconds, -EFBIG over PROGRAM_OUTPUT_MAX
 * (it is killed then), or errno.
 */
int program_read(const char *const *argv, int timeout, char **ret);

#endif

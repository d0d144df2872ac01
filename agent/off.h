/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `bulwark=off` on the kernel's command line: the way back for who cannot log in.
 */
#ifndef AGENT_OFF_H
#define AGENT_OFF_H

#include <stdbool.h>

bool off_is_asked(const char *command_line); /* as /proc/cmdline has it; the last word about it counts */
bool off_is_set(void);

#endif

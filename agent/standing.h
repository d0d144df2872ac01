/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel side holds of a process.
 */
#ifndef AGENT_STANDING_H
#define AGENT_STANDING_H

#include "load.h"

/*
 * Of its first thread. -ENOENT: nothing yet, since no rule was asked about it; -ESRCH: there is no such process, or it
 * is a thread that is not the first.
 */
int standing_read(const struct loader *loader, __u32 pid, struct bw_standing *ret);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Points in time: nanoseconds since 1970 (CLOCK_REALTIME), and their text form, RFC 3339 in UTC.
 */
#ifndef AGENT_WHEN_H
#define AGENT_WHEN_H

#include <linux/types.h>

#define WHEN_ROOM sizeof("2026-01-02T03:04:05.678901234Z")

__u64 when_now(void);
__u64 when_steady(void); /* CLOCK_BOOTTIME: for how long something lasts, as nobody sets this clock */

/*
 * What the kernel stamps (CLOCK_BOOTTIME), as the wall clock stands now, to a millisecond: the same stamp is the same
 * time as long as nobody sets the clock. One that is set later moves old stamps with it.
 */
__u64 when_from_boot(__u64 boottime);

void when_format(__u64 when, char buffer[WHEN_ROOM]);
int when_parse(const char *text, __u64 *ret); /* any offset from UTC; -EINVAL */

#endif

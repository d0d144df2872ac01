/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Points in time: as the agent writes them (RFC 3339), as a user asks for them ("2h ago"), as people read them.
 */
#ifndef TOOLS_MOMENT_H
#define TOOLS_MOMENT_H

#include <stddef.h>
#include <time.h>

#define MOMENT_SIZE 64 /* room for any text that is written here */

/* RFC 3339, with a zone. 0 or -EINVAL. */
int moment_parse(const char *text, struct timespec *ret);

/* RFC 3339, or a span before `now`: a number and s, m, h, d or w, with or without " ago". 0 or -EINVAL. */
int moment_since(const char *text, const struct timespec *now, struct timespec *ret);

/* "90s", "5m", "1h": seconds, at most `max`. 0 or -EINVAL. */
int moment_span(const char *text, unsigned int max, unsigned int *ret);

void moment_format(const struct timespec *moment, char text[MOMENT_SIZE]); /* RFC 3339 in UTC, nanoseconds */
void moment_local(const struct timespec *moment, char text[MOMENT_SIZE]);  /* "2026-01-02 03:04:05.678" */

/* "3m ago", to two digits or so; the future (a clock that was set back) is "now". */
void moment_ago(const struct timespec *moment, const struct timespec *now, char text[MOMENT_SIZE]);

#endif

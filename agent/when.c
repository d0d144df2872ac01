/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: clocks and texts. Out: the other one. Reads no time zone, so nothing here depends on the node's settings.
 */
#include "when.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000ull

static __u64 clock_value(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

__u64 when_now(void)
{
	return clock_value(CLOCK_REALTIME);
}

__u64 when_steady(void)
{
	return clock_value(CLOCK_BOOTTIME);
}

/*
 * How far the wall clock is ahead of the boot clock. No two readings give the same nanosecond, so the one that is held
 * stands until the clocks are surely further apart than that: a start is the same text in each event.
 */
static __u64 ahead(void)
{
	static __u64 held;
	__u64 before = when_steady(), now = when_now(), unsure = (when_steady() - before) / 2;
	__u64 seen = now - before - unsure, apart = seen > held ? seen - held : held - seen;

	if (apart > SECOND / 1000 + unsure)
		held = seen;
	return held;
}

__u64 when_from_boot(__u64 boottime)
{
	return ahead() + boottime;
}

void when_format(__u64 when, char buffer[WHEN_ROOM])
{
	time_t seconds = when / SECOND;
	char date[sizeof("2026-01-02T03:04:05")] = "1970-01-01T00:00:00"; /* a record may carry any number */
	struct tm tm;

	if (gmtime_r(&seconds, &tm) && tm.tm_year < 9999 - 1900)
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buffer, WHEN_ROOM, "%s.%09uZ", date, (unsigned int)(when % SECOND));
}

/* ".5" is 500000000 */
static const char *parse_fraction(const char *text, __u64 *ret)
{
	__u64 unit = SECOND / 10;

	*ret = 0;
	if (*text != '.')
		return text;
	for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
		*ret += unit * (*text - '0');
	return text;
}

static int parse_zone(const char *text, long *ret_seconds)
{
	int hours, minutes, n = 0;

	*ret_seconds = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return 0;
	if ((*text != '+' && *text != '-') || sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &n) != 2 || n != 5 ||
	    text[1 + n])
		return -EINVAL;
	*ret_seconds = (*text == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
	return 0;
}

int when_parse(const char *text, __u64 *ret)
{
	struct tm tm = { 0 };
	__u64 fraction;
	time_t seconds;
	const char *p;
	long zone;

	p = strptime(text, "%Y-%m-%d", &tm);
	if (!p || (*p != 'T' && *p != 't' && *p != ' '))
		return -EINVAL;
	p = strptime(p + 1, "%H:%M:%S", &tm);
	if (!p)
		return -EINVAL;
	p = parse_fraction(p, &fraction);
	if (parse_zone(p, &zone) < 0)
		return -EINVAL;
	seconds = timegm(&tm) - zone;
	if (seconds < 0 || (__u64)seconds > ~0ull / SECOND - 1)
		return -EINVAL;
	*ret = seconds * SECOND + fraction;
	return 0;
}

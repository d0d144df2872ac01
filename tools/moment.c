/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: text that claims to be a point in time. Out: seconds and nanoseconds since 1970, and back to text. Strict where
 * it reads, so that a mistyped --since is refused and never taken for another time.
 */
#include "moment.h"
#include <base/cleanup.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const struct {
	char letter;
	int64_t seconds;
} units[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 },
};

/* Reads exactly `digits` digits and then `end` (0: whatever) and moves on behind them. */
static bool take_number(const char **text, int digits, char end, int *ret)
{
	int number = 0;

	while (digits--) {
		if (!isdigit((unsigned char)**text))
			return false;
		number = number * 10 + (*(*text)++ - '0');
	}
	if (end && *(*text)++ != end)
		return false;
	*ret = number;
	return true;
}

static bool take_fraction(const char **text, long *ret_nanoseconds)
{
	long weight = 100000000;

	*ret_nanoseconds = 0;
	if (**text != '.')
		return true;
	if (!isdigit((unsigned char)*++*text))
		return false;
	for (; isdigit((unsigned char)**text); ++*text, weight /= 10)
		*ret_nanoseconds += (**text - '0') * weight;
	return true;
}

static bool take_zone(const char **text, int *ret_seconds)
{
	char sign = *(*text)++;
	int hours, minutes;

	*ret_seconds = 0;
	if (sign == 'Z' || sign == 'z')
		return true;
	if (sign != '+' && sign != '-')
		return false;
	if (!take_number(text, 2, ':', &hours) || !take_number(text, 2, 0, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_seconds = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return true;
}

int moment_parse(const char *text, struct timespec *ret)
{
	struct tm parts = { 0 }, normal;
	struct timespec moment;
	int zone, day;
	char between;

	if (!take_number(&text, 4, '-', &parts.tm_year) || !take_number(&text, 2, '-', &parts.tm_mon) ||
	    !take_number(&text, 2, 0, &parts.tm_mday))
		return -EINVAL;
	between = *text++;
	if (between != 'T' && between != 't' && between != ' ')
		return -EINVAL;
	if (!take_number(&text, 2, ':', &parts.tm_hour) || !take_number(&text, 2, ':', &parts.tm_min) ||
	    !take_number(&text, 2, 0, &parts.tm_sec) || !take_fraction(&text, &moment.tv_nsec) ||
	    !take_zone(&text, &zone) || *text)
		return -EINVAL;
	if (parts.tm_hour > 23 || parts.tm_min > 59 || parts.tm_sec > 60)
		return -EINVAL;
	parts.tm_year -= 1900;
	parts.tm_mon -= 1;
	normal = parts;
	normal.tm_sec = 0;
	day = parts.tm_mday;
	moment.tv_sec = timegm(&normal) + parts.tm_sec - zone;
	/* timegm() turns the 31st of June into the 1st of July: such a day was never meant. */
	if (normal.tm_mday != day || normal.tm_mon != parts.tm_mon || day == 0)
		return -EINVAL;
	*ret = moment;
	return 0;
}

static int parse_span(const char *text, int64_t *ret_seconds)
{
	int64_t number = 0;
	size_t i;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	for (; isdigit((unsigned char)*text); text++) {
		number = number * 10 + (*text - '0');
		if (number > INT32_MAX)
			return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (*text != units[i].letter || (text[1] && strcmp(text + 1, " ago") != 0))
			continue;
		*ret_seconds = number * units[i].seconds;
		return 0;
	}
	return -EINVAL;
}

int moment_span(const char *text, unsigned int max, unsigned int *ret)
{
	int64_t seconds;

	if (strchr(text, ' ') || parse_span(text, &seconds) < 0 || seconds < 1 || seconds > max)
		return -EINVAL;
	*ret = (unsigned int)seconds;
	return 0;
}

int moment_since(const char *text, const struct timespec *now, struct timespec *ret)
{
	int64_t seconds;

	if (parse_span(text, &seconds) < 0)
		return moment_parse(text, ret);
	*ret = *now;
	ret->tv_sec = seconds > now->tv_sec ? 0 : now->tv_sec - seconds;
	return 0;
}

void moment_format(const struct timespec *moment, char text[MOMENT_SIZE])
{
	struct tm parts;
	size_t size;

	if (!gmtime_r(&moment->tv_sec, &parts))
		parts = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	size = strftime(text, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + size, MOMENT_SIZE - size, ".%09ldZ", moment->tv_nsec);
}

void moment_local(const struct timespec *moment, char text[MOMENT_SIZE])
{
	struct tm parts;
	size_t size;

	if (!localtime_r(&moment->tv_sec, &parts))
		parts = (struct tm){ .tm_year = 70, .tm_mday = 1 };
	size = strftime(text, MOMENT_SIZE, "%Y-%m-%d %H:%M:%S", &parts);
	snprintf(text + size, MOMENT_SIZE - size, ".%03ld", moment->tv_nsec / 1000000);
}

void moment_ago(const struct timespec *moment, const struct timespec *now, char text[MOMENT_SIZE])
{
	int64_t seconds = now->tv_sec - moment->tv_sec;
	size_t i = 0;

	/* The largest unit of which there are at least two: "90m ago" says more than "1h ago". Weeks say less. */
	while (i + 2 < ARRAY_SIZE(units) && seconds >= 2 * units[i + 1].seconds)
		i++;
	if (seconds <= 0)
		snprintf(text, MOMENT_SIZE, "now");
	else
		snprintf(text, MOMENT_SIZE, "%lld%c ago", (long long)(seconds / units[i].seconds), units[i].letter);
}

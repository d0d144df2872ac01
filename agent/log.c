/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a message. Out: one line on stderr in one write, so that lines of several processes do not mix.
 *
 * Never blocks: a journal that does not read must not hold up the agent, so a line that has no room is dropped.
 * Never lets bytes of a peer or a file name end a line or begin an escape sequence: they show as '?'.
 */
#include "log.h"
#include <base/cleanup.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_ROOM 2048

static bool to_journal;
static enum log_level maximum = LOG_LEVEL_INFO;

/* sd-daemon(3): $JOURNAL_STREAM names the device and inode of the stream that the journal reads. */
void log_open(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	to_journal = stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
		     st.st_dev == device && st.st_ino == inode;
}

void log_set_maximum(enum log_level level)
{
	maximum = level;
}

static bool stderr_has_room(void)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&fd, 1, 0) == 1 && fd.revents & POLLOUT;
}

static void write_line(enum log_level level, const char *text, size_t size)
{
	char line[LINE_ROOM + 16];
	int prefix = to_journal ? snprintf(line, 16, "<%d>", level) : snprintf(line, 16, "bulwarkd: ");
	size_t i;

	if (size > LINE_ROOM - 1)
		size = LINE_ROOM - 1;
	for (i = 0; i < size; i++)
		line[prefix + i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i];
	line[prefix + size] = '\n';
	if (stderr_has_room() && write(STDERR_FILENO, line, prefix + size + 1) < 0)
		return; /* there is nobody left to tell */
}

static void log_valist(enum log_level level, int error, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

static void log_valist(enum log_level level, int error, const char *format, va_list arguments)
{
	int saved = errno;
	char text[LINE_ROOM];
	int size;

	if (level > maximum)
		return;
	errno = error;
	size = vsnprintf(text, sizeof(text), format, arguments);
	if (size > 0)
		write_line(level, text, (size_t)size < sizeof(text) ? (size_t)size : sizeof(text) - 1);
	errno = saved;
}

#define DEFINE_LOG(function, level)                                   \
	void function(const char *format, ...)                        \
	{                                                             \
		va_list arguments;                                    \
                                                                      \
		va_start(arguments, format);                          \
		log_valist(level, errno, format, arguments);          \
		va_end(arguments);                                    \
	}                                                             \
	int function##_errno(int r, const char *format, ...)          \
	{                                                             \
		va_list arguments;                                    \
                                                                      \
		va_start(arguments, format);                          \
		log_valist(level, r < 0 ? -r : r, format, arguments); \
		va_end(arguments);                                    \
		return r;                                             \
	}

DEFINE_LOG(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG(log_warning, LOG_LEVEL_WARNING)
DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_valist(LOG_LEVEL_INFO, errno, format, arguments);
	va_end(arguments);
}

void log_lines(enum log_level level, const char *text)
{
	const char *end;

	if (level > maximum)
		return;
	for (; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		write_line(level, text, end - text);
	}
}

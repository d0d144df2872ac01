/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a file, perhaps of many gigabytes, or a pipe. Out: its lines. Memory is bounded by the longest line.
 */
#include "lines.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (1u << 20)

struct buffer {
	char *byte;
	size_t size;
	size_t from;  /* where the line begins that is not complete yet */
	size_t until; /* end of what was read */
	bool skips;   /* the line that is being read is too long */
};

/* Makes room for a block behind what is left of the last one. */
static int make_room(struct buffer *buffer)
{
	size_t left = buffer->until - buffer->from;
	char *grown;

	if (buffer->from)
		memmove(buffer->byte, buffer->byte + buffer->from, left);
	buffer->from = 0;
	buffer->until = left;
	if (buffer->size - left >= BLOCK)
		return 0;
	grown = realloc(buffer->byte, buffer->size + BLOCK);
	if (!grown)
		return -ENOMEM;
	buffer->byte = grown;
	buffer->size += BLOCK;
	return 0;
}

static int hand_over(struct buffer *buffer, size_t end, lines_taker take, void *context)
{
	const char *line = buffer->byte + buffer->from;
	size_t size = end - buffer->from;
	bool skipped = buffer->skips;

	buffer->skips = false;
	if (size && line[size - 1] == '\r')
		size--;
	return skipped ? take(context, NULL, 0) : take(context, line, size);
}

/* The complete lines of what was read. */
static int take_lines(struct buffer *buffer, lines_taker take, void *context)
{
	const char *end;
	int r = 0;

	while (r == 0 && buffer->from < buffer->until) {
		end = memchr(buffer->byte + buffer->from, '\n', buffer->until - buffer->from);
		if (!end)
			break;
		r = hand_over(buffer, (size_t)(end - buffer->byte), take, context);
		buffer->from = (size_t)(end + 1 - buffer->byte);
	}
	if (buffer->until - buffer->from > LINES_SIZE_MAX) {
		buffer->skips = true;
		buffer->from = buffer->until;
	}
	return r;
}

static int read_all(int fd, struct buffer *buffer, lines_taker take, void *context)
{
	for (;;) {
		ssize_t n;
		int r = make_room(buffer);

		if (r < 0)
			return r;
		n = read(fd, buffer->byte + buffer->until, buffer->size - buffer->until);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		buffer->until += (size_t)n;
		r = take_lines(buffer, take, context);
		if (r != 0)
			return r;
	}
	if (buffer->from == buffer->until && !buffer->skips)
		return 0;
	return hand_over(buffer, buffer->until, take, context);
}

int lines_read(const char *path, lines_taker take, void *context)
{
	_close_ int opened = strcmp(path, "-") == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	struct buffer buffer = { 0 };
	int r;

	if (opened < 0 && strcmp(path, "-") != 0)
		return -errno;
	r = read_all(opened < 0 ? STDIN_FILENO : opened, &buffer, take, context);
	free(buffer.byte);
	return r;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the path of a policy file, or its bytes. Out: a struct source, which nobody changes any more.
 *
 * What is no regular file is refused before a byte is read, so that a FIFO or a device in the policy folder can
 * neither stall the reader nor be consumed by it.
 */
#include "source.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

bool source_is_policy_name(const char *name)
{
	static const char *const ends[] = { ".yaml", ".yml", ".json" };
	size_t size = strlen(name), i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t n = strlen(ends[i]);

		if (name[0] != '.' && size > n && strcmp(name + size - n, ends[i]) == 0)
			return true;
	}
	return false;
}

static int open_regular(const char *path)
{
	_close_ int fd = -1;
	struct stat st;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	return TAKE_FD(fd);
}

/* Reads to the end of the file, whatever size it claimed or gets meanwhile, but never more than `room` bytes. */
static ssize_t read_all(int fd, char *buffer, size_t room)
{
	size_t size = 0;

	while (size < room) {
		ssize_t n = read(fd, buffer + size, room - size);

		if (n == 0)
			break;
		if (n > 0)
			size += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return (ssize_t)size;
}

int source_read(const char *path, struct source **ret)
{
	_free_ char *buffer = NULL;
	_close_ int fd = -1;
	ssize_t size;

	fd = open_regular(path);
	if (fd < 0)
		return fd;
	buffer = malloc(BW_SOURCE_MAX + 1);
	if (!buffer)
		return -ENOMEM;
	size = read_all(fd, buffer, BW_SOURCE_MAX + 1);
	if (size < 0)
		return (int)size;
	return source_new(path, buffer, (size_t)size, ret);
}

/* Where the line after the one with `at` in it begins; past the end of the text when there is none. */
static size_t next_line(const char *text, size_t size, size_t at)
{
	while (at < size && text[at] != '\n' && text[at] != '\r')
		at++;
	if (at + 1 < size && text[at] == '\r' && text[at + 1] == '\n')
		at++;
	return at + 1;
}

static int index_lines(struct source *source)
{
	size_t n = 0, at;

	for (at = 0; at <= source->size; at = next_line(source->text, source->size, at))
		n++;
	source->line = calloc(n, sizeof(*source->line));
	if (!source->line)
		return -ENOMEM;
	for (at = 0; at <= source->size; at = next_line(source->text, source->size, at))
		source->line[source->n_lines++] = at;
	return 0;
}

static void unref(struct source **source)
{
	source_unref(*source);
}

int source_new(const char *name, const char *text, size_t size, struct source **ret)
{
	_cleanup_(unref) struct source *source = NULL;

	if (size > BW_SOURCE_MAX)
		return -EFBIG;
	source = calloc(1, sizeof(*source));
	if (!source)
		return -ENOMEM;
	source->references = 1;
	source->name = strdup(name);
	source->text = malloc(size + 1);
	if (!source->name || !source->text)
		return -ENOMEM;
	if (size)
		memcpy(source->text, text, size);
	source->text[size] = '\0';
	source->size = size;
	if (index_lines(source) < 0)
		return -ENOMEM;
	*ret = TAKE_PTR(source);
	return 0;
}

struct source *source_ref(struct source *source)
{
	if (source)
		source->references++;
	return source;
}

struct source *source_unref(struct source *source)
{
	if (!source)
		return NULL;
	assert(source->references > 0);
	if (--source->references > 0)
		return NULL;
	free(source->name);
	free(source->text);
	free(source->line);
	free(source);
	return NULL;
}

/* The greatest line that begins at `offset` or before. */
static size_t line_of(const struct source *source, size_t offset)
{
	size_t low = 0, high = source->n_lines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (source->line[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct span source_span(const struct source *source, size_t from, size_t to)
{
	struct span span = { .length = 1 };
	size_t line, length;

	if (from > source->size)
		from = source->size;
	line = line_of(source, from);
	span.line = (uint32_t)line + 1;
	span.column = (uint32_t)(from - source->line[line]) + 1;
	source_line(source, span.line, &length);
	if (to > source->line[line] + length)
		to = source->line[line] + length;
	if (to > from)
		span.length = (uint32_t)(to - from);
	return span;
}

const char *source_line(const struct source *source, uint32_t line, size_t *ret_length)
{
	size_t from, to;

	*ret_length = 0;
	if (line == 0 || line > source->n_lines)
		return "";
	from = source->line[line - 1];
	to = line < source->n_lines ? source->line[line] : source->size;
	while (to > from && (source->text[to - 1] == '\n' || source->text[to - 1] == '\r'))
		to--;
	*ret_length = to - from;
	return source->text + from;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a file or bytes. Out: a tree of JSON values. What is cut off, nested too deep, or followed by something else is
 * no JSON here.
 */
#include "json_read.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 32 /* an OCI configuration has about 8 */

struct json_object *json_read_bytes(const char *bytes, size_t size)
{
	struct json_tokener *tokener;
	struct json_object *object;
	size_t end;

	if (size > JSON_READ_MAX)
		return NULL;
	tokener = json_tokener_new_ex(DEPTH_MAX);
	if (!tokener)
		return NULL;
	object = json_tokener_parse_ex(tokener, bytes, (int)size);
	end = json_tokener_get_parse_end(tokener);
	while (end < size && strchr(" \t\r\n", bytes[end]) && bytes[end])
		end++;
	if (json_tokener_get_error(tokener) != json_tokener_success || end != size) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

static int find_size(int fd, size_t *ret)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EBADMSG;
	if (status.st_size > (off_t)JSON_READ_MAX)
		return -EFBIG;
	*ret = status.st_size;
	return 0;
}

static int read_all(int fd, char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = pread(fd, bytes + done, size - done, (off_t)done);
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG; /* it became shorter: somebody writes it right now */
		done += n;
	}
	return 0;
}

int json_read_fd(int fd, struct json_object **ret)
{
	_free_ char *bytes = NULL;
	size_t size = 0;
	int r = find_size(fd, &size);

	if (r < 0)
		return r;
	bytes = malloc(size + 1);
	if (!bytes)
		return -ENOMEM;
	r = read_all(fd, bytes, size);
	if (r < 0)
		return r;
	*ret = json_read_bytes(bytes, size);
	return *ret ? 0 : -EBADMSG;
}

/* A FIFO would keep the agent waiting: it is opened without waiting, and refused. */
int json_read_file(const char *path, struct json_object **ret)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	return fd < 0 ? -errno : json_read_fd(fd, ret);
}

static struct json_object *member(struct json_object *object, const char *key, enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, key, &value))
		return NULL;
	return json_object_is_type(value, type) ? value : NULL;
}

struct json_object *json_read_map(struct json_object *object, const char *key)
{
	return member(object, key, json_type_object);
}

struct json_object *json_read_list(struct json_object *object, const char *key)
{
	return member(object, key, json_type_array);
}

const char *json_read_string(struct json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

const char *json_read_text(struct json_object *object, const char *key)
{
	return json_read_string(member(object, key, json_type_string));
}

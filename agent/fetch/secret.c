/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the path of a file. Out: its bytes, if it is one that may be believed.
 */
#include "secret.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

static bool __attribute__((format(printf, 2, 3))) refuse(char error[SECRET_ERROR], const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vsnprintf(error, SECRET_ERROR, format, list);
	va_end(list);
	return false;
}

/* A FIFO would keep us waiting: it is opened without waiting, and refused. */
static bool open_file(const char *path, bool is_private, int *ret, char error[SECRET_ERROR])
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return refuse(error, "cannot read '%s': %m", path);
	if (!S_ISREG(status.st_mode))
		return refuse(error, "'%s' is no regular file", path);
	if (is_private && status.st_mode & S_IRWXO)
		return refuse(error, "others may read the key '%s': chmod o= it, and replace it if they have", path);
	*ret = TAKE_FD(fd);
	return true;
}

bool secret_read(const char *path, bool is_private, struct secret *ret, char error[SECRET_ERROR])
{
	_free_ char *bytes = malloc(SECRET_MAX + 1);
	_close_ int fd = -1;
	size_t size = 0;
	ssize_t n = 1;

	if (!bytes)
		return refuse(error, "cannot read '%s': %s", path, strerror(ENOMEM));
	if (!open_file(path, is_private, &fd, error))
		return false;
	while (n > 0 && size <= SECRET_MAX) {
		n = read(fd, bytes + size, SECRET_MAX + 1 - size);
		size += n > 0 ? n : 0;
	}
	if (n < 0)
		return refuse(error, "cannot read '%s': %m", path);
	if (!size || size > SECRET_MAX)
		return refuse(error, "'%s' is %s", path, size ? "larger than 1 MiB" : "empty");
	bytes[size] = '\0';
	*ret = (struct secret){ .bytes = TAKE_PTR(bytes), .size = size };
	return true;
}

/* Space, control characters and what is not ASCII would make another header of it. */
static bool is_word(const struct secret *secret)
{
	size_t i;

	for (i = 0; i < secret->size; i++)
		if (secret->bytes[i] <= ' ' || secret->bytes[i] > '~')
			return false;
	return secret->size;
}

bool secret_read_word(const char *path, struct secret *ret, char error[SECRET_ERROR])
{
	if (!secret_read(path, false, ret, error))
		return false;
	while (ret->size && strchr(" \t\r\n", ret->bytes[ret->size - 1]))
		ret->size--;
	ret->bytes[ret->size] = '\0';
	if (is_word(ret))
		return true;
	secret_done(ret);
	return refuse(error, "'%s' is no token: it is to be one word of ASCII", path);
}

void secret_done(struct secret *secret)
{
	if (secret->bytes)
		explicit_bzero(secret->bytes, secret->size);
	free(secret->bytes);
	*secret = (struct secret){ 0 };
}

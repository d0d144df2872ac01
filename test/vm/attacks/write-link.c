// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Writes through another name of the file: a hard link of its own, one older than the policy, a symbolic link, a
 * handle.
 */
#include "attack.h"

static void __attribute__((noreturn)) write_to(int fd)
{
	step(fd, "open");
	step(write(fd, CHANGED, strlen(CHANGED)), "write");
	spoiled(FILE_W);
}

static int by_handle(void)
{
	static char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	struct file_handle *handle = (struct file_handle *)room;
	int id, anchor;

	handle->handle_bytes = MAX_HANDLE_SZ;
	need(name_to_handle_at(AT_FDCWD, FILE_W, handle, &id, 0), "name_to_handle_at");
	anchor = (int)need(open("/srv", O_RDONLY | O_DIRECTORY), "/srv");
	return open_by_handle_at(anchor, handle, O_WRONLY);
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "hard") == 0)
		step(link(FILE_W, OUT "/name"), "link");
	if (strcmp(how, "symbolic") == 0)
		need(symlink(FILE_W, OUT "/name"), "symlink");
	write_to(strcmp(how, "handle") == 0 ? by_handle() : open(OUT "/name", O_WRONLY));
}

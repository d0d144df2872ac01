// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret by its file handle, below a mount that stands elsewhere: no path is walked.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	static char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	struct file_handle *handle = (struct file_handle *)room;
	int id, anchor;

	handle->handle_bytes = MAX_HANDLE_SZ;
	step(name_to_handle_at(AT_FDCWD, SECRET, handle, &id, 0), "name_to_handle_at");
	if (strcmp(argv[argc - 1], "evicted") == 0) {
		sync();
		write_text("/proc/sys/vm/drop_caches", "3");
	}
	anchor = (int)need(open("/srv", O_RDONLY | O_DIRECTORY), "/srv");
	take((int)step(open_by_handle_at(anchor, handle, O_RDONLY), "open_by_handle_at"));
}

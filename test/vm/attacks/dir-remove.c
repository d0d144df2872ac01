// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Removes something from a folder where nothing may change: a folder, a file by a descriptor of the folder.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "rmdir") == 0)
		step(rmdir(DIR_W "/empty"), "rmdir");
	if (strcmp(how, "at") == 0)
		step(unlinkat(INHERITED_DIR_FOLDER, "empty", AT_REMOVEDIR), "unlinkat");
	if (strcmp(how, "away") == 0)
		step(rename(DIR_W "/empty", OUT "/name"), "rename");
	if (strcmp(how, "uring") == 0) {
		struct uring ring;

		uring_open(&ring, 0);
		step(uring_do(&ring, &(struct io_uring_sqe){ .opcode = IORING_OP_UNLINKAT,
							     .fd = AT_FDCWD,
							     .addr = (uint64_t)(uintptr_t)DIR_W "/empty",
							     .unlink_flags = AT_REMOVEDIR }),
		     "IORING_OP_UNLINKAT");
	}
	errno = 0;
	effect(!exists(DIR_W "/empty"), "it is still there");
}

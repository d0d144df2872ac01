// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gives the secret another name by io_uring's link or rename, and opens that.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	bool rename = strcmp(argv[argc - 1], "rename") == 0;
	struct uring ring;
	struct io_uring_sqe sqe = {
		.opcode = rename ? IORING_OP_RENAMEAT : IORING_OP_LINKAT,
		.fd = AT_FDCWD,
		.addr = (uint64_t)(uintptr_t)SECRET,
		.addr2 = (uint64_t)(uintptr_t)OUT "/name",
		.len = (uint32_t)AT_FDCWD,
	};

	uring_open(&ring, 0);
	uring_needs(&ring, sqe.opcode, argv[argc - 1]);
	step(uring_do(&ring, &sqe), argv[argc - 1]);
	steal(OUT "/name");
}

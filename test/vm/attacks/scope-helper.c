// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has something of the kernel that belongs to the process open the secret: io_uring's worker or its polling thread.
 */
#include "attack.h"

int main(int argc, char **argv)
{
	bool polling = strcmp(argv[argc - 1], "sqpoll") == 0;
	struct uring ring;

	uring_open(&ring, polling ? IORING_SETUP_SQPOLL : 0);
	take((int)step(uring_do(&ring, &(struct io_uring_sqe){ .opcode = IORING_OP_OPENAT,
							       .flags = polling ? 0 : IOSQE_ASYNC,
							       .fd = AT_FDCWD,
							       .addr = (uint64_t)(uintptr_t)SCOPE "/program/secret",
							       .open_flags = O_RDONLY }),
		       "IORING_OP_OPENAT"));
}

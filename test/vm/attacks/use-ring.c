// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sets up a ring of io_uring and has an operation done by it.
 */
#include "attack.h"

int main(void)
{
	const struct io_uring_sqe nothing = { .opcode = IORING_OP_NOP };
	struct io_uring_params params = { 0 };
	struct uring ring;
	int fd = (int)step(syscall(SYS_io_uring_setup, 4, &params), "io_uring_setup");

	close(fd);
	uring_open(&ring, 0);
	effect(uring_do(&ring, &nothing) == 0, "an operation");
}

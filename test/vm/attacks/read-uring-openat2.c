// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has io_uring open the secret by the operation of openat2, by a worker thread.
 */
#include "attack.h"
#include <linux/openat2.h>

int main(void)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	struct uring ring;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT2,
		.flags = IOSQE_ASYNC,
		.fd = AT_FDCWD,
		.addr = (uint64_t)(uintptr_t)SECRET,
		.len = sizeof(how),
		.off = (uint64_t)(uintptr_t)&how,
	};

	uring_open(&ring, 0);
	take((int)step(uring_do(&ring, &sqe), "IORING_OP_OPENAT2"));
}

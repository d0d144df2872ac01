// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has io_uring open the secret: at once, by a worker thread, by the thread that polls, into a slot without a
 * descriptor.
 */
#include "attack.h"

/* Into a slot of registered files, and read from there: no descriptor ever exists. */
static void __attribute__((noreturn)) direct(struct uring *ring, struct io_uring_sqe *sqe)
{
	static char room[4096];
	int none = -1;
	int n;

	need(syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES, &none, 1), "IORING_REGISTER_FILES");
	sqe->file_index = 1;
	sqe->open_flags = O_RDONLY;
	step(uring_do(ring, sqe), "IORING_OP_OPENAT");
	n = uring_do(ring, &(struct io_uring_sqe){ .opcode = IORING_OP_READ,
						   .flags = IOSQE_FIXED_FILE,
						   .addr = (uint64_t)(uintptr_t)room,
						   .len = sizeof(room) });
	step(n, "IORING_OP_READ");
	effect(secret_in(room, (size_t)n), "read");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	struct uring ring;
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (uint64_t)(uintptr_t)SECRET,
		.open_flags = O_RDONLY | O_CLOEXEC,
	};

	uring_open(&ring, strcmp(how, "sqpoll") == 0 ? IORING_SETUP_SQPOLL : 0);
	if (strcmp(how, "async") == 0)
		sqe.flags |= IOSQE_ASYNC;
	if (strcmp(how, "direct") == 0)
		direct(&ring, &sqe);
	take((int)step(uring_do(&ring, &sqe), "IORING_OP_OPENAT"));
}

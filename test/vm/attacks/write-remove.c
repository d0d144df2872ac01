// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Removes the file's name, or puts another file in its place by rename, exchange, or io_uring's operations.
 */
#include "attack.h"

static void by_uring(uint8_t operation, const char *from, const char *to)
{
	struct uring ring;

	uring_open(&ring, 0);
	step(uring_do(&ring, &(struct io_uring_sqe){ .opcode = operation,
						     .flags = IOSQE_ASYNC,
						     .fd = AT_FDCWD,
						     .addr = (uint64_t)(uintptr_t)from,
						     .addr2 = (uint64_t)(uintptr_t)to,
						     .len = to ? (uint32_t)AT_FDCWD : 0 }),
	     "io_uring");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];

	if (strcmp(how, "unlink") == 0)
		step(unlink(FILE_W), "unlink");
	if (strcmp(how, "over") == 0)
		step(rename(EVIL, FILE_W), "rename");
	if (strcmp(how, "away") == 0)
		step(rename(FILE_W, OUT "/name"), "rename");
	if (strcmp(how, "exchange") == 0)
		step(renameat2(AT_FDCWD, EVIL, AT_FDCWD, FILE_W, RENAME_EXCHANGE), "rename");
	if (strcmp(how, "whiteout") == 0)
		step(renameat2(AT_FDCWD, FILE_W, AT_FDCWD, OUT "/name", RENAME_WHITEOUT), "rename");
	if (strcmp(how, "uring-unlink") == 0)
		by_uring(IORING_OP_UNLINKAT, FILE_W, NULL);
	if (strcmp(how, "uring-rename") == 0)
		by_uring(IORING_OP_RENAMEAT, EVIL, FILE_W);
	spoiled(FILE_W);
}

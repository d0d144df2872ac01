// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Changes what the file holds by a descriptor that was opened for writing by a program that may, and handed down.
 */
#include "attack.h"
#include <sys/mman.h>
#include <sys/sendfile.h>

enum { FD = INHERITED_FILE_RW };

static void by_write(void)
{
	step(pwrite(FD, CHANGED, strlen(CHANGED), 0), "write");
}

static void by_map(void)
{
	char *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, FD, 0);

	step(at == MAP_FAILED ? -1 : 0, "mmap");
	memcpy(at, CHANGED, strlen(CHANGED));
}

static void by_protect(void)
{
	char *at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, FD, 0);

	step(at == MAP_FAILED ? -1 : 0, "mmap");
	step(mprotect(at, 4096, PROT_READ | PROT_WRITE), "mprotect");
	memcpy(at, CHANGED, strlen(CHANGED));
}

static void by_hole(void)
{
	step(fallocate(FD, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 3), "fallocate");
}

static void by_truncate(void)
{
	step(ftruncate(FD, 1), "ftruncate");
}

static void by_sendfile(void)
{
	int from = (int)need(open(EVIL, O_RDONLY), EVIL);

	step(sendfile(FD, from, NULL, strlen(CHANGED)), "sendfile");
}

static void by_copy(void)
{
	int from = (int)need(open(EVIL, O_RDONLY), EVIL);

	step(copy_file_range(from, NULL, FD, NULL, strlen(CHANGED), 0), "copy_file_range");
}

static void by_splice(void)
{
	int ends[2];

	need(pipe(ends), "pipe");
	need(write(ends[1], CHANGED, strlen(CHANGED)), "write");
	step(splice(ends[0], NULL, FD, NULL, strlen(CHANGED), 0), "splice");
}

static void by_uring(void)
{
	struct uring ring;

	uring_open(&ring, 0);
	step(uring_do(&ring, &(struct io_uring_sqe){ .opcode = IORING_OP_WRITE,
						     .fd = FD,
						     .addr = (uint64_t)(uintptr_t)CHANGED,
						     .len = strlen(CHANGED) }),
	     "IORING_OP_WRITE");
}

static void by_uring_truncate(void)
{
	enum { URING_FTRUNCATE = 55 };
	struct uring ring;

	uring_open(&ring, 0);
	uring_needs(&ring, URING_FTRUNCATE, "IORING_OP_FTRUNCATE");
	step(uring_do(&ring, &(struct io_uring_sqe){ .opcode = URING_FTRUNCATE, .fd = FD, .off = 1 }), "FTRUNCATE");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*change)(void);
	} all[] = {
		{ "write", by_write },	     { "map", by_map },
		{ "mprotect", by_protect },  { "hole", by_hole },
		{ "truncate", by_truncate }, { "sendfile", by_sendfile },
		{ "copy", by_copy },	     { "splice", by_splice },
		{ "uring", by_uring },	     { "uring-truncate", by_uring_truncate },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i].name, argv[argc - 1]) == 0)
			all[i].change();
	spoiled(FILE_W);
}

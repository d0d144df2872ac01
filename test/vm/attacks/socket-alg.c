// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has the kernel compute a digest over AF_ALG; the socket by socket(2), by io_uring (ring), by the 32-bit calls (int80,
 * socketcall), in another thread.
 */
#include "attack.h"
#include <linux/if_alg.h>
#include <pthread.h>
#include <sys/socket.h>

static long call32(long number, long a, long b, long c)
{
	long r;

	asm volatile("int $0x80" : "=a"(r) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	if (r == -ENOSYS)
		unavailable("int 0x80");
	if (r >= 0)
		return r;
	errno = (int)-r;
	return -1;
}

static int by_ring(void)
{
	struct io_uring_sqe sqe = { .opcode = IORING_OP_SOCKET, .fd = AF_ALG, .off = SOCK_SEQPACKET };
	struct uring ring;

	uring_open(&ring, 0);
	uring_needs(&ring, IORING_OP_SOCKET, "IORING_OP_SOCKET");
	return uring_do(&ring, &sqe);
}

static void *in_thread(void *into)
{
	*(int *)into = socket(AF_ALG, SOCK_SEQPACKET, 0);
	return NULL;
}

static int by_thread(void)
{
	pthread_t thread;
	int fd = -1;

	need(-pthread_create(&thread, NULL, in_thread, &fd), "pthread_create");
	pthread_join(thread, NULL);
	return fd;
}

static int by(const char *how)
{
	static uint32_t arguments[3] = { AF_ALG, SOCK_SEQPACKET, 0 };

	if (strcmp(how, "ring") == 0)
		return by_ring();
	if (strcmp(how, "thread") == 0)
		return by_thread();
	if (strcmp(how, "int80") == 0)
		return (int)call32(359, AF_ALG, SOCK_SEQPACKET, 0);
	if (strcmp(how, "socketcall") == 0)
		return (int)call32(102, 1, (long)arguments, 0);
	return socket(AF_ALG, SOCK_SEQPACKET, 0);
}

int main(int argc, char **argv)
{
	static const unsigned char wanted[] = { 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea };
	struct sockaddr_alg name = { .salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256" };
	unsigned char digest[32] = { 0 };
	int fd, work;

	need_module("af_alg");
	need_module("algif_hash");
	fd = (int)step(by(argc > 1 ? argv[1] : ""), "socket");
	step(bind(fd, (struct sockaddr *)&name, sizeof(name)), "bind");
	work = (int)step(accept(fd, NULL, NULL), "accept");
	step(write(work, "abc", 3), "write");
	step(read(work, digest, sizeof(digest)), "read");
	effect(memcmp(digest, wanted, sizeof(wanted)) == 0, "the digest of abc");
}

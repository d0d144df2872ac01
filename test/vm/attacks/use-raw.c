// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads or writes packets past the kernel's protocols: a raw IP socket that hears its own echo (inet, inet6; by
 * io_uring: ring; by the 32-bit calls: int80, socketcall), a packet socket that hears another one's datagram (packet,
 * dgram, old).
 */
#include "attack.h"
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

static const char mark[] = "4711-bulwark";

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
	struct io_uring_sqe sqe = { .opcode = IORING_OP_SOCKET, .fd = AF_INET, .off = SOCK_RAW, .len = IPPROTO_ICMP };
	struct uring ring;

	uring_open(&ring, 0);
	uring_needs(&ring, IORING_OP_SOCKET, "IORING_OP_SOCKET");
	return uring_do(&ring, &sqe);
}

static int by_socketcall(void)
{
	static uint32_t arguments[3] = { AF_INET, SOCK_RAW, IPPROTO_ICMP };

	return (int)call32(102, 1, (long)arguments, 0);
}

/* Waits for a packet that holds the mark. */
static void __attribute__((noreturn)) hear(int fd)
{
	struct timeval patience = { .tv_sec = 2 };
	char packet[2048];
	ssize_t n = 1;

	need(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), "SO_RCVTIMEO");
	while (n > 0) {
		n = recv(fd, packet, sizeof(packet), 0);
		if (n > 0 && memmem(packet, (size_t)n, mark, sizeof(mark)))
			happened();
	}
	stopped("nothing heard");
}

static uint16_t checksum(const void *bytes, size_t n)
{
	const uint16_t *word = bytes;
	uint32_t sum = 0;

	for (size_t i = 0; i < n / 2; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

static void __attribute__((noreturn)) echo(int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct {
		struct icmphdr head;
		char text[sizeof(mark) + 1];
	} packet = { .head = { .type = ICMP_ECHO } };

	memcpy(packet.text, mark, sizeof(mark));
	packet.head.checksum = checksum(&packet, sizeof(packet) & ~1ul);
	step(sendto(fd, &packet, sizeof(packet) & ~1ul, 0, (struct sockaddr *)&to, sizeof(to)), "sendto");
	hear(fd);
}

static void __attribute__((noreturn)) echo6(int fd)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct {
		struct icmp6_hdr head;
		char text[sizeof(mark)];
	} packet = { .head = { .icmp6_type = ICMP6_ECHO_REQUEST } };

	memcpy(packet.text, mark, sizeof(mark));
	step(sendto(fd, &packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)), "sendto");
	hear(fd);
}

static void __attribute__((noreturn)) overhear(int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) }, .sin_port = htons(9) };
	int other = (int)need(socket(AF_INET, SOCK_DGRAM, 0), "socket");

	need(sendto(other, mark, sizeof(mark), 0, (struct sockaddr *)&to, sizeof(to)), "sendto");
	hear(fd);
}

int main(int argc, char **argv)
{
	char *const up[] = { (char *)"/bin/ip", (char *)"link", (char *)"set", (char *)"lo", (char *)"up", NULL };
	const char *how = argc > 1 ? argv[1] : "";

	need(run(up) == 0 ? 0 : -1, "ip link set lo up");
	if (strcmp(how, "inet6") == 0)
		echo6((int)step(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), "socket"));
	if (strcmp(how, "packet") == 0)
		overhear((int)step(socket(AF_PACKET, SOCK_RAW, htons(ETHERTYPE_IP)), "socket"));
	if (strcmp(how, "dgram") == 0)
		overhear((int)step(socket(AF_PACKET, SOCK_DGRAM, htons(ETHERTYPE_IP)), "socket"));
	if (strcmp(how, "old") == 0)
		overhear((int)step(socket(AF_INET, SOCK_PACKET, htons(ETHERTYPE_IP)), "socket"));
	if (strcmp(how, "ring") == 0)
		echo((int)step(by_ring(), "IORING_OP_SOCKET"));
	if (strcmp(how, "int80") == 0)
		echo((int)step(call32(359, AF_INET, SOCK_RAW, IPPROTO_ICMP), "socket"));
	if (strcmp(how, "socketcall") == 0)
		echo((int)step(by_socketcall(), "socketcall"));
	echo((int)step(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), "socket"));
}

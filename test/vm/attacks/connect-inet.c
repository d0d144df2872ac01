// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reaches a listener at an address and port that a rule denies, by another call, another spelling or another protocol.
 */
#include "attack.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define HOST	  "127.0.7.1"
#define PORT	  7777 /* of HOST: no rule is about it at other addresses */
#define LOOP_PORT 7778 /* of 127.0.0.1 and ::1 */
#define FREE	  "127.0.9.9"

static int wire[2];

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
};

static struct address v4(const char *host, int port)
{
	struct address address = { .size = sizeof(address.v4) };

	address.v4.sin_family = AF_INET;
	address.v4.sin_port = htons((uint16_t)port);
	need(inet_pton(AF_INET, host, &address.v4.sin_addr) - 1, host);
	return address;
}

static struct address v6(const char *host, int port)
{
	struct address address = { .size = sizeof(address.v6) };

	address.v6.sin6_family = AF_INET6;
	address.v6.sin6_port = htons((uint16_t)port);
	need(inet_pton(AF_INET6, host, &address.v6.sin6_addr) - 1, host);
	return address;
}

/* Tells by the wire when somebody came: a connection, or a byte. */
static void serve(int fd, int type)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (type == SOCK_DGRAM ? recv(fd, &byte, 1, 0) == 1 : accept(fd, NULL, NULL) >= 0)
		need(write(wire[1], "x", 1), "tell");
	_exit(0);
}

/* At every address of this host, of IPv4 and IPv6. */
static void listen_at(int type, int protocol, int port)
{
	/* A listener of SCTP for both would offer the other side all its addresses of both. */
	struct address all = protocol == IPPROTO_SCTP ? v4("0.0.0.0", port) : v6("::", port);
	int fd = socket(all.any.sa_family, type, protocol), on = 1;

	if (fd < 0 && errno == EPROTONOSUPPORT)
		unavailable("the protocol");
	need(fd, "socket");
	need(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), "SO_REUSEADDR");
	need(bind(fd, &all.any, all.size), "bind");
	if (type != SOCK_DGRAM)
		need(listen(fd, 5), "listen");
	if (need(fork(), "fork") == 0)
		serve(fd, type);
	close(fd);
}

static int udp(int family)
{
	return (int)need(socket(family, SOCK_DGRAM, 0), "socket");
}

static int tcp(int family)
{
	return (int)need(socket(family, SOCK_STREAM, 0), "socket");
}

static void to_host(int fd)
{
	struct address to = v4(HOST, PORT);

	step(connect(fd, &to.any, to.size), "connect");
}

static void send_to(int fd, struct address to, int flags)
{
	step(sendto(fd, "x", 1, flags, &to.any, to.size), "sendto");
}

/* SCTP and RDS answer at addresses only that somebody has given to a device; they may stay, this host has them anyway.
 */
static void give_address(const char *address)
{
	char *ip[] = { (char *)"/sbin/ip", (char *)"address", (char *)"add", (char *)address,
		       (char *)"dev",	   (char *)"lo",      NULL };

	run(ip);
}

/* --- TCP ------------------------------------------------------------------------------------------------------ */

static void way_plain(void)
{
	to_host(tcp(AF_INET));
}

static void *in_thread(void *nothing)
{
	to_host(tcp(AF_INET));
	return nothing;
}

static void way_thread(void)
{
	pthread_t thread;

	need(-pthread_create(&thread, NULL, in_thread, NULL), "pthread_create");
	pthread_join(thread, NULL);
}

static void way_user(void)
{
	become(1234);
	to_host(tcp(AF_INET));
}

static void way_mapped(void)
{
	struct address to = v6("::ffff:" HOST, PORT);

	step(connect(tcp(AF_INET6), &to.any, to.size), "connect");
}

static void way_zero(void)
{
	struct address to = v4("0.0.0.0", LOOP_PORT);

	step(connect(tcp(AF_INET), &to.any, to.size), "connect");
}

static void way_any6(void)
{
	struct address to = v6("::", LOOP_PORT);

	step(connect(tcp(AF_INET6), &to.any, to.size), "connect");
}

static void way_mapped_zero(void)
{
	struct address to = v6("::ffff:0.0.0.0", LOOP_PORT);

	step(connect(tcp(AF_INET6), &to.any, to.size), "connect");
}

static void way_bound_zero(void)
{
	struct address from = v4(HOST, 0), to = v4("0.0.0.0", PORT);
	int fd = tcp(AF_INET);

	need(bind(fd, &from.any, from.size), "bind");
	step(connect(fd, &to.any, to.size), "connect");
}

static void way_bound_any6(void)
{
	struct address from = v6("::ffff:" FREE, 0), to = v6("::", LOOP_PORT);
	int fd = tcp(AF_INET6);

	need(bind(fd, &from.any, from.size), "bind");
	step(connect(fd, &to.any, to.size), "connect");
}

static void way_fastopen(void)
{
	send_to(tcp(AF_INET), v4(HOST, PORT), MSG_FASTOPEN);
}

static void way_fastopen_connect(void)
{
	int fd = tcp(AF_INET), on = 1;

	need(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)), "TCP_FASTOPEN_CONNECT");
	to_host(fd);
	step(send(fd, "x", 1, MSG_NOSIGNAL), "send");
}

/* --- other families that take an IPv4 address ----------------------------------------------------------------- */

static int smc(void)
{
	int fd;

	need_module("smc");
	fd = socket(AF_SMC, SOCK_STREAM, 0);
	return (int)need(fd, "SMC");
}

/* Without the hardware that it is for, it goes by TCP. */
static void way_smc(void)
{
	to_host(smc());
}

static void way_smc_fastopen(void)
{
	send_to(smc(), v4(HOST, PORT), MSG_FASTOPEN);
}

/* A datagram to another socket of the family, at an address of this host's own. */
static void way_rds(void)
{
	struct address at = v4(HOST, PORT), from = v4(FREE, PORT);
	int fd, far;

	need_module("rds");
	need_module("rds_tcp");
	give_address(HOST "/32");
	give_address(FREE "/32");
	far = (int)need(socket(AF_RDS, SOCK_SEQPACKET, 0), "RDS");
	fd = (int)need(socket(AF_RDS, SOCK_SEQPACKET, 0), "RDS");
	need(bind(far, &at.any, at.size), "bind the far end");
	need(bind(fd, &from.any, from.size), "bind");
	send_to(fd, at, 0);
	if (recv(far, &at, 1, MSG_DONTWAIT) == 1)
		need(write(wire[1], "x", 1), "tell");
}

static void way_mptcp(void)
{
	to_host((int)need(socket(AF_INET, SOCK_STREAM, 262), "MPTCP"));
}

static void way_mptcp_fastopen(void)
{
	int fd = (int)need(socket(AF_INET, SOCK_STREAM, 262), "MPTCP");
	struct address to = v4(HOST, PORT);

	if (sendto(fd, "x", 1, MSG_FASTOPEN, &to.any, to.size) < 0 && errno == EOPNOTSUPP)
		unavailable("fast open by MPTCP");
}

/* Accepts a connection first: what it is about stays the same socket. */
static void way_reconnected(void)
{
	struct address elsewhere = v4(FREE, LOOP_PORT), none = { .size = sizeof(none.v4) };
	int fd = udp(AF_INET);

	need(connect(fd, &elsewhere.any, elsewhere.size), "connect elsewhere");
	need(connect(fd, &none.any, none.size), "disconnect");
	to_host(fd);
	step(send(fd, "x", 1, 0), "send");
}

static void no_int80(int signal)
{
	(void)signal;
	_exit(77);
}

/* socketcall(2) of 32-bit programs. */
static void way_int80(void)
{
	uint32_t *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct address to = v4(HOST, PORT);
	int r = 102;

	need(low == MAP_FAILED ? -1 : 0, "mmap");
	signal(SIGSEGV, no_int80);
	low[0] = (uint32_t)tcp(AF_INET);
	low[1] = (uint32_t)(uintptr_t)(low + 16);
	low[2] = to.size;
	memcpy(low + 16, &to, to.size);
	__asm__ volatile("int $0x80" : "+a"(r) : "b"(3), "c"(low) : "memory", "r8", "r9", "r10", "r11");
	errno = -r;
	if (r == -ENOSYS)
		unavailable("32-bit system calls");
	step(r < 0 ? -1 : 0, "socketcall");
}

/* --- datagrams ------------------------------------------------------------------------------------------------- */

static void way_udp(void)
{
	int fd = udp(AF_INET);

	to_host(fd);
	step(send(fd, "x", 1, 0), "send");
}

static void way_sendto(void)
{
	send_to(udp(AF_INET), v4(HOST, PORT), 0);
}

static void way_sendto_unspecified(void)
{
	struct address to = v4(HOST, PORT);

	to.v4.sin_family = AF_UNSPEC;
	send_to(udp(AF_INET), to, 0);
}

static void way_sendto_on_v6(void)
{
	send_to(udp(AF_INET6), v4(HOST, PORT), 0);
}

static void way_sendto_mapped(void)
{
	send_to(udp(AF_INET6), v6("::ffff:" HOST, PORT), 0);
}

static void way_sendto_other(void)
{
	struct address elsewhere = v4(FREE, LOOP_PORT);
	int fd = udp(AF_INET);

	need(connect(fd, &elsewhere.any, elsewhere.size), "connect elsewhere");
	send_to(fd, v4(HOST, PORT), 0);
}

/* The second message of one call. */
static void way_sendmmsg(void)
{
	struct address to[2] = { v4(FREE, PORT), v4(HOST, PORT) };
	struct iovec piece = { (char *)"x", 1 };
	struct mmsghdr message[2] = { 0 };
	int i, fd = udp(AF_INET);

	for (i = 0; i < 2; i++) {
		message[i].msg_hdr.msg_name = &to[i].any;
		message[i].msg_hdr.msg_namelen = to[i].size;
		message[i].msg_hdr.msg_iov = &piece;
		message[i].msg_hdr.msg_iovlen = 1;
	}
	/* The first one would come to the same listener. */
	message[0].msg_hdr.msg_iovlen = 0;
	to[0].v4.sin_port = htons(9);
	step(sendmmsg(fd, message, 2, 0) - 2, "sendmmsg");
}

static void way_lite(void)
{
	send_to((int)need(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), "UDP-Lite"), v4(HOST, PORT), 0);
}

/* --- io_uring -------------------------------------------------------------------------------------------------- */

static void way_uring_connect(void)
{
	struct address to = v4(HOST, PORT);
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_CONNECT, .fd = tcp(AF_INET), .addr = (uintptr_t)&to, .off = to.size
	};
	struct uring ring;

	uring_open(&ring, 0);
	step(uring_do(&ring, &sqe), "connect");
}

/* By the kernel's own thread. */
static void way_uring_polled(void)
{
	struct address to = v4(HOST, PORT);
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_CONNECT, .fd = tcp(AF_INET), .addr = (uintptr_t)&to, .off = to.size
	};
	struct uring ring;

	uring_open(&ring, IORING_SETUP_SQPOLL);
	step(uring_do(&ring, &sqe), "connect");
}

static void uring_message(int fd, unsigned int flags)
{
	struct address to = v4(HOST, PORT);
	struct iovec piece = { (char *)"x", 1 };
	struct msghdr message = { .msg_name = &to, .msg_namelen = to.size, .msg_iov = &piece, .msg_iovlen = 1 };
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_SENDMSG, .fd = fd, .addr = (uintptr_t)&message, .len = 1, .msg_flags = flags
	};
	struct uring ring;

	uring_open(&ring, 0);
	/* It does not wait for a connection that it begins. */
	if (uring_do(&ring, &sqe) < 0 && errno != EINPROGRESS)
		stopped("sendmsg");
}

static void way_uring_sendmsg(void)
{
	uring_message(udp(AF_INET), 0);
}

static void way_uring_fastopen(void)
{
	uring_message(tcp(AF_INET), MSG_FASTOPEN);
}

static void way_uring_zerocopy(void)
{
	struct address to = v4(HOST, PORT);
	struct io_uring_sqe sqe = {
		.opcode = IORING_OP_SEND_ZC,
		.fd = udp(AF_INET),
		.addr = (uintptr_t) "x",
		.len = 1,
		.addr2 = (uintptr_t)&to,
		.addr_len = (uint16_t)to.size,
	};
	struct uring ring;

	uring_open(&ring, 0);
	uring_needs(&ring, IORING_OP_SEND_ZC, "IORING_OP_SEND_ZC");
	step(uring_do(&ring, &sqe), "send");
}

/* --- SCTP ------------------------------------------------------------------------------------------------------ */

static int sctp(int family, int type)
{
	return (int)need(socket(family, type, IPPROTO_SCTP), "SCTP");
}

static void way_sctp(void)
{
	to_host(sctp(AF_INET, SOCK_STREAM));
}

static void way_sctp_sendto(void)
{
	send_to(sctp(AF_INET, SOCK_SEQPACKET), v4(HOST, PORT), 0);
}

static void give_list(int fd, const struct address *first, const struct address *second)
{
	char list[2 * sizeof(struct sockaddr_in6)];

	memcpy(list, &first->any, first->size);
	memcpy(list + first->size, &second->any, second->size);
	step(setsockopt(fd, IPPROTO_SCTP, 110, list, first->size + second->size), "SCTP_SOCKOPT_CONNECTX");
}

static void way_sctp_connectx(void)
{
	struct address to = v4(HOST, PORT);

	step(setsockopt(sctp(AF_INET, SOCK_STREAM), IPPROTO_SCTP, 110, &to.any, to.size), "SCTP_SOCKOPT_CONNECTX");
}

/* The second address of the list; the first is free, and the same listener's. */
static void way_sctp_second(void)
{
	struct address first = v4(FREE, 9), second = v4(HOST, PORT);

	first.v4.sin_port = second.v4.sin_port;
	give_list(sctp(AF_INET, SOCK_STREAM), &first, &second);
}

/* --- below ----------------------------------------------------------------------------------------------------- */

struct packet {
	struct iphdr ip;
	struct udphdr udp;
	char byte;
} __attribute__((packed));

static struct packet packet_to_host(void)
{
	struct packet packet = {
		.ip = { .version = 4, .ihl = 5, .ttl = 9, .protocol = IPPROTO_UDP, .tot_len = htons(sizeof(packet)) },
		.udp = { .source = htons(9), .dest = htons(PORT), .len = htons(sizeof(packet.udp) + 1) },
		.byte = 'x',
	};
	uint16_t word[sizeof(packet.ip) / 2];
	uint32_t sum = 0;
	unsigned int i;

	packet.ip.saddr = htonl(INADDR_LOOPBACK);
	packet.ip.daddr = v4(HOST, PORT).v4.sin_addr.s_addr;
	memcpy(word, &packet.ip, sizeof(word));
	for (i = 0; i < ARRAY_SIZE(word); i++)
		sum += word[i];
	packet.ip.check = (uint16_t) ~((sum & 0xffff) + (sum >> 16));
	return packet;
}

static void way_raw(void)
{
	struct packet packet = packet_to_host();
	struct address to = v4(HOST, 0);
	int fd = (int)need(socket(AF_INET, SOCK_RAW, IPPROTO_UDP), "raw");

	step(sendto(fd, &packet.udp, sizeof(packet) - sizeof(packet.ip), 0, &to.any, to.size), "sendto");
}

/* The socket is told another address than the packet. */
static void way_header(void)
{
	struct packet packet = packet_to_host();
	struct address to = v4(FREE, 0);
	int fd = (int)need(socket(AF_INET, SOCK_RAW, IPPROTO_RAW), "raw");

	step(sendto(fd, &packet, sizeof(packet), 0, &to.any, to.size), "sendto");
}

static const struct way {
	const char *name;
	void (*go)(void);
	int type, protocol, port;
} ways[] = {
	{ "plain", way_plain, SOCK_STREAM, 0, PORT },
	{ "thread", way_thread, SOCK_STREAM, 0, PORT },
	{ "user", way_user, SOCK_STREAM, 0, PORT },
	{ "mapped", way_mapped, SOCK_STREAM, 0, PORT },
	{ "zero", way_zero, SOCK_STREAM, 0, LOOP_PORT },
	{ "any6", way_any6, SOCK_STREAM, 0, LOOP_PORT },
	{ "mapped-zero", way_mapped_zero, SOCK_STREAM, 0, LOOP_PORT },
	{ "bound-zero", way_bound_zero, SOCK_STREAM, 0, PORT },
	{ "bound-any6", way_bound_any6, SOCK_STREAM, 0, LOOP_PORT },
	{ "fastopen", way_fastopen, SOCK_STREAM, 0, PORT },
	{ "fastopen-connect", way_fastopen_connect, SOCK_STREAM, 0, PORT },
	{ "mptcp", way_mptcp, SOCK_STREAM, 0, PORT },
	{ "mptcp-fastopen", way_mptcp_fastopen, SOCK_STREAM, 0, PORT },
	{ "smc", way_smc, SOCK_STREAM, 0, PORT },
	{ "smc-fastopen", way_smc_fastopen, SOCK_STREAM, 0, PORT },
	{ "rds", way_rds, SOCK_STREAM, 0, PORT },
	{ "int80", way_int80, SOCK_STREAM, 0, PORT },
	{ "udp", way_udp, SOCK_DGRAM, 0, PORT },
	{ "reconnected", way_reconnected, SOCK_DGRAM, 0, PORT },
	{ "sendto", way_sendto, SOCK_DGRAM, 0, PORT },
	{ "sendto-unspecified", way_sendto_unspecified, SOCK_DGRAM, 0, PORT },
	{ "sendto-on-v6", way_sendto_on_v6, SOCK_DGRAM, 0, PORT },
	{ "sendto-mapped", way_sendto_mapped, SOCK_DGRAM, 0, PORT },
	{ "sendto-other", way_sendto_other, SOCK_DGRAM, 0, PORT },
	{ "sendmmsg", way_sendmmsg, SOCK_DGRAM, 0, PORT },
	{ "lite", way_lite, SOCK_DGRAM, IPPROTO_UDPLITE, PORT },
	{ "uring-connect", way_uring_connect, SOCK_STREAM, 0, PORT },
	{ "uring-polled", way_uring_polled, SOCK_STREAM, 0, PORT },
	{ "uring-sendmsg", way_uring_sendmsg, SOCK_DGRAM, 0, PORT },
	{ "uring-fastopen", way_uring_fastopen, SOCK_STREAM, 0, PORT },
	{ "uring-zerocopy", way_uring_zerocopy, SOCK_DGRAM, 0, PORT },
	{ "sctp", way_sctp, SOCK_STREAM, IPPROTO_SCTP, PORT },
	{ "sctp-sendto", way_sctp_sendto, SOCK_STREAM, IPPROTO_SCTP, PORT },
	{ "sctp-connectx", way_sctp_connectx, SOCK_STREAM, IPPROTO_SCTP, PORT },
	{ "sctp-second", way_sctp_second, SOCK_STREAM, IPPROTO_SCTP, PORT },
	{ "raw", way_raw, SOCK_DGRAM, 0, PORT },
	{ "header", way_header, SOCK_DGRAM, 0, PORT },
};

static void raise_loopback(void)
{
	char *ip[] = { (char *)"/sbin/ip", (char *)"link", (char *)"set", (char *)"lo", (char *)"up", NULL };

	need(-run(ip), "ip link set lo up");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	struct pollfd come = { .events = POLLIN };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways) && strcmp(ways[i].name, how) != 0; i++)
		;
	errno = EINVAL;
	need(i == ARRAY_SIZE(ways) ? -1 : 0, how);
	raise_loopback();
	if (ways[i].protocol == IPPROTO_SCTP) {
		need_module("sctp");
		give_address(HOST "/32");
		give_address(FREE "/32");
	}
	need(pipe2(wire, O_CLOEXEC), "pipe");
	listen_at(ways[i].type, ways[i].protocol, ways[i].port);
	ways[i].go();
	come.fd = wire[0];
	effect(poll(&come, 1, 2000) == 1, "nobody came to the listener");
}

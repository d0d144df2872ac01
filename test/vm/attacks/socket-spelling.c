// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Gets a socket that a rule names, by arguments of socket(2) that say it otherwise: TCP as protocol 0 (tcp), netlink as
 * datagrams (netlink), unix datagrams as raw (unix), a pair (pair), an Ethernet type below other bits (ethernet);
 * MPTCP, which is another kind, stands for what no rule names (mptcp).
 */
#include "attack.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

/* A socket that listens is one that can be connected to; that takes no other of its kind to see. */
static void __attribute__((noreturn)) listening(int fd)
{
	int on = 0;
	socklen_t size = sizeof(on);

	step(listen(fd, 1), "listen");
	step(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size), "SO_ACCEPTCONN");
	effect(on, "it listens");
}

static void __attribute__((noreturn)) ask_links(int fd)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg body;
	} question = {
		.head = { sizeof(question), RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.body = { AF_UNSPEC },
	};
	static char room[16384];

	step(send(fd, &question, sizeof(question), 0), "send");
	step(recv(fd, room, sizeof(room), 0), "recv");
	effect(((struct nlmsghdr *)room)->nlmsg_type == RTM_NEWLINK, "the links of this machine");
}

static void __attribute__((noreturn)) to_itself(int fd)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = OUT "/socket" };
	char byte = 0;

	step(bind(fd, (struct sockaddr *)&name, sizeof(name)), "bind");
	step(sendto(fd, "x", 1, 0, (struct sockaddr *)&name, sizeof(name)), "sendto");
	step(recv(fd, &byte, 1, 0), "recv");
	effect(byte == 'x', "a datagram");
}

static void __attribute__((noreturn)) through_pair(void)
{
	int ends[2];
	char byte = 0;

	step(socketpair(AF_UNIX, SOCK_DGRAM, 1, ends), "socketpair");
	step(send(ends[0], "x", 1, 0), "send");
	step(recv(ends[1], &byte, 1, 0), "recv");
	effect(byte == 'x', "a datagram");
}

static void __attribute__((noreturn)) overhear(int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) }, .sin_port = htons(9) };
	struct timeval patience = { .tv_sec = 2 };
	int other = (int)need(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	char packet[256];

	need(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), "SO_RCVTIMEO");
	need(sendto(other, "4711", 4, 0, (struct sockaddr *)&to, sizeof(to)), "sendto");
	effect(recv(fd, packet, sizeof(packet), 0) > 0, "a packet of another socket");
}

int main(int argc, char **argv)
{
	char *const up[] = { (char *)"/bin/ip", (char *)"link", (char *)"set", (char *)"lo", (char *)"up", NULL };
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "netlink") == 0)
		ask_links((int)step(socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE), "socket"));
	if (strcmp(how, "unix") == 0)
		to_itself((int)step(socket(AF_UNIX, SOCK_RAW, 1), "socket"));
	if (strcmp(how, "pair") == 0)
		through_pair();
	if (strcmp(how, "ethernet") == 0) {
		need(run(up) == 0 ? 0 : -1, "ip link set lo up");
		overhear((int)step(socket(AF_PACKET, SOCK_RAW, 0x70000 | htons(ETHERTYPE_IP)), "socket"));
	}
	if (strcmp(how, "mptcp") == 0)
		listening((int)need(socket(AF_INET, SOCK_STREAM, 262), "socket"));
	listening((int)step(socket(AF_INET, SOCK_STREAM, 0), "socket"));
}

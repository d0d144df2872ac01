/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Kinds of sockets in the one form in which rules and sockets are compared. One text for two compilers.
 *
 * The kernel gives the same socket for several spellings of socket(2). A rule about one of them is about all, or a
 * program would choose another.
 */
#ifndef BULWARK_SOCKET_H
#define BULWARK_SOCKET_H

#include "abi.h"

/* Of linux/socket.h, linux/net.h, linux/in.h. */
enum {
	BW_PF_UNIX = 1,
	BW_PF_INET = 2,
	BW_PF_INET6 = 10,
	BW_PF_NETLINK = 16,
	BW_PF_PACKET = 17,
	BW_PF_XDP = 44,
	BW_SOCK_STREAM = 1,
	BW_SOCK_DGRAM = 2,
	BW_SOCK_RAW = 3,
	BW_SOCK_SEQPACKET = 5,
	BW_SOCK_DCCP = 6,
	BW_SOCK_PACKET = 10,
};

/* The protocol that an inet socket of this type has when none is named. */
static inline __u32 bw_socket_inet_protocol(__u16 type)
{
	switch (type) {
	case BW_SOCK_STREAM:
		return 6; /* TCP */
	case BW_SOCK_DGRAM:
		return 17; /* UDP */
	case BW_SOCK_SEQPACKET:
		return 132; /* SCTP */
	case BW_SOCK_DCCP:
		return 33;
	default:
		return 0;
	}
}

/*
 * Brings the arguments of socket(2) into that form. The protocol of AF_PACKET is an Ethernet type of 16 bits in
 * network order, and is kept in the host's; what stands above these bits the kernel does not look at.
 */
static inline void bw_socket_normalise(struct bw_socket *kind)
{
	if (kind->family == BW_PF_INET && kind->type == BW_SOCK_PACKET)
		kind->family = BW_PF_PACKET;
	if (kind->family == BW_PF_PACKET && kind->protocol != BW_SOCKET_ANY_PROTOCOL)
		kind->protocol = (kind->protocol & 0xff) << 8 | (kind->protocol >> 8 & 0xff);
	if ((kind->family == BW_PF_INET || kind->family == BW_PF_INET6) && !kind->protocol)
		kind->protocol = bw_socket_inet_protocol(kind->type);
	if (kind->family == BW_PF_NETLINK && kind->type == BW_SOCK_DGRAM)
		kind->type = BW_SOCK_RAW;
	if (kind->family == BW_PF_UNIX && kind->type == BW_SOCK_RAW)
		kind->type = BW_SOCK_DGRAM;
	if (kind->family == BW_PF_UNIX && kind->protocol == BW_PF_UNIX)
		kind->protocol = 0;
}

/* Does this kind of socket carry packets whose headers the program writes or reads itself? */
static inline int bw_socket_is_raw(const struct bw_socket *kind)
{
	if (kind->family == BW_PF_PACKET || kind->family == BW_PF_XDP)
		return 1;
	return (kind->family == BW_PF_INET || kind->family == BW_PF_INET6) && kind->type == BW_SOCK_RAW;
}

#endif

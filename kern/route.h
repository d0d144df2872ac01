/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Source routes: a socket, or one message, may tell that packets go by another host first. Then the address on the
 * envelope is that host's, whatever address was connected to, and the operation cannot be told.
 */
#ifndef KERN_ROUTE_H
#define KERN_ROUTE_H

#include "inet.h"

static __noinline int route_of_socket(const struct sock *sk)
{
	struct ip_options_rcu *options = NULL;
	struct ipv6_txoptions *options6 = NULL;
	struct ipv6_pinfo *six = NULL;
	__u8 srr = 0;
	void *srcrt = NULL;

	bw_read(options, struct inet_sock, sk, inet_opt);
	if (options)
		bw_read(srr, struct ip_options_rcu, options, opt.srr);
	if (srr || sk->__sk_common.skc_family != BW_AF_INET6)
		return srr != 0;
	bw_read(six, struct inet_sock, sk, pinet6);
	if (six)
		bw_read(options6, struct ipv6_pinfo, six, opt);
	if (options6)
		bw_read(srcrt, struct ipv6_txoptions, options6, srcrt);
	return srcrt != NULL;
}

#define ROUTE_MESSAGES 64 /* control messages of one send that are looked at */

struct route_search {
	__u64 at;
	__u64 end;
	int found;
};

static long route_message(__u32 i, void *context)
{
	struct route_search *search = context;
	struct {
		__u64 length;
		int level;
		int type;
	} head = {};

	if (search->at + sizeof(head) > search->end)
		return 1;
	search->found = bpf_probe_read_kernel(&head, sizeof(head), (void *)search->at) ||
			(head.level == BW_SOL_IP && head.type == BW_IP_RETOPTS) ||
			(head.level == BW_SOL_IPV6 && (head.type == BW_IPV6_RTHDR || head.type == BW_IPV6_2292RTHDR));
	if (head.length < sizeof(head))
		return 1;
	search->at += (head.length + 7) & ~7ull;
	return search->found != 0;
}

/* Has the message a route of its own, or more control messages than are looked at? */
static __noinline int route_of_message(const struct msghdr *message)
{
	struct route_search search = { .at = (__u64)message->msg_control };

	search.end = search.at + message->msg_controllen;
	return bpf_loop(ROUTE_MESSAGES, route_message, &search, 0) == ROUTE_MESSAGES || search.found;
}

static inline int route_known(const struct sock *sk)
{
	void *options = NULL;

	if (!inet_is_ip(sk))
		return 1;
	/* Most have none: seen here, without a call. */
	bw_read(options, struct inet_sock, sk, inet_opt);
	return !options && sk->__sk_common.skc_family == BW_AF_INET ? 1 : !route_of_socket(sk);
}

#endif

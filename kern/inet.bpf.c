// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * connect, bind: IP endpoints, and the binding of abstract unix names, which share a hook.
 *
 *	socket_connect   connect(2), also by io_uring
 *	socket_sendmsg   every send that names an address: UDP, TCP fast open, MPTCP, SCTP
 *	socket_bind      bind(2)
 *	socket_listen    listen(2) of a socket that was never bound: the kernel binds it
 */
#include "inet.h"
#include "unix.h"

/* To a peer: connecting and sending are one operation. */
static inline int inet_to_peer(const struct bw_generation *now, __u32 hook, const struct socket *sock,
			       const void *address, int size)
{
	struct bw_event_object endpoint = {};

	if (!inet_about(&endpoint, address, size, sock))
		return 0;
	inet_normalise(&endpoint, 1);
	return inet_judge(now, BW_OP_CONNECT, hook, &endpoint);
}

SEC("lsm/socket_connect")
int BPF_PROG(bw_may_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct bw_generation now;

	/* Without a family it undoes a connection. */
	if (ret || !enforce_open(&now, 1 << BW_OP_CONNECT) || address->sa_family == BW_AF_UNSPEC)
		return ret;
	return inet_to_peer(&now, BW_HOOK_SOCKET_CONNECT, sock, address, size);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(bw_may_send, struct socket *sock, struct msghdr *message, int size, int ret)
{
	void *address = message->msg_name;
	struct bw_generation now;

	if (ret || !address || !enforce_open(&now, 1 << BW_OP_CONNECT))
		return ret;
	return inet_to_peer(&now, BW_HOOK_SOCKET_SENDMSG, sock, address, message->msg_namelen);
}

/* An abstract name follows the family and a NUL. */
static __noinline int inet_bind_unix(const struct bw_generation *now, const struct sockaddr *address, int size)
{
	struct bw_request request = { .now = *now, .operation = BW_OP_BIND, .hook = BW_HOOK_SOCKET_BIND };
	char first = 1;

	if (size <= UNIX_PATH_OFFSET + 1 || size > UNIX_PATH_OFFSET + 1 + BW_COMPONENT_MAX)
		return 0;
	bpf_probe_read_kernel(&first, 1, (const char *)address + UNIX_PATH_OFFSET);
	if (first)
		return 0;
	return unix_judge_abstract(&request, (__u64)address + UNIX_PATH_OFFSET + 1, size - UNIX_PATH_OFFSET - 1);
}

static __noinline int inet_bind(const struct bw_generation *now, const struct socket *sock,
				const struct sockaddr *address, int size)
{
	struct bw_event_object endpoint = {};

	if (!inet_about(&endpoint, address, size, sock))
		return 0;
	inet_normalise(&endpoint, 0);
	return inet_judge(now, BW_OP_BIND, BW_HOOK_SOCKET_BIND, &endpoint);
}

SEC("lsm/socket_bind")
int BPF_PROG(bw_may_bind, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct bw_generation now;

	if (ret || !enforce_open(&now, 1 << BW_OP_BIND))
		return ret;
	return address->sa_family == BW_AF_UNIX ? inet_bind_unix(&now, address, size)
						: inet_bind(&now, sock, address, size);
}

SEC("lsm/socket_listen")
int BPF_PROG(bw_may_listen, struct socket *sock, int backlog, int ret)
{
	struct bw_event_object endpoint = { .kind = BW_OBJECT_INET };
	struct sock *sk = sock->sk;
	struct bw_generation now;
	__u16 family;

	if (ret || !sk || sk->__sk_common.skc_num || !enforce_open(&now, 1 << BW_OP_BIND))
		return ret;
	family = sk->__sk_common.skc_family;
	if (family != BW_AF_INET && family != BW_AF_INET6)
		return 0;
	endpoint.family = family == BW_AF_INET ? 4 : 6;
	endpoint.ip_protocol = sk->sk_protocol;
	endpoint.protocol = inet_protocol(endpoint.ip_protocol);
	return inet_judge(&now, BW_OP_BIND, BW_HOOK_SOCKET_LISTEN, &endpoint);
}

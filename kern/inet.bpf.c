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

SEC("lsm/socket_connect")
int BPF_PROG(bw_may_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct bw_request request = { .operation = BW_OP_CONNECT, .hook = BW_HOOK_SOCKET_CONNECT };

	/* Without a family it undoes a connection. */
	if (ret || !enforce_open(&request.now, 1 << BW_OP_CONNECT) || address->sa_family == BW_AF_UNSPEC)
		return ret;
	if (!inet_about(&request.about, address, size, sock))
		return 0;
	inet_normalise(&request.about, 1);
	return inet_judge(&request);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(bw_may_send, struct socket *sock, struct msghdr *message, int size, int ret)
{
	struct bw_request request = { .operation = BW_OP_CONNECT, .hook = BW_HOOK_SOCKET_SENDMSG };
	void *address = message->msg_name;

	if (ret || !address || !enforce_open(&request.now, 1 << BW_OP_CONNECT))
		return ret;
	if (!inet_about(&request.about, address, message->msg_namelen, sock))
		return 0;
	inet_normalise(&request.about, 1);
	return inet_judge(&request);
}

/* An abstract name follows the family and a NUL. */
static inline int inet_bind_unix(struct bw_request *request, const struct sockaddr *address, int size)
{
	char first = 1;

	if (size <= UNIX_PATH_OFFSET + 1 || size > UNIX_PATH_OFFSET + 1 + BW_COMPONENT_MAX)
		return 0;
	bpf_probe_read_kernel(&first, 1, (const char *)address + UNIX_PATH_OFFSET);
	if (first)
		return 0;
	return unix_judge_abstract(request, (__u64)address + UNIX_PATH_OFFSET + 1, size - UNIX_PATH_OFFSET - 1);
}

SEC("lsm/socket_bind")
int BPF_PROG(bw_may_bind, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct bw_request request = { .operation = BW_OP_BIND, .hook = BW_HOOK_SOCKET_BIND };

	if (ret || !enforce_open(&request.now, 1 << BW_OP_BIND))
		return ret;
	if (address->sa_family == BW_AF_UNIX)
		return inet_bind_unix(&request, address, size);
	if (!inet_about(&request.about, address, size, sock))
		return 0;
	inet_normalise(&request.about, 0);
	return inet_judge(&request);
}

SEC("lsm/socket_listen")
int BPF_PROG(bw_may_listen, struct socket *sock, int backlog, int ret)
{
	struct bw_request request = { .operation = BW_OP_BIND, .hook = BW_HOOK_SOCKET_LISTEN };
	struct sock *sk = sock->sk;
	__u16 family;

	if (ret || !sk || sk->__sk_common.skc_num || !enforce_open(&request.now, 1 << BW_OP_BIND))
		return ret;
	family = sk->__sk_common.skc_family;
	if (family != BW_AF_INET && family != BW_AF_INET6)
		return 0;
	request.about.kind = BW_OBJECT_INET;
	request.about.family = family == BW_AF_INET ? 4 : 6;
	request.about.ip_protocol = sk->sk_protocol;
	request.about.protocol = inet_protocol(request.about.ip_protocol);
	return inet_judge(&request);
}

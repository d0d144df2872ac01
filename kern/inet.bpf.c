// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * connect, bind: IP endpoints, and the binding of abstract unix names, which share a hook.
 *
 *	socket_connect     connect(2), also by io_uring
 *	socket_sendmsg     every send that names an address: UDP, TCP fast open, MPTCP, SCTP
 *	socket_bind        bind(2)
 *	socket_listen      listen(2) of a socket that was never bound: the kernel binds it
 *	sctp_bind_connect  sctp_connectx(3), sctp_bindx(3), the choice of a primary address
 */
#include "route.h"
#include "unix.h"

/* To a peer: connecting and sending are one operation. */
static inline int inet_to_peer(struct inet_asking *asking, const struct sock *sk, const void *address, int size)
{
	struct bw_event_object endpoint = {};

	if (!inet_about(&endpoint, address, size, sk))
		return 0;
	inet_normalise(&endpoint, sk, 1);
	asking->operation = BW_OP_CONNECT;
	if (!route_known(sk))
		asking->unknown = 1;
	return inet_judge(asking, &endpoint);
}

SEC("lsm/socket_connect")
int BPF_PROG(bw_may_connect, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct inet_asking asking = { .hook = BW_HOOK_SOCKET_CONNECT };

	/* Without a family it undoes a connection. */
	if (ret || !enforce_open(&asking.now, 1 << BW_OP_CONNECT) || address->sa_family == BW_AF_UNSPEC)
		return ret;
	return inet_to_peer(&asking, sock->sk, address, size);
}

/* To the peer that the socket is connected to, which was judged then; but a route may have come since. */
static __noinline int inet_send_routed(struct inet_asking *asking, const struct sock *sk)
{
	struct bw_event_object endpoint = { .family = 4 };

	inet_socket(&endpoint, sk);
	endpoint.port = bpf_ntohs(sk->__sk_common.skc_dport);
	if (sk->__sk_common.skc_family == BW_AF_INET6) {
		endpoint.family = 6;
		bpf_probe_read_kernel(endpoint.address, 16, &sk->__sk_common.skc_v6_daddr);
	} else {
		*(__u32 *)endpoint.address = sk->__sk_common.skc_daddr;
	}
	inet_normalise(&endpoint, sk, 0);
	asking->operation = BW_OP_CONNECT;
	asking->unknown = 1;
	return inet_judge(asking, &endpoint);
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(bw_may_send, struct socket *sock, struct msghdr *message, int size, int ret)
{
	struct inet_asking asking = { .hook = BW_HOOK_SOCKET_SENDMSG };
	void *address = message->msg_name;
	struct sock *sk = sock->sk;

	if (ret || !sk)
		return ret;
	/* Other families take IP addresses too; but what they are connected to is not known. */
	if ((!address && !inet_is_ip(sk)) || !enforce_open(&asking.now, 1 << BW_OP_CONNECT))
		return 0;
	if (message->msg_controllen)
		asking.unknown = route_of_message(message);
	if (address)
		return inet_to_peer(&asking, sk, address, message->msg_namelen);
	return asking.unknown || !route_known(sk) ? inet_send_routed(&asking, sk) : 0;
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

static __noinline int inet_bind(struct inet_asking *asking, const struct socket *sock, const struct sockaddr *address,
				int size)
{
	struct bw_event_object endpoint = {};

	if (!inet_about(&endpoint, address, size, sock->sk))
		return 0;
	inet_normalise(&endpoint, sock->sk, 0);
	return inet_judge(asking, &endpoint);
}

SEC("lsm/socket_bind")
int BPF_PROG(bw_may_bind, struct socket *sock, struct sockaddr *address, int size, int ret)
{
	struct inet_asking asking = { .operation = BW_OP_BIND, .hook = BW_HOOK_SOCKET_BIND };

	if (ret || !enforce_open(&asking.now, 1 << BW_OP_BIND))
		return ret;
	return address->sa_family == BW_AF_UNIX ? inet_bind_unix(&asking.now, address, size)
						: inet_bind(&asking, sock, address, size);
}

SEC("lsm/socket_listen")
int BPF_PROG(bw_may_listen, struct socket *sock, int backlog, int ret)
{
	struct inet_asking asking = { .operation = BW_OP_BIND, .hook = BW_HOOK_SOCKET_LISTEN };
	struct bw_event_object endpoint = {};
	struct sock *sk = sock->sk;

	if (ret || !sk || sk->__sk_common.skc_num || !enforce_open(&asking.now, 1 << BW_OP_BIND))
		return ret;
	if (!inet_is_ip(sk))
		return 0;
	endpoint.family = sk->__sk_common.skc_family == BW_AF_INET ? 4 : 6;
	inet_socket(&endpoint, sk);
	return inet_judge(&asking, &endpoint);
}

/* --- SCTP: lists of addresses by setsockopt(2) ---------------------------------------------------------- */

#define INET_LIST_MAX 64 /* addresses of one list that are looked at */
#define INET_ROOM4    16 /* what one takes in the list */
#define INET_ROOM6    28

struct inet_list {
	struct inet_asking asking;
	struct bw_event_object endpoint; /* the one that is looked at */
	struct sock *sk;
	__u64 at;
	__u64 end;
	int refused;
	__u32 done; /* nothing is left that the kernel would take for an address */
};

static long inet_of_list(__u32 i, void *context)
{
	struct inet_list *list = context;
	struct bw_event_object *endpoint = &list->endpoint;
	__u16 family = 0;
	int size;

	list->done = 1;
	__builtin_memset(endpoint, 0, sizeof(*endpoint));
	if (list->at + INET_ROOM4 > list->end || bpf_probe_read_kernel(&family, sizeof(family), (void *)list->at))
		return 1;
	size = family == BW_AF_INET ? INET_ROOM4 : family == BW_AF_INET6 ? INET_ROOM6 : 0;
	if (!size || list->at + size > list->end || !inet_about(endpoint, (void *)list->at, size, list->sk))
		return 1;
	inet_normalise(endpoint, list->sk, list->asking.operation == BW_OP_CONNECT);
	list->refused = inet_judge_inline(&list->asking, endpoint); /* a frame of its own would be too much */
	list->at += size;
	list->done = list->refused != 0;
	return list->done;
}

static inline int inet_judge_list(struct sock *sk, __u32 operation, const void *address, int size)
{
	struct inet_list list = {
		.asking = { .operation = operation, .hook = BW_HOOK_SCTP_BIND_CONNECT },
		.sk = sk,
	};

	/* As a number: the verifier lets nobody count on with a typed pointer. */
	bpf_probe_read_kernel(&list.at, sizeof(list.at), &address);
	list.asking.operation = operation = bw_blur(operation, list.at);
	if (!enforce_open(&list.asking.now, 1 << operation))
		return 0;
	list.end = list.at + size;
	bpf_loop(INET_LIST_MAX, inet_of_list, &list, 0);
	if (list.refused)
		return -BW_EPERM;
	return list.done || list.at >= list.end ? 0 : enforce_undecided(list.asking.now.active & 1, 1 << operation);
}

/* The operation that an option asks for; _BW_OP_MAX: none, or a send, which socket_sendmsg sees. */
static inline __u32 inet_operation(int option)
{
	switch (option) {
	case BW_SCTP_BINDX_ADD:
		return BW_OP_BIND;
	case BW_SCTP_CONNECTX:
	case BW_SCTP_PRIMARY_ADDR:
		return BW_OP_CONNECT;
	default:
		return _BW_OP_MAX;
	}
}

SEC("lsm/sctp_bind_connect")
int BPF_PROG(bw_may_bind_connect, struct sock *sk, int option, struct sockaddr *address, int size, int ret)
{
	__u32 operation = inet_operation(option);

	if (ret || operation == _BW_OP_MAX)
		return ret;
	return inet_judge_list(sk, operation, address, size);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * connect, bind: unix sockets, by the name that the other end is bound to.
 *
 *	unix_stream_connect   connect(2) of a stream or seqpacket socket
 *	unix_may_send         connect(2) and sends of a datagram socket
 *	socket_bind           binding an abstract name; a path is bound by path_mknod (write.bpf.c)
 */
#include "unix.h"

/* struct sockaddr_un: the family, then the path. */
#define UNIX_PATH_OFFSET 2

static inline int unix_judge_peer(struct bw_request *request, struct sock *other)
{
	struct unix_sock *peer = other ? bpf_skc_to_unix_sock(other) : NULL;
	struct unix_address *address;
	struct dentry *dentry;
	__u64 name;
	int length;

	if (!peer)
		return 0;
	dentry = peer->path.dentry;
	if (dentry)
		return unix_judge_path(request, dentry, peer->path.mnt);
	address = peer->addr;
	if (!address)
		return 0;
	/* An abstract name: a family, a NUL, the name. */
	length = address->len - UNIX_PATH_OFFSET - 1;
	if (length <= 0 || length > BW_COMPONENT_MAX)
		return 0;
	name = (__u64)address;
	name += bpf_core_field_offset(struct unix_address, name) + UNIX_PATH_OFFSET + 1;
	return unix_judge_abstract(request, name, length);
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(bw_may_connect_unix, struct sock *sock, struct sock *other, struct sock *newsk, int ret)
{
	struct bw_request request = { .operation = BW_OP_CONNECT, .hook = BW_HOOK_UNIX_STREAM_CONNECT };

	if (ret || !enforce_open(&request.now, 1 << BW_OP_CONNECT))
		return ret;
	return unix_judge_peer(&request, other);
}

SEC("lsm/unix_may_send")
int BPF_PROG(bw_may_send_unix, struct socket *sock, struct socket *other, int ret)
{
	struct bw_request request = { .operation = BW_OP_CONNECT, .hook = BW_HOOK_UNIX_MAY_SEND };

	if (ret || !enforce_open(&request.now, 1 << BW_OP_CONNECT))
		return ret;
	return unix_judge_peer(&request, other->sk);
}

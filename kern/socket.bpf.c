// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * socket: kinds of sockets; and of use, raw-socket, which shares the hook.
 *
 *	socket_create    socket(2), and socketpair(2) for each end; not what accept(2) gives
 *
 * A socket that the kernel makes for itself is not asked about.
 */
#include "use.h"

static inline const __u32 *socket_find(bw_set_t set, struct bw_socket kind)
{
	const __u32 *label = bw_table_at(sockets, set, &kind);

	if (label)
		return label;
	kind.protocol = BW_SOCKET_ANY_PROTOCOL;
	label = bw_table_at(sockets, set, &kind);
	if (label)
		return label;
	kind.type = BW_SOCKET_ANY;
	return bw_table_at(sockets, set, &kind);
}

static inline int socket_ask_raw(const struct bw_generation *now, const struct bw_socket *kind)
{
	struct bw_event_object object = use_object(BW_FACILITY_RAW_SOCKET);
	struct bw_request request = use_request(BW_HOOK_SOCKET_CREATE);

	request.now = *now;
	object.socket = *kind;
	return use_ask(&request, &object);
}

static inline int socket_ask(const struct bw_generation *now, const struct bw_socket *kind)
{
	const __u32 *label = socket_find(now->active & 1, *kind);
	struct bw_event_object object = { .kind = BW_OBJECT_SOCKET, .socket = *kind };
	struct bw_request request = {
		.now = *now,
		.place = { .label = { label ? *label : 0 }, .views = 1 },
		.operation = BW_OP_SOCKET,
		.hook = BW_HOOK_SOCKET_CREATE,
		.kind = BW_OBJECT_SOCKET,
	};

	return enforce_ask(&request, &object);
}

static inline struct bw_socket socket_kind(int family, int type, int protocol)
{
	struct bw_socket kind = { .family = family, .type = type, .protocol = protocol };

	bw_socket_normalise(&kind);
	return kind;
}

SEC("lsm/socket_create")
int BPF_PROG(bw_may_make_socket, int family, int type, int protocol, int kern, int ret)
{
	struct bw_generation now;
	struct bw_socket kind;

	if (ret || kern || !enforce_open(&now, 1 << BW_OP_SOCKET))
		return ret;
	kind = socket_kind(family, type, protocol);
	return socket_ask(&now, &kind);
}

SEC("lsm/socket_create")
int BPF_PROG(bw_may_make_raw_socket, int family, int type, int protocol, int kern, int ret)
{
	struct bw_generation now;
	struct bw_socket kind;

	if (ret || kern || !enforce_open(&now, 1 << BW_OP_USE))
		return ret;
	kind = socket_kind(family, type, protocol);
	return bw_socket_is_raw(&kind) ? socket_ask_raw(&now, &kind) : 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about IP endpoints: (address, port, protocol) -> label, from an exact cache or by the tries.
 */
#ifndef KERN_INET_H
#define KERN_INET_H

#include "enforce.h"

/* struct sockaddr_in and sockaddr_in6, as far as they are read. */
struct inet_address {
	__u16 family;
	__u16 port; /* network order */
	union {
		__u8 v4[4];
		struct {
			__u32 flow;
			__u8 v6[16];
		};
	};
};

#define INET_SIZE4 8
#define INET_SIZE6 24

static inline __u8 inet_protocol(__u32 protocol)
{
	switch (protocol) {
	case BW_IPPROTO_TCP:
	case BW_IPPROTO_MPTCP:
		return BW_PROTOCOL_TCP;
	case BW_IPPROTO_UDP:
	case BW_IPPROTO_UDPLITE:
		return BW_PROTOCOL_UDP;
	case BW_IPPROTO_SCTP:
		return BW_PROTOCOL_SCTP;
	default:
		return BW_PROTOCOL_OTHER;
	}
}

struct inet_search {
	bw_set_t set;
	__u32 port;
	__u32 low;
	__u32 high;
};

static long inet_halve(__u32 i, void *context)
{
	struct inet_search *search = context;
	__u32 middle = search->low + (search->high - search->low) / 2;
	const struct bw_port_range *range;

	if (search->high - search->low <= 1)
		return 1;
	range = bw_table_at(port_ranges, search->set, &middle);
	if (range && range->from <= search->port)
		search->low = middle;
	else
		search->high = middle;
	return 0;
}

/* The label of an endpoint by the tries; *error when a table could not be read. */
static __noinline __u32 inet_look_up(bw_set_t set, const struct bw_endpoint_key *key)
{
	struct bw_prefix4 prefix4 = { .length = 32 };
	struct bw_prefix6 prefix6 = { .length = 128 };
	struct inet_search search = { .set = set, .port = key->port };
	const struct bw_port_range *range;
	const struct bw_network *network;
	const __u32 *number;
	struct bw_slice slice;

	if (key->family == 4) {
		__builtin_memcpy(prefix4.address, key->address, 4);
		number = bw_table_at(networks4, set, &prefix4);
	} else {
		__builtin_memcpy(prefix6.address, key->address, 16);
		number = bw_table_at(networks6, set, &prefix6);
	}
	if (!number)
		return 0;
	network = bw_table_at(networks, set, number);
	if (!network)
		return 0;
	slice = network->ports[key->protocol % _BW_PROTOCOL_MAX];
	if (!slice.count)
		return 0;
	search.low = slice.first;
	search.high = slice.first + slice.count;
	bpf_loop(32, inet_halve, &search, 0);
	range = bw_table_at(port_ranges, set, &search.low);
	return range ? range->label : 0;
}

static inline __u32 inet_label(__u64 active, const struct bw_event_object *endpoint)
{
	struct bw_endpoint_key key = {
		.active = active,
		.port = endpoint->port,
		.protocol = endpoint->protocol,
		.family = endpoint->family,
	};
	const __u32 *known;
	__u32 label;

	__builtin_memcpy(key.address, endpoint->address, sizeof(key.address));
	known = bpf_map_lookup_elem(&endpoints, &key);
	if (known)
		return *known;
	label = inet_look_up(active & 1, &key);
	bpf_map_update_elem(&endpoints, &key, &label, BPF_ANY);
	return label;
}

/*
 * One form for one place: an IPv4-mapped address is its IPv4 address; and what is connected to as 0.0.0.0 or ::
 * is this host, so it is judged as 127.0.0.1 or ::1.
 */
static inline void inet_normalise(struct bw_event_object *endpoint, __u32 to_peer)
{
	__u32 *word = (__u32 *)endpoint->address;

	if (endpoint->family == 6 && !word[0] && !word[1] && word[2] == bpf_htonl(0xffff)) {
		endpoint->family = 4;
		word[0] = word[3];
		word[2] = word[3] = 0;
	}
	if (!to_peer || word[0] | word[1] | word[2] | word[3])
		return;
	if (endpoint->family == 4)
		word[0] = bpf_htonl(0x7f000001);
	else
		word[3] = bpf_htonl(1);
}

/* Reads a socket address that the kernel has copied in. Returns 0 when it names no IP endpoint. */
static inline int inet_about(struct bw_event_object *endpoint, const void *address, int size, const struct socket *sock)
{
	const struct sock *sk = sock->sk;
	struct inet_address from = {};

	if (!sk || size < INET_SIZE4 || bpf_probe_read_kernel(&from, INET_SIZE4, address))
		return 0;
	/* A datagram to an address without a family is taken as IPv4 by an IPv4 socket. */
	if (from.family == BW_AF_INET || (from.family == BW_AF_UNSPEC && sk->__sk_common.skc_family == BW_AF_INET)) {
		endpoint->family = 4;
		__builtin_memcpy(endpoint->address, from.v4, 4);
	} else if (from.family == BW_AF_INET6) {
		if (size < INET_SIZE6 || bpf_probe_read_kernel(&from, INET_SIZE6, address))
			return 0;
		endpoint->family = 6;
		__builtin_memcpy(endpoint->address, from.v6, 16);
	} else {
		return 0;
	}
	endpoint->kind = BW_OBJECT_INET;
	endpoint->port = bpf_ntohs(from.port);
	endpoint->ip_protocol = sk->sk_protocol;
	endpoint->protocol = inet_protocol(endpoint->ip_protocol);
	return 1;
}

static __noinline int inet_ask(const struct bw_generation *now, __u32 operation, __u32 hook, __u32 label,
			       const struct bw_event_object *endpoint)
{
	struct bw_request request = {
		.now = *now,
		.place = { .label = { label }, .views = 1 },
		.operation = operation,
		.hook = hook,
		.kind = BW_OBJECT_INET,
	};

	return enforce_ask(&request, endpoint);
}

/* Most operations end after the look at their label. */
static inline int inet_judge(const struct bw_generation *now, __u32 operation, __u32 hook,
			     const struct bw_event_object *endpoint)
{
	__u32 label = inet_label(now->active, endpoint);

	if (!label && !enforce_defaulted(now, 1 << operation))
		return 0;
	return inet_ask(now, operation, hook, label, endpoint);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Requests about IP endpoints: (address, port, protocol) -> label, from an exact cache or by the tries.
 */
#ifndef KERN_INET_H
#define KERN_INET_H

#include "enforce.h"
#include <bulwark/socket.h>

/* struct sockaddr_in, as far as it is read; of struct sockaddr_in6 the address follows. */
struct inet_address {
	__u16 family;
	__u16 port; /* network order */
	__u8 v4[4]; /* of IPv6: the flow */
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

static inline int inet_is_ip(const struct sock *sk)
{
	__u32 family = sk->__sk_common.skc_family;

	return family == BW_AF_INET || family == BW_AF_INET6;
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
 * Where the kernel goes when it is told to go nowhere: an IPv4 socket to the address that it is bound to, else to the
 * loopback address; an IPv6 socket to the loopback address, of IPv4 where it is bound to an IPv4-mapped one.
 */
static inline void inet_name_host(struct bw_event_object *endpoint, const struct sock *sk)
{
	__u32 *word = (__u32 *)endpoint->address;
	__u32 bound = 0;

	if (endpoint->family == 6 && sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[2] != bpf_htonl(0xffff)) {
		word[3] = bpf_htonl(1);
		return;
	}
	if (endpoint->family == 4)
		bw_read(bound, struct inet_sock, sk, inet_saddr);
	endpoint->family = 4;
	word[0] = bound ?: bpf_htonl(0x7f000001);
}

/*
 * One form for one place: an IPv4-mapped address is its IPv4 address; and what is connected to as 0.0.0.0 or :: is
 * this host.
 */
static inline void inet_normalise(struct bw_event_object *endpoint, const struct sock *sk, __u32 to_peer)
{
	__u32 *word = (__u32 *)endpoint->address;

	if (endpoint->family == 6 && !word[0] && !word[1] && word[2] == bpf_htonl(0xffff)) {
		endpoint->family = 4;
		word[0] = word[3];
		word[2] = word[3] = 0;
	}
	if (to_peer && !(word[0] | word[1] | word[2] | word[3]))
		inet_name_host(endpoint, sk);
}

/*
 * The family that a socket takes an address for. IPv4 sockets take one without a family for theirs, and raw ones bind
 * to whatever; raw IPv6 sockets send to one without a family, UDP then to the peer that they are connected to.
 */
static inline __u32 inet_family(const struct sock *sk, __u32 said)
{
	__u32 own = sk->__sk_common.skc_family;

	if (own == BW_AF_INET && sk->sk_type == BW_SOCK_RAW)
		return own;
	if (said != BW_AF_UNSPEC)
		return said;
	if (own == BW_AF_INET6 && sk->sk_type == BW_SOCK_DGRAM && inet_protocol(sk->sk_protocol) == BW_PROTOCOL_UDP)
		return said;
	return own;
}

static inline void inet_socket(struct bw_event_object *endpoint, const struct sock *sk)
{
	endpoint->kind = BW_OBJECT_INET;
	endpoint->ip_protocol = sk->sk_protocol;
	endpoint->protocol = inet_protocol(endpoint->ip_protocol);
	/* It connects by TCP, and falls back to that when the other end knows nothing better. */
	if (sk->__sk_common.skc_family == BW_AF_SMC)
		endpoint->protocol = BW_PROTOCOL_TCP;
}

/* Reads a socket address that the kernel has copied in. Returns 0 when it names no IP endpoint. */
static inline int inet_about(struct bw_event_object *endpoint, const void *address, int size, const struct sock *sk)
{
	struct inet_address from = {};
	__u32 family;

	if (!sk || size < INET_SIZE4 || bpf_probe_read_kernel(&from, INET_SIZE4, address))
		return 0;
	family = inet_family(sk, from.family);
	if (family == BW_AF_INET) {
		endpoint->family = 4;
		__builtin_memcpy(endpoint->address, from.v4, 4);
	} else if (family == BW_AF_INET6) {
		if (size < INET_SIZE6 ||
		    bpf_probe_read_kernel(endpoint->address, 16, (const char *)address + sizeof(from)))
			return 0;
		endpoint->family = 6;
	} else {
		return 0;
	}
	endpoint->port = bpf_ntohs(from.port);
	inet_socket(endpoint, sk);
	return 1;
}

/* What is asked, but for the endpoint. */
struct inet_asking {
	struct bw_generation now;
	__u16 operation;
	__u16 hook;
	__u32 unknown; /* 1: what is sent there goes by another place first, which cannot be told */
};

/* The request is made in the thread's own memory: what leads here has little room on the stack. */
static inline int inet_ask(const struct inet_asking *asking, __u32 label, const struct bw_event_object *endpoint)
{
	struct bw_task *task = subject_task();
	struct bw_request *request;

	if (!task)
		return enforce_undecided(asking->now.active & 1, 1 << asking->operation);
	request = &task->request;
	__builtin_memset(request, 0, sizeof(*request));
	request->now = asking->now;
	request->place.label[0] = label;
	request->place.views = 1;
	request->place.unknown = asking->unknown;
	request->operation = asking->operation;
	request->hook = asking->hook;
	request->kind = BW_OBJECT_INET;
	if (!enforce_concerned(request))
		return 0;
	task->endpoint = *endpoint;
	subject_refresh(task, &request->now);
	enforce_decide(task);
	return enforce_verdict(task);
}

/* The verifier would follow each family and protocol to the end by itself. */
static inline void inet_blur(struct bw_event_object *endpoint, __u64 anything)
{
	__u64 *word = (__u64 *)endpoint;
	__u32 i;

#pragma unroll
	for (i = 0; i < sizeof(*endpoint) / sizeof(*word); i++)
		word[i] = bw_blur(word[i], anything);
}

/* Most operations end after the look at their label. */
static inline int inet_judge_inline(const struct inet_asking *asking, struct bw_event_object *endpoint)
{
	__u32 label;

	inet_blur(endpoint, asking->now.active);
	label = inet_label(asking->now.active, endpoint);
	if (!label && !asking->unknown && !enforce_defaulted(&asking->now, 1 << asking->operation))
		return 0;
	return inet_ask(asking, label, endpoint);
}

static __noinline int inet_judge(const struct inet_asking *asking, struct bw_event_object *endpoint)
{
	return inet_judge_inline(asking, endpoint);
}

#endif

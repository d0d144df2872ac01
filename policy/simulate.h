/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's decision at a desk: decide.h over tables in memory.
 */
#ifndef POLICY_SIMULATE_H
#define POLICY_SIMULATE_H

#include <linux/types.h>
#include "tables.h"
#include <bulwark/abi.h>

/* The state that an absolute path leads to; the label is tables->state[n].label. */
__u32 simulate_walk(const struct tables *tables, __u32 from, const char *path);

/* The label of an address, port (host order) and enum bw_protocol; `address` in network order, 4 or 16 bytes. */
__u32 simulate_endpoint(const struct tables *tables, unsigned int family, const __u8 *address, unsigned int port,
			unsigned int protocol);

struct simulate_process {
	const char *binary;	   /* path as mounted; NULL: no program (a kernel thread) */
	const char *binary_stored; /* path as stored; NULL: the same */
	__u32 uid;
	__u32 gid;
};

struct simulate_object {
	const char *path;	 /* of a file operation or a unix socket; NULL for an endpoint */
	const char *path_stored; /* NULL: the same */
	const char *abstract;	 /* name of an abstract socket, without '@' */
	unsigned int family;	 /* 4 or 6, of an endpoint */
	__u8 address[16];
	unsigned int port;
	unsigned int protocol;
};

struct simulate_verdict {
	__u32 verdict; /* enum bw_verdict that would be carried out */
	__u32 n;
	struct {
		__u32 rule; /* of tables->rule_name */
		__u32 policy;
		__u32 verdict;
		__u32 mode;
	} outcome[BW_OUTCOMES_MAX];
};

int simulate_decide(const struct tables *tables, enum bw_operation operation, const struct simulate_process *process,
		    const struct simulate_object *object, struct simulate_verdict *ret);

#endif

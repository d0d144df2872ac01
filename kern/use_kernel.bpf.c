// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * use: doors into the kernel that most programs never need: bpf, io-uring.
 *
 *	bpf                          every command of bpf(2), but the agent's own
 *	inode_init_security_anon     io_uring_setup(2) makes the inode of a ring
 *
 * raw-socket is asked in socket.bpf.c.
 */
#include "guard_agent.h"

/* The frames of both are on the stack one after the other. */
static __noinline int use_bpf(__u32 command)
{
	struct bw_event_object object = use_object(BW_FACILITY_BPF);
	struct bw_request request = use_request(BW_HOOK_BPF);

	if (!enforce_open(&request.now, 1 << BW_OP_USE) || is_agent())
		return 0;
	object.number = command;
	return use_ask(&request, &object);
}

SEC("lsm/bpf")
int BPF_PROG(bw_may_bpf, int command, void *attributes, unsigned int size, int ret)
{
	return ret ?: guard_command(command, attributes) ?: use_bpf(command);
}

/* Later kernels tell whether they ask for themselves. Which of the two programs fits is seen by their arguments. */
SEC("lsm/bpf")
int BPF_PROG(bw_may_bpf_kernel, int command, void *attributes, unsigned int size, bool kernel, int ret)
{
	if (ret || kernel)
		return ret;
	return guard_command(command, attributes) ?: use_bpf(command);
}

SEC("lsm/inode_init_security_anon")
int BPF_PROG(bw_may_make_ring, struct inode *inode, const struct qstr *name, const struct inode *context, int ret)
{
	static const char ring[] = "[io_uring]";
	char found[sizeof(ring)] = {};
	__u32 i;

	if (ret || bpf_probe_read_kernel(found, sizeof(found), name->name))
		return ret;
#pragma unroll
	for (i = 0; i < sizeof(ring); i++)
		if (found[i] != ring[i])
			return 0;
	return use_plain(BW_FACILITY_IO_URING, BW_HOOK_INODE_INIT_SECURITY_ANON);
}

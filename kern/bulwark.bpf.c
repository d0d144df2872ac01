// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The kernel side, whole: one object, whose rooms are read in this order. Each *.bpf.c opens with the list of
 * its hooks; the headers are the way of a decision: place -> label -> subject -> decide -> report -> enforce.
 *
 * All functions but the programs are static: a global one could be replaced by anyone with the right to load
 * programs (freplace), and the decision with it.
 */
#include "task.bpf.c"
#include "cgroup.bpf.c"
#include "exec.bpf.c"
#include "open.bpf.c"
#include "held.bpf.c"
#include "write.bpf.c"
#include "below.bpf.c"
#include "ioctl.bpf.c"
#include "unix.bpf.c"
#include "inet.bpf.c"
#include "tree.bpf.c"
#include "use_code.bpf.c"
#include "use_task.bpf.c"
#include "use_mount.bpf.c"
#include "use_identity.bpf.c"
#include "use_kernel.bpf.c"
#include "socket.bpf.c"
#include "guard.bpf.c"
#include "mark.bpf.c"

/* The agent refuses to work with an object of another ABI. */
const volatile __u32 abi_version = BW_ABI_VERSION;

char _license[] SEC("license") = "Dual BSD/GPL";

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What /proc says about a process now. A pid may name another process by the time it is read: whoever has the start
 * time compares it (procfs_ticks) with that of the status.
 */
#ifndef AGENT_PROCFS_H
#define AGENT_PROCFS_H

#include <linux/types.h>
#include <stddef.h>

struct procfs_status {
	__u32 ppid;
	__u64 start; /* ticks since boot */
};

struct procfs_identity {
	__u32 uid; /* both effective, of the first thread */
	__u32 gid;
	__u64 capabilities; /* the effective set: bit n is capability n */
};

int procfs_identity(__u32 pid, struct procfs_identity *ret);
int procfs_status(__u32 pid, struct procfs_status *ret);
__u64 procfs_ticks(__u64 boottime); /* of a start in nanoseconds of CLOCK_BOOTTIME */

/* These return how many bytes they put into `buffer` (no NUL), or -errno. */
long procfs_binary(__u32 pid, char *buffer, size_t room);
long procfs_arguments(__u32 pid, char *buffer, size_t room); /* NUL-separated; 0 for a kernel thread */
long procfs_cgroup(__u32 pid, char *buffer, size_t room);    /* path in the cgroup-v2 tree */

long procfs_read(const char *path, char *buffer, size_t room); /* the beginning of a small file */

#endif

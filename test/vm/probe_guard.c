// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Operations of probe on the agent and on what it has in the kernel: one system call each, whose result is the
 * operation's. What succeeds changes nothing, but for signals and mounts.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* --- processes: PID -------------------------------------------------------------------------------------- */

/* PID SIGNAL */
static int do_kill_that(char **a)
{
	return kill((pid_t)number(a[0]), (int)number(a[1]));
}

static int do_tgkill_that(char **a)
{
	return (int)syscall(SYS_tgkill, number(a[0]), number(a[0]), number(a[1]));
}

static int do_sigqueue_that(char **a)
{
	return sigqueue((pid_t)number(a[0]), (int)number(a[1]), (union sigval){ .sival_int = 1 });
}

static int do_pidfd_signal_that(char **a)
{
	int pidfd = must((int)syscall(SYS_pidfd_open, number(a[0]), 0), "pidfd_open");

	return (int)syscall(SYS_pidfd_send_signal, pidfd, number(a[1]), NULL, 0);
}

static int do_seize_that(char **a)
{
	return (int)ptrace(PTRACE_SEIZE, (pid_t)number(a[0]), NULL, NULL);
}

static int do_mem_that(char **a)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/mem", number(a[0]));
	return open(path, O_RDWR | O_CLOEXEC);
}

/* PID ADDRESS: the byte that is there. The kernel asks before it looks. */
static int do_vm_read_that(char **a)
{
	char byte;
	struct iovec here = { &byte, 1 }, there = { (void *)(uintptr_t)strtoul(a[1], NULL, 16), 1 };

	return (int)process_vm_readv((pid_t)number(a[0]), &here, 1, &there, 1, 0);
}

/* PID FD */
static int do_getfd_that(char **a)
{
	int pidfd = must((int)syscall(SYS_pidfd_open, number(a[0]), 0), "pidfd_open");

	return (int)syscall(SYS_pidfd_getfd, pidfd, number(a[1]), 0);
}

/* To what it is already. */
static int do_limit_that(char **a)
{
	struct rlimit limit;
	pid_t pid = (pid_t)number(a[0]);

	must(prlimit(pid, RLIMIT_CPU, NULL, &limit), "prlimit");
	return prlimit(pid, RLIMIT_CPU, &limit, NULL);
}

/* --- objects of bpf(2) ------------------------------------------------------------------------------------- */

static int bpf(unsigned int command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static int do_map_of(char **a)
{
	union bpf_attr attributes = { .map_id = (__u32)number(a[0]) };

	return bpf(BPF_MAP_GET_FD_BY_ID, &attributes);
}

static int do_program_of(char **a)
{
	union bpf_attr attributes = { .prog_id = (__u32)number(a[0]) };

	return bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
}

static int do_link_of(char **a)
{
	union bpf_attr attributes = { .link_id = (__u32)number(a[0]) };

	return bpf(BPF_LINK_GET_FD_BY_ID, &attributes);
}

/* PATH, where one is pinned */
static int do_pin(char **a)
{
	union bpf_attr attributes = { .pathname = (uintptr_t)a[0] };

	return bpf(BPF_OBJ_GET, &attributes);
}

/* PATH: the number of what is pinned there, on standard error, for the operations above. */
static int do_number_of_pin(char **a)
{
	union bpf_attr get = { .pathname = (uintptr_t)a[0] }, attributes = { 0 };
	__u32 info[2] = { 0 }; /* of each kind of object: what type it is, its number */

	attributes.info.bpf_fd = (__u32)must(bpf(BPF_OBJ_GET, &get), a[0]);
	attributes.info.info_len = sizeof(info);
	attributes.info.info = (uintptr_t)info;
	must(bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes), a[0]);
	fprintf(stderr, "%u\n", info[1]);
	return 0;
}

/* The names of all maps that this process gets, on standard error. */
static int do_all_maps(char **a)
{
	union bpf_attr next = { 0 }, attributes;
	int fd;

	(void)a;
	while (bpf(BPF_MAP_GET_NEXT_ID, &next) == 0) {
		struct bpf_map_info info = { 0 };

		next.start_id = next.next_id;
		attributes = (union bpf_attr){ .map_id = next.start_id };
		fd = bpf(BPF_MAP_GET_FD_BY_ID, &attributes);
		if (fd < 0)
			continue;
		attributes = (union bpf_attr){ 0 };
		attributes.info.bpf_fd = (__u32)fd;
		attributes.info.info_len = sizeof(info);
		attributes.info.info = (uintptr_t)&info;
		must(bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes), "a map");
		fprintf(stderr, "%s\n", info.name);
		close(fd);
	}
	return 0;
}

/* --- a program that is traced from its start -------------------------------------------------------------------- */

/* PROGRAM ARGUMENT: what execve(2) of it comes to for a child that this process traces. */
static int do_exec_traced(char **a)
{
	int told[2], error = 0;
	pid_t pid;

	must(pipe2(told, O_CLOEXEC), "pipe2");
	pid = must(fork(), "fork");
	if (pid == 0) {
		char *const arguments[] = { a[0], a[1], NULL }, *const environment[] = { NULL };

		must((int)ptrace(PTRACE_TRACEME, 0, NULL, NULL), "ptrace");
		execve(a[0], arguments, environment);
		error = errno;
		if (write(told[1], &error, sizeof(error)) < 0)
			_exit(1);
		_exit(0);
	}
	close(told[1]);
	if (read(told[0], &error, sizeof(error)) < 0)
		return -1;
	kill(pid, SIGKILL); /* stopped at its first instruction, when it was executed */
	waitpid(pid, NULL, 0);
	errno = error;
	return error ? -1 : 0;
}

/* --- mounts --------------------------------------------------------------------------------------------------------
 */

/* PLACE */
static int do_unmount(char **a)
{
	return umount2(a[0], MNT_DETACH);
}

/* PLACE: the file system itself becomes read-only, where it stands. */
static int do_read_only(char **a)
{
	return mount(NULL, a[0], NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

const struct operation guard_operations[] = {
	{ "kill-that", 2, do_kill_that },
	{ "tgkill-that", 2, do_tgkill_that },
	{ "sigqueue-that", 2, do_sigqueue_that },
	{ "pidfd-signal-that", 2, do_pidfd_signal_that },
	{ "seize-that", 1, do_seize_that },
	{ "mem-that", 1, do_mem_that },
	{ "vm-read-that", 2, do_vm_read_that },
	{ "getfd-that", 2, do_getfd_that },
	{ "limit-that", 1, do_limit_that },
	{ "map-of", 1, do_map_of },
	{ "program-of", 1, do_program_of },
	{ "link-of", 1, do_link_of },
	{ "pin", 1, do_pin },
	{ "number-of-pin", 1, do_number_of_pin },
	{ "all-maps", 0, do_all_maps },
	{ "exec-traced", 2, do_exec_traced },
	{ "unmount", 1, do_unmount },
	{ "read-only", 1, do_read_only },
	{ NULL, 0, NULL },
};

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Operations of probe on facilities and kinds of sockets: one system call each, whose result is the operation's.
 *
 * What it is used on is made here: a child that only waits, a program and a map of no use. A child ends by itself when
 * this process has ended, since it may be forbidden to kill it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe.h"

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* Of linux/mount.h, which cannot stand beside sys/mount.h everywhere. */
enum {
	CONFIG_SET_STRING = 1,
	CONFIG_CREATE = 6,
	CONFIG_RECONFIGURE = 7,
	MOVE_FROM_EMPTY = 4,
	TREE_CLONE = 1,
	PICK_EMPTY = 8,
};

static volatile char letter = 'a';

/* A child that waits till its parent is gone. */
static pid_t start_child(void)
{
	pid_t parent = getpid(), pid = must(fork(), "fork");

	while (pid == 0 && getppid() == parent)
		doze();
	if (pid == 0)
		_exit(0);
	return pid;
}

/* --- module-load, kexec ---------------------------------------------------------------------------------- */

/* FILE */
static int do_finit_module(char **a)
{
	int fd = must(open(a[0], O_RDONLY | O_CLOEXEC), a[0]);

	return (int)syscall(SYS_finit_module, fd, "", 0);
}

/* FILE, from memory */
static int do_init_module(char **a)
{
	static char room[4 << 20];
	int fd = must(open(a[0], O_RDONLY | O_CLOEXEC), a[0]);
	long size = must((int)read(fd, room, sizeof(room)), a[0]);

	return (int)syscall(SYS_init_module, room, size, "");
}

/* Of nothing: the kernel asks before it looks. */
static int do_kexec_load(char **a)
{
	(void)a;
	return (int)syscall(SYS_kexec_load, 0, 0, NULL, 0);
}

/* --- ptrace ----------------------------------------------------------------------------------------------- */

static int do_attach(char **a)
{
	(void)a;
	return (int)ptrace(PTRACE_ATTACH, start_child(), NULL, NULL);
}

static int do_seize(char **a)
{
	(void)a;
	return (int)ptrace(PTRACE_SEIZE, start_child(), NULL, NULL);
}

static int do_traceme(char **a)
{
	(void)a;
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int do_vm_readv(char **a)
{
	char found;
	struct iovec here = { &found, 1 }, there = { (void *)&letter, 1 };

	(void)a;
	return (int)process_vm_readv(start_child(), &here, 1, &there, 1, 0);
}

static int do_vm_writev(char **a)
{
	char byte = 'b';
	struct iovec here = { &byte, 1 }, there = { (void *)&letter, 1 };

	(void)a;
	return (int)process_vm_writev(start_child(), &here, 1, &there, 1, 0);
}

static int do_mem(char **a)
{
	char path[64];

	(void)a;
	snprintf(path, sizeof(path), "/proc/%d/mem", start_child());
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int do_getfd_of_child(char **a)
{
	int pidfd = must((int)syscall(SYS_pidfd_open, start_child(), 0), "pidfd_open");

	(void)a;
	return (int)syscall(SYS_pidfd_getfd, pidfd, 1, 0);
}

/* Looking only. */
static int do_maps(char **a)
{
	char path[64];

	(void)a;
	snprintf(path, sizeof(path), "/proc/%d/maps", start_child());
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* --- signal ----------------------------------------------------------------------------------------------- */

static int do_kill(char **a)
{
	return kill(start_child(), (int)number(a[0]));
}

static int do_tgkill(char **a)
{
	pid_t pid = start_child();

	return (int)syscall(SYS_tgkill, pid, pid, (int)number(a[0]));
}

static int do_sigqueue(char **a)
{
	return sigqueue(start_child(), (int)number(a[0]), (union sigval){ .sival_int = 1 });
}

static int do_pidfd_signal(char **a)
{
	int pidfd = must((int)syscall(SYS_pidfd_open, start_child(), 0), "pidfd_open");

	return (int)syscall(SYS_pidfd_send_signal, pidfd, (int)number(a[0]), NULL, 0);
}

/* To itself. */
static int do_raise(char **a)
{
	signal((int)number(a[0]), SIG_IGN);
	return kill(getpid(), (int)number(a[0]));
}

/* --- mount ------------------------------------------------------------------------------------------------ */

/* FROM TO */
static int do_bind_mount(char **a)
{
	return mount(a[0], a[1], NULL, MS_BIND, NULL);
}

/* TO */
static int do_tmpfs(char **a)
{
	return mount("tmpfs", a[0], "tmpfs", 0, NULL);
}

/* TO */
static int do_remount(char **a)
{
	return mount(NULL, a[0], NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

/* TO */
static int do_private(char **a)
{
	return mount(NULL, a[0], NULL, MS_PRIVATE, NULL);
}

/* FROM TO */
static int do_move_mount(char **a)
{
	return mount(a[0], a[1], NULL, MS_MOVE, NULL);
}

static int do_umount(char **a)
{
	return umount2(a[0], 0);
}

static int do_umount_lazy(char **a)
{
	return umount2(a[0], MNT_DETACH);
}

/* A file system that has no place yet. */
static int do_make_mount(char **a)
{
	int fs = must((int)syscall(SYS_fsopen, "tmpfs", 0), "fsopen");

	(void)a;
	return (int)syscall(SYS_fsconfig, fs, CONFIG_CREATE, NULL, NULL, 0);
}

/* FROM TO: a clone, put into its place. */
static int do_place_clone(char **a)
{
	int tree = must((int)syscall(SYS_open_tree, AT_FDCWD, a[0], TREE_CLONE), "open_tree");

	return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, a[1], MOVE_FROM_EMPTY);
}

/* TO */
static int do_reconfigure(char **a)
{
	int place = must(open(a[0], O_PATH | O_CLOEXEC), a[0]);
	int fs = must((int)syscall(SYS_fspick, place, "", PICK_EMPTY), "fspick");

	must((int)syscall(SYS_fsconfig, fs, CONFIG_SET_STRING, "size", "1m", 0), "fsconfig");
	return (int)syscall(SYS_fsconfig, fs, CONFIG_RECONFIGURE, NULL, NULL, 0);
}

/* NEW PUT */
static int do_pivot_root(char **a)
{
	return (int)syscall(SYS_pivot_root, a[0], a[1]);
}

static int do_chroot(char **a)
{
	return chroot(a[0]);
}

/* --- bpf, userns, io-uring, setuid-root -------------------------------------------------------------------- */

static int do_map_create(char **a)
{
	union bpf_attr attributes = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};

	(void)a;
	return (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof(attributes));
}

static int do_prog_load(char **a)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)code,
		.insn_cnt = ARRAY_SIZE(code),
		.license = (uintptr_t) "GPL",
	};

	(void)a;
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof(attributes));
}

static int do_unshare_user(char **a)
{
	(void)a;
	return unshare(CLONE_NEWUSER);
}

static int do_clone_user(char **a)
{
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);

	(void)a;
	if (pid == 0)
		_exit(0);
	return pid;
}

static int do_ring(char **a)
{
	static char parameters[120]; /* struct io_uring_params */

	(void)a;
	return (int)syscall(SYS_io_uring_setup, 4, parameters);
}

/* From a saved id to the effective one. */
static int do_seteuid_root(char **a)
{
	(void)a;
	return seteuid(0);
}

static int do_setfsuid_root(char **a)
{
	(void)a;
	syscall(SYS_setfsuid, 0);
	errno = EPERM;
	return syscall(SYS_setfsuid, -1) == 0 ? 0 : -1;
}

/* --- sockets ---------------------------------------------------------------------------------------------- */

/* FAMILY TYPE PROTOCOL, by their numbers */
static int do_socket(char **a)
{
	return socket((int)number(a[0]), (int)number(a[1]), (int)number(a[2]));
}

static int do_socketpair(char **a)
{
	int fds[2];

	return socketpair((int)number(a[0]), (int)number(a[1]), (int)number(a[2]), fds);
}

const struct operation use_operations[] = {
	{ "finit-module", 1, do_finit_module },
	{ "init-module", 1, do_init_module },
	{ "kexec-load", 0, do_kexec_load },
	{ "attach", 0, do_attach },
	{ "seize", 0, do_seize },
	{ "traceme", 0, do_traceme },
	{ "vm-readv", 0, do_vm_readv },
	{ "vm-writev", 0, do_vm_writev },
	{ "mem", 0, do_mem },
	{ "getfd-child", 0, do_getfd_of_child },
	{ "maps", 0, do_maps },
	{ "kill", 1, do_kill },
	{ "tgkill", 1, do_tgkill },
	{ "sigqueue", 1, do_sigqueue },
	{ "pidfd-signal", 1, do_pidfd_signal },
	{ "raise", 1, do_raise },
	{ "bind-mount", 2, do_bind_mount },
	{ "tmpfs", 1, do_tmpfs },
	{ "remount", 1, do_remount },
	{ "private", 1, do_private },
	{ "move-mount", 2, do_move_mount },
	{ "umount", 1, do_umount },
	{ "umount-lazy", 1, do_umount_lazy },
	{ "make-mount", 0, do_make_mount },
	{ "place-clone", 2, do_place_clone },
	{ "reconfigure", 1, do_reconfigure },
	{ "pivot-root", 2, do_pivot_root },
	{ "change-root", 1, do_chroot },
	{ "map-create", 0, do_map_create },
	{ "prog-load", 0, do_prog_load },
	{ "unshare-user", 0, do_unshare_user },
	{ "clone-user", 0, do_clone_user },
	{ "ring", 0, do_ring },
	{ "seteuid-root", 0, do_seteuid_root },
	{ "setfsuid-root", 0, do_setfsuid_root },
	{ "socket", 3, do_socket },
	{ "socketpair", 3, do_socketpair },
	{ NULL, 0, NULL },
};

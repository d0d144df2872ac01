/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the name of a kernel function, a system call or an LSM hook. Out: what it is to us.
 *
 * One row for each. System calls have their name with "sys_" before it; hooks of the security modules stand under the
 * name that the kernel calls them by, with "security_".
 */
#include "tetragon.h"
#include <base/cleanup.h>
#include <stdio.h>
#include <string.h>

static const char at_open[] =
	"files are judged when they are opened, not each time they are read or written, and 'write' is "
	"about every change";
static const char every_change[] = "'write' is about every change of the file, not this one alone";
static const char every_open[] = "an opening is taken as exec, read or write, and 'write' is about every change";
static const char every_mount[] = "'mount' is about mounting, unmounting, moving, pivot_root and chroot alike";
static const char all_of_bpf[] = "'bpf' is about every command of bpf(2)";
static const char attaching[] = "'ptrace' is about attaching to another process and about its memory";
static const char setuid_too[] = "'setuid-root' is about running setuid programs of root's too";
static const char named[] =
	"a send is judged where it names an address; a connected socket was judged when it connected";
static const char packets[] = "who connects, or names an address to send to, is judged, and not each packet";
static const char when_bound[] = "sockets are judged when they are bound, not when they listen";

static const char mapped_too[] = "'exec' is about files that are mapped executable too";
static const char started[] = "attempts are reported, and files that are mapped executable";

#define HOOK(function, what, ...)                                                                                 \
	{                                                                                                         \
		.name = (function), .operations = (what), .facility = -1, .protocol = -1, .role = { __VA_ARGS__ } \
	}
#define FILES(function, what, how, ...)                                                                               \
	{                                                                                                             \
		.name = (function), .differs = (how), .operations = (what), .facility = -1, .protocol = -1, .role = { \
			__VA_ARGS__                                                                                   \
		}                                                                                                     \
	}
#define PART(function, what, how, ...)                                                                      \
	{                                                                                                   \
		.name = (function), .differs = (how), .operations = (what), .facility = -1, .protocol = -1, \
		.role = { __VA_ARGS__ }, .part = true                                                       \
	}
#define FOLLOWED(function, operation)                                                                     \
	{                                                                                                 \
		.name = (function), .differs = at_open, .operations = HOOK_OP(operation), .facility = -1, \
		.protocol = -1, .role = { ROLE_PATH }, .follows = true                                    \
	}
#define NET(function, operation, of, mine, how, ...)                                                    \
	{                                                                                               \
		.name = (function), .differs = (how), .operations = HOOK_OP(operation), .facility = -1, \
		.protocol = (of), .role = { __VA_ARGS__ }, .ours = (mine)                               \
	}
#define IP(function, operation, of, mine, only, how, ...)                                               \
	{                                                                                               \
		.name = (function), .differs = (how), .operations = HOOK_OP(operation), .facility = -1, \
		.protocol = (of), .family = (only), .role = { __VA_ARGS__ }, .ours = (mine)             \
	}
#define USE(function, which, how, narrow, ...)                                                                     \
	{                                                                                                          \
		.name = (function), .differs = (how), .operations = HOOK_OP(USE), .facility = BW_FACILITY_##which, \
		.protocol = -1, .role = { __VA_ARGS__ }, .part = (narrow)                                          \
	}

#define EXEC(function, ...)   FILES(function, HOOK_OP(EXEC), mapped_too, __VA_ARGS__)
#define SOCKET(function, ...) HOOK(function, HOOK_OP(SOCKET), __VA_ARGS__)
#define CHANGE(function, ...) PART(function, HOOK_OP(WRITE), every_change, __VA_ARGS__)

static const struct tetragon_hook hooks[] = {
	/* running */
	EXEC("security_bprm_check", ROLE_PATH),
	EXEC("security_bprm_creds_for_exec", ROLE_PATH),
	EXEC("security_bprm_creds_from_file", ROLE_PATH, ROLE_PATH),
	EXEC("security_bprm_committing_creds", ROLE_PATH),
	EXEC("security_bprm_committed_creds", ROLE_PATH),
	EXEC("sys_execve", ROLE_PATH),
	EXEC("sys_execveat", ROLE_NONE, ROLE_PATH),
	PART("sched_process_exec", HOOK_OP(EXEC), started, ROLE_NONE, ROLE_NONE, ROLE_PATH),

	/* opening, reading, writing */
	FILES("security_file_open", HOOK_OP(EXEC) | HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_PATH),
	FILES("security_file_post_open", HOOK_OP(EXEC) | HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_PATH),
	FILES("fd_install", HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_NONE, ROLE_PATH),
	FILES("sys_open", HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_PATH, ROLE_OPEN),
	FILES("sys_openat", HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_NONE, ROLE_PATH, ROLE_OPEN),
	FILES("sys_openat2", HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_NONE, ROLE_PATH),
	FILES("do_sys_openat2", HOOK_OP(READ) | HOOK_OP(WRITE), every_open, ROLE_NONE, ROLE_PATH),
	FILES("security_file_permission", HOOK_OP(READ) | HOOK_OP(WRITE), at_open, ROLE_PATH, ROLE_MASK),
	FILES("security_mmap_file", HOOK_OP(READ) | HOOK_OP(WRITE) | HOOK_OP(EXEC), at_open, ROLE_PATH, ROLE_PROT,
	      ROLE_SHARED),
	FILES("vfs_read", HOOK_OP(READ), at_open, ROLE_PATH),
	FILES("vfs_write", HOOK_OP(WRITE), at_open, ROLE_PATH),
	FOLLOWED("sys_read", READ),
	FOLLOWED("sys_readv", READ),
	FOLLOWED("sys_pread64", READ),
	FOLLOWED("sys_preadv", READ),
	FOLLOWED("sys_write", WRITE),
	FOLLOWED("sys_writev", WRITE),
	FOLLOWED("sys_pwrite64", WRITE),
	FOLLOWED("sys_pwritev", WRITE),

	/* one kind of change */
	CHANGE("security_path_truncate", ROLE_PATH),
	CHANGE("security_file_truncate", ROLE_PATH),
	CHANGE("sys_truncate", ROLE_PATH),
	CHANGE("sys_creat", ROLE_PATH),
	CHANGE("security_inode_create", ROLE_NONE, ROLE_PATH),
	CHANGE("security_inode_unlink", ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_unlink", ROLE_NONE, ROLE_PATH),
	CHANGE("sys_unlink", ROLE_PATH),
	CHANGE("sys_unlinkat", ROLE_NONE, ROLE_PATH),
	CHANGE("security_inode_mkdir", ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_mkdir", ROLE_NONE, ROLE_PATH),
	CHANGE("sys_mkdir", ROLE_PATH),
	CHANGE("sys_mkdirat", ROLE_NONE, ROLE_PATH),
	CHANGE("security_inode_rmdir", ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_rmdir", ROLE_NONE, ROLE_PATH),
	CHANGE("sys_rmdir", ROLE_PATH),
	CHANGE("security_inode_mknod", ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_mknod", ROLE_NONE, ROLE_PATH),
	CHANGE("security_inode_rename", ROLE_NONE, ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_rename", ROLE_NONE, ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("sys_rename", ROLE_PATH, ROLE_PATH),
	CHANGE("sys_renameat", ROLE_NONE, ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("sys_renameat2", ROLE_NONE, ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("security_inode_link", ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_link", ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("sys_link", ROLE_PATH, ROLE_PATH),
	CHANGE("sys_linkat", ROLE_NONE, ROLE_PATH, ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_chmod", ROLE_PATH),
	CHANGE("security_path_chown", ROLE_PATH),
	CHANGE("security_inode_setattr", ROLE_PATH),
	CHANGE("security_inode_setxattr", ROLE_PATH),
	CHANGE("security_inode_removexattr", ROLE_PATH),
	CHANGE("sys_chmod", ROLE_PATH),
	CHANGE("sys_chown", ROLE_PATH),
	CHANGE("sys_fchmodat", ROLE_NONE, ROLE_PATH),
	CHANGE("sys_fchownat", ROLE_NONE, ROLE_PATH),
	CHANGE("sys_symlink", ROLE_NONE, ROLE_PATH),
	CHANGE("sys_symlinkat", ROLE_NONE, ROLE_NONE, ROLE_PATH),
	CHANGE("security_path_symlink", ROLE_NONE, ROLE_PATH),
	CHANGE("security_inode_symlink", ROLE_NONE, ROLE_PATH),

	/* the network */
	NET("tcp_connect", CONNECT, BW_PROTOCOL_TCP, false, NULL, ROLE_SOCK),
	IP("tcp_v4_connect", CONNECT, BW_PROTOCOL_TCP, false, 4, NULL, ROLE_SOCK, ROLE_SOCKADDR),
	IP("tcp_v6_connect", CONNECT, BW_PROTOCOL_TCP, false, 6, NULL, ROLE_SOCK, ROLE_SOCKADDR),
	NET("security_socket_connect", CONNECT, -1, false, NULL, ROLE_SOCK, ROLE_SOCKADDR, ROLE_NONE),
	NET("sys_connect", CONNECT, -1, false, NULL, ROLE_NONE, ROLE_SOCKADDR),
	IP("udp_sendmsg", CONNECT, BW_PROTOCOL_UDP, false, 4, named, ROLE_SOCK),
	IP("udpv6_sendmsg", CONNECT, BW_PROTOCOL_UDP, false, 6, named, ROLE_SOCK),
	NET("security_socket_sendmsg", CONNECT, -1, false, named, ROLE_SOCK),
	NET("sys_sendto", CONNECT, -1, false, named, ROLE_NONE, ROLE_NONE, ROLE_NONE, ROLE_NONE, ROLE_SOCKADDR),
	IP("ip_output", CONNECT, -1, false, 4, packets, ROLE_NONE, ROLE_NONE, ROLE_PACKET),
	IP("ip6_output", CONNECT, -1, false, 6, packets, ROLE_NONE, ROLE_NONE, ROLE_PACKET),
	NET("security_socket_bind", BIND, -1, true, NULL, ROLE_SOCK, ROLE_SOCKADDR, ROLE_NONE),
	NET("sys_bind", BIND, -1, true, NULL, ROLE_NONE, ROLE_SOCKADDR),
	IP("inet_bind", BIND, -1, true, 4, NULL, ROLE_SOCK, ROLE_SOCKADDR),
	NET("inet_csk_listen_start", BIND, BW_PROTOCOL_TCP, true, when_bound, ROLE_SOCK),
	NET("inet_listen", BIND, BW_PROTOCOL_TCP, true, when_bound, ROLE_SOCK),
	NET("security_socket_listen", BIND, -1, true, when_bound, ROLE_SOCK),
	SOCKET("security_socket_create", ROLE_FAMILY, ROLE_TYPE, ROLE_PROTOCOL, ROLE_WHATEVER),
	SOCKET("security_socket_post_create", ROLE_NONE, ROLE_FAMILY, ROLE_TYPE, ROLE_PROTOCOL, ROLE_WHATEVER),
	SOCKET("__sock_create", ROLE_NONE, ROLE_FAMILY, ROLE_TYPE, ROLE_PROTOCOL),
	SOCKET("sys_socket", ROLE_FAMILY, ROLE_TYPE, ROLE_PROTOCOL),
	PART("sys_socketpair", HOOK_OP(SOCKET), "'socket' is about socket(2) too", ROLE_FAMILY, ROLE_TYPE,
	     ROLE_PROTOCOL),

	/* facilities */
	USE("security_kernel_module_request", MODULE_LOAD, NULL, false, ROLE_NONE),
	USE("security_kernel_read_file", MODULE_LOAD, NULL, false, ROLE_NONE, ROLE_LOAD),
	USE("security_kernel_load_data", MODULE_LOAD, NULL, false, ROLE_LOAD),
	USE("find_module_sections", MODULE_LOAD, NULL, false, ROLE_NONE),
	USE("do_init_module", MODULE_LOAD, NULL, false, ROLE_NONE),
	USE("sys_init_module", MODULE_LOAD, NULL, false, ROLE_NONE),
	USE("sys_finit_module", MODULE_LOAD, NULL, false, ROLE_NONE),
	USE("sys_ptrace", PTRACE, attaching, false, ROLE_NONE),
	USE("security_ptrace_access_check", PTRACE, attaching, false, ROLE_NONE),
	USE("security_ptrace_traceme", PTRACE, attaching, true, ROLE_NONE),
	USE("sys_process_vm_readv", PTRACE, attaching, true, ROLE_NONE),
	USE("sys_process_vm_writev", PTRACE, attaching, true, ROLE_NONE),
	USE("sys_mount", MOUNT, every_mount, false, ROLE_NONE),
	USE("path_mount", MOUNT, every_mount, false, ROLE_NONE),
	USE("security_sb_mount", MOUNT, every_mount, false, ROLE_NONE),
	USE("security_move_mount", MOUNT, every_mount, true, ROLE_NONE),
	USE("sys_umount", MOUNT, every_mount, true, ROLE_NONE),
	USE("security_sb_umount", MOUNT, every_mount, true, ROLE_NONE),
	USE("sys_pivot_root", MOUNT, every_mount, true, ROLE_NONE),
	USE("security_sb_pivotroot", MOUNT, every_mount, true, ROLE_NONE),
	USE("sys_chroot", MOUNT, every_mount, true, ROLE_NONE),
	USE("security_path_chroot", MOUNT, every_mount, true, ROLE_NONE),
	USE("sys_bpf", BPF, NULL, false, ROLE_NONE),
	USE("security_bpf", BPF, NULL, false, ROLE_NONE),
	USE("bpf_check", BPF, all_of_bpf, true, ROLE_NONE),
	USE("security_bpf_prog", BPF, all_of_bpf, true, ROLE_NONE),
	USE("security_bpf_prog_alloc", BPF, all_of_bpf, true, ROLE_NONE),
	USE("security_bpf_prog_load", BPF, all_of_bpf, true, ROLE_NONE),
	USE("security_bpf_map", BPF, all_of_bpf, true, ROLE_NONE),
	USE("security_bpf_map_alloc", BPF, all_of_bpf, true, ROLE_NONE),
	USE("security_bpf_map_create", BPF, all_of_bpf, true, ROLE_NONE),
	USE("create_user_ns", USERNS, NULL, false, ROLE_NONE),
	USE("security_create_user_ns", USERNS, NULL, false, ROLE_NONE),
	USE("sys_unshare", USERNS, NULL, false, ROLE_CLONE),
	USE("sys_clone", USERNS, NULL, false, ROLE_CLONE),
	USE("sys_kexec_load", KEXEC, NULL, false, ROLE_NONE),
	USE("sys_kexec_file_load", KEXEC, NULL, false, ROLE_NONE),
	USE("sys_io_uring_setup", IO_URING, NULL, false, ROLE_NONE),
	USE("sys_kill", SIGNAL, NULL, false, ROLE_NONE),
	USE("sys_tkill", SIGNAL, NULL, false, ROLE_NONE),
	USE("sys_tgkill", SIGNAL, NULL, false, ROLE_NONE),
	USE("security_task_kill", SIGNAL, NULL, false, ROLE_NONE),
	USE("sys_setuid", SETUID_ROOT, setuid_too, true, ROLE_ID),
	USE("sys_setreuid", SETUID_ROOT, setuid_too, true, ROLE_ID, ROLE_ID),
	USE("sys_setresuid", SETUID_ROOT, setuid_too, true, ROLE_ID, ROLE_ID, ROLE_ID),
	USE("sys_setfsuid", SETUID_ROOT, setuid_too, true, ROLE_ID),
};

/* LSM hooks that the kernel calls by another name than theirs. */
static const struct {
	const char *hook, *function;
} renamed[] = {
	{ "bprm_check_security", "security_bprm_check" },
	{ "userns_create", "security_create_user_ns" },
};

/* What could be meant by a function that is none of ours. */
static const struct {
	const char *part, *hint;
} hints[] = {
	{ "setgid", "bulwark has no facility for groups; a rule for 'setuid-root' is about users" },
	{ "setregid", "bulwark has no facility for groups; a rule for 'setuid-root' is about users" },
	{ "setresgid", "bulwark has no facility for groups; a rule for 'setuid-root' is about users" },
	{ "setfsgid", "bulwark has no facility for groups; a rule for 'setuid-root' is about users" },
	{ "creds", "credentials that change are no operation; see the facilities 'setuid-root' and 'userns'" },
	{ "capset", "capabilities that change are no operation; a subject may ask for 'capability'" },
	{ "cap", "capabilities are asked for in a subject: {capability: [CAP_SYS_ADMIN]}" },
	{ "accept", "connections that come in are no operation; see 'bind'" },
	{ "ip_output", "packets are no operation: 'connect' judges who makes a connection or names an address" },
	{ "xmit", "packets are no operation: 'connect' judges who makes a connection or names an address" },
	{ "queue_xmit", "packets are no operation: 'connect' judges who makes a connection or names an address" },
	{ "getattr", "looking at a file without opening it is no operation" },
	{ "follow_link", "following a link is no operation: a rule is about the file that it leads to" },
	{ "perf_event", "perf events are no facility of bulwark's" },
	{ "tty", "terminals are no operation" },
	{ "free_module", "unloading a module is no operation" },
	{ "delete_module", "unloading a module is no operation" },
	{ "tcp_close", "the end of a connection is no operation" },
	{ "memfd_create", "memory that is run is an 'exec': {memory: true}" },
	{ "chdir", "changing the folder is no operation" },
	{ "set_fs_pwd", "changing the folder is no operation" },
	{ "settime", "setting the clock is no facility of bulwark's" },
};

static const struct tetragon_hook *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (strcmp(hooks[i].name, name) == 0)
			return &hooks[i];
	return NULL;
}

const struct tetragon_hook *tetragon_hook_find(const char *name)
{
	static const char *const machines[] = { "__x64_", "__arm64_", "__ia32_", "__s390x_", "x64/", "x86_64/" };
	const struct tetragon_hook *hook;
	char other[80];

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (strncmp(name, machines[i], strlen(machines[i])) == 0)
			name += strlen(machines[i]);
	for (size_t i = 0; i < ARRAY_SIZE(renamed); i++)
		if (strcmp(renamed[i].hook, name) == 0)
			return find(renamed[i].function);
	hook = find(name);
	if (hook)
		return hook;
	if (strncmp(name, "__sys_", 6) == 0 && find(name + 2)) /* what the system call is made of */
		return find(name + 2);
	snprintf(other, sizeof(other), "security_%s", name);
	return find(other);
}

const char *tetragon_hook_hint(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (strstr(name, hints[i].part))
			return hints[i].hint;
	return "bulwark decides exec, read, write, connect, bind, socket and use; see the policy language";
}

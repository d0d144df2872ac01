/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a process that may make any system call. Out: one that may make those of these tables.
 *
 * A call that is in none fails with EPERM, and whoever made it goes on: libraries try things and have a second way.
 * Calls that nothing in the agent, and no library of its, ever tries end the process at once, before a second attempt.
 */
#include "filter.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Who makes a call. The helper makes those of the agent as well. */
enum who {
	AGENT,
	HELPER, /* and only where a kubelet is asked */
	ALONE,	/* the agent where none is: what the helper is given instead follows beside it */
};

/* At its end a leak checker traces the process that it is in. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SANITIZER true
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER false
#endif

/* Whatever its arguments are. */
static const struct {
	int call;
	enum who who;
} allowed[] = {
	/* what is open */
	{ SCMP_SYS(read), AGENT },
	{ SCMP_SYS(readv), AGENT },
	{ SCMP_SYS(pread64), AGENT },
	{ SCMP_SYS(write), AGENT },
	{ SCMP_SYS(writev), AGENT },
	{ SCMP_SYS(lseek), AGENT },
	{ SCMP_SYS(close), AGENT },
	{ SCMP_SYS(close_range), AGENT },
	{ SCMP_SYS(dup), AGENT },
	{ SCMP_SYS(dup2), HELPER },
	{ SCMP_SYS(dup3), HELPER },
	{ SCMP_SYS(fstat), AGENT },
	{ SCMP_SYS(fstatfs), AGENT },
	{ SCMP_SYS(getdents64), AGENT },
	{ SCMP_SYS(flock), AGENT },
	{ SCMP_SYS(fsync), AGENT }, /* the state folder */
	{ SCMP_SYS(fdatasync), AGENT },
	{ SCMP_SYS(ftruncate), AGENT },
	{ SCMP_SYS(pipe2), AGENT },
	{ SCMP_SYS(poll), AGENT },
	{ SCMP_SYS(ppoll), AGENT },
	{ SCMP_SYS(epoll_create1), AGENT },
	{ SCMP_SYS(epoll_ctl), AGENT },
	{ SCMP_SYS(epoll_wait), AGENT },
	{ SCMP_SYS(epoll_pwait), AGENT },
	{ SCMP_SYS(timerfd_create), AGENT },
	{ SCMP_SYS(timerfd_settime), AGENT },
	{ SCMP_SYS(signalfd4), AGENT },
	{ SCMP_SYS(eventfd2), HELPER },
	{ SCMP_SYS(memfd_create), HELPER }, /* what it prints goes there */

	/* names; where they may lead is Landlock's business */
	{ SCMP_SYS(open), AGENT },
	{ SCMP_SYS(openat), AGENT },
	{ SCMP_SYS(openat2), AGENT },
	{ SCMP_SYS(access), AGENT },
	{ SCMP_SYS(faccessat), AGENT },
	{ SCMP_SYS(faccessat2), AGENT },
	{ SCMP_SYS(stat), AGENT },
	{ SCMP_SYS(lstat), AGENT },
	{ SCMP_SYS(newfstatat), AGENT },
	{ SCMP_SYS(statx), AGENT },
	{ SCMP_SYS(statfs), AGENT },
	{ SCMP_SYS(readlink), AGENT },
	{ SCMP_SYS(readlinkat), AGENT },
	{ SCMP_SYS(getcwd), AGENT },
	{ SCMP_SYS(rename), AGENT }, /* files of events are rotated */
	{ SCMP_SYS(renameat), AGENT },
	{ SCMP_SYS(renameat2), AGENT },
	{ SCMP_SYS(unlink), AGENT },
	{ SCMP_SYS(unlinkat), AGENT },
	{ SCMP_SYS(rmdir), AGENT },
	{ SCMP_SYS(mkdir), AGENT }, /* generations of pins */
	{ SCMP_SYS(mkdirat), AGENT },
	{ SCMP_SYS(symlinkat), AGENT },

	/* peers, and where events go */
	{ SCMP_SYS(connect), AGENT },
	{ SCMP_SYS(accept4), AGENT },
	{ SCMP_SYS(sendto), AGENT },
	{ SCMP_SYS(sendmsg), AGENT },
	{ SCMP_SYS(sendmmsg), HELPER }, /* both questions for a host's addresses at once */
	{ SCMP_SYS(recvfrom), AGENT },
	{ SCMP_SYS(recvmsg), AGENT },
	{ SCMP_SYS(shutdown), AGENT },
	{ SCMP_SYS(getsockopt), AGENT },
	{ SCMP_SYS(setsockopt), AGENT },
	{ SCMP_SYS(getsockname), AGENT },
	{ SCMP_SYS(getpeername), AGENT },
	{ SCMP_SYS(bind), HELPER }, /* to a port of the kernel's choice, of netlink */
	{ SCMP_SYS(socketpair), HELPER },

	/* memory */
	{ SCMP_SYS(brk), AGENT },
	{ SCMP_SYS(munmap), AGENT },
	{ SCMP_SYS(mremap), AGENT },
	{ SCMP_SYS(madvise), AGENT },
	{ SCMP_SYS(futex), AGENT },
	{ SCMP_SYS(getrandom), AGENT },

	/* time */
	{ SCMP_SYS(clock_gettime), AGENT },
	{ SCMP_SYS(clock_getres), AGENT },
	{ SCMP_SYS(clock_nanosleep), AGENT },
	{ SCMP_SYS(nanosleep), AGENT },
	{ SCMP_SYS(gettimeofday), AGENT },
	{ SCMP_SYS(time), AGENT },
	{ SCMP_SYS(alarm), HELPER },

	{ SCMP_SYS(pidfd_open), AGENT }, /* who a process is to rules */

	/* itself */
	{ SCMP_SYS(getpid), AGENT },
	{ SCMP_SYS(getppid), AGENT },
	{ SCMP_SYS(gettid), AGENT },
	{ SCMP_SYS(getuid), AGENT },
	{ SCMP_SYS(geteuid), AGENT },
	{ SCMP_SYS(getgid), AGENT },
	{ SCMP_SYS(getegid), AGENT },
	{ SCMP_SYS(getrusage), AGENT },
	{ SCMP_SYS(times), AGENT },
	{ SCMP_SYS(uname), AGENT },
	{ SCMP_SYS(sysinfo), AGENT },
	{ SCMP_SYS(sched_yield), AGENT },
	{ SCMP_SYS(sched_getaffinity), AGENT },
	{ SCMP_SYS(rt_sigaction), AGENT },
	{ SCMP_SYS(rt_sigprocmask), AGENT },
	{ SCMP_SYS(rt_sigreturn), AGENT },
	{ SCMP_SYS(restart_syscall), AGENT },
	{ SCMP_SYS(set_robust_list), AGENT }, /* of each child */
	{ SCMP_SYS(rseq), AGENT },
	{ SCMP_SYS(exit), AGENT },
	{ SCMP_SYS(exit_group), AGENT },
	{ SCMP_SYS(wait4), AGENT },
	{ SCMP_SYS(waitid), AGENT },
	{ SCMP_SYS(pidfd_open), HELPER },
	{ SCMP_SYS(set_tid_address), HELPER }, /* a program that begins */
	{ SCMP_SYS(arch_prctl), HELPER },
	{ SCMP_SYS(execve), HELPER },
	{ SCMP_SYS(setgroups), HELPER }, /* it becomes nobody, with nothing */
	{ SCMP_SYS(setresgid), HELPER },
	{ SCMP_SYS(setresuid), HELPER },
	{ SCMP_SYS(capset), HELPER },
};

/* An int: what stands above its 32 bits the kernel does not look at. */
#define IS(argument, value)                                                 \
	{                                                                   \
		argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint32_t)(value) \
	}
#define LACKS(argument, bits)                                     \
	{                                                         \
		argument, SCMP_CMP_MASKED_EQ, (uint32_t)(bits), 0 \
	}

#define NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define SIGN 0x80000000u

/* Only with such arguments. Several rows of one call: any of them. */
static const struct {
	int call;
	enum who who;
	unsigned int n;
	struct scmp_arg_cmp argument[2];
} limited[] = {
	/* maps are made and filled, programs that are loaded are attached and pinned; none is loaded any more */
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_CREATE) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_LOOKUP_ELEM) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_UPDATE_ELEM) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_DELETE_ELEM) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_GET_NEXT_KEY) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_LOOKUP_BATCH) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_UPDATE_BATCH) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_MAP_GET_FD_BY_ID) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_OBJ_GET_INFO_BY_FD) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_OBJ_GET) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_OBJ_PIN) } },
	{ SCMP_SYS(bpf), AGENT, 1, { IS(0, BPF_RAW_TRACEPOINT_OPEN) } },

	/* the path of a cgroup by its number; what is opened so cannot be read */
	{ SCMP_SYS(open_by_handle_at), AGENT, 1, { IS(2, O_PATH | O_CLOEXEC) } },

	{ SCMP_SYS(socket), AGENT, 1, { IS(0, AF_UNIX) } },
	{ SCMP_SYS(socket), HELPER, 1, { IS(0, AF_INET) } },
	{ SCMP_SYS(socket), HELPER, 1, { IS(0, AF_INET6) } },
	{ SCMP_SYS(socket), HELPER, 1, { IS(0, AF_NETLINK) } }, /* which addresses this host has */

	/* no code but what is there; that of a program which is begun is mapped, and cannot be written */
	{ SCMP_SYS(mmap), ALONE, 1, { LACKS(2, PROT_EXEC) } },
	{ SCMP_SYS(mprotect), ALONE, 1, { LACKS(2, PROT_EXEC) } },
	{ SCMP_SYS(mmap), HELPER, 1, { LACKS(2, PROT_EXEC) } },
	{ SCMP_SYS(mmap), HELPER, 1, { LACKS(2, PROT_WRITE) } },
	{ SCMP_SYS(mprotect), HELPER, 1, { LACKS(2, PROT_EXEC) } },
	{ SCMP_SYS(mprotect), HELPER, 1, { LACKS(2, PROT_WRITE) } },

	/* children, in the same namespaces; and the end of one that is late, never of all */
	{ SCMP_SYS(clone), AGENT, 1, { LACKS(0, NAMESPACES) } },
	{ SCMP_SYS(kill), AGENT, 2, { LACKS(0, SIGN), IS(1, SIGKILL) } },
	{ SCMP_SYS(pidfd_send_signal), HELPER, 1, { IS(1, SIGKILL) } },
	{ SCMP_SYS(prctl), AGENT, 1, { IS(0, PR_SET_PDEATHSIG) } },
	{ SCMP_SYS(prctl), HELPER, 1, { IS(0, PR_SET_NO_NEW_PRIVS) } },
	{ SCMP_SYS(prctl), HELPER, 1, { IS(0, PR_SET_DUMPABLE) } },
	{ SCMP_SYS(prctl), HELPER, 1, { IS(0, PR_SET_NAME) } },
	{ SCMP_SYS(prlimit64), AGENT, 1, { IS(0, 0) } }, /* its own */

	/* not F_SETOWN, which makes the kernel send signals */
	{ SCMP_SYS(fcntl), AGENT, 1, { IS(1, F_DUPFD) } },
	{ SCMP_SYS(fcntl), AGENT, 1, { IS(1, F_DUPFD_CLOEXEC) } },
	{ SCMP_SYS(fcntl), AGENT, 1, { IS(1, F_GETFD) } },
	{ SCMP_SYS(fcntl), AGENT, 1, { IS(1, F_SETFD) } },
	{ SCMP_SYS(fcntl), AGENT, 1, { IS(1, F_GETFL) } },
	{ SCMP_SYS(fcntl), AGENT, 1, { IS(1, F_SETFL) } },
	{ SCMP_SYS(ioctl), AGENT, 1, { IS(1, TCGETS) } }, /* is it a terminal? */
	{ SCMP_SYS(ioctl), HELPER, 1, { IS(1, FIONBIO) } },
};

/* Nobody comes here by accident. */
static const int deadly[] = {
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(process_madvise),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(kcmp),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(move_mount),
	SCMP_SYS(open_tree),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(chroot),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(acct),
	SCMP_SYS(quotactl),
	SCMP_SYS(quotactl_fd),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
	SCMP_SYS(modify_ldt),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(fanotify_init),
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(clock_settime),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(settimeofday),
	SCMP_SYS(adjtimex),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(vhangup),
	SCMP_SYS(syslog),
	SCMP_SYS(personality),
	SCMP_SYS(execveat),
	SCMP_SYS(lookup_dcookie),
};

/* All that the scout does. */
static const struct {
	int call;
	unsigned int n;
	struct scmp_arg_cmp argument[2];
} of_scout[] = {
	{ SCMP_SYS(recvfrom), 0, { { 0 } } },
	{ SCMP_SYS(sendto), 0, { { 0 } } },
	{ SCMP_SYS(sendmsg), 0, { { 0 } } },
	{ SCMP_SYS(readlink), 0, { { 0 } } },
	{ SCMP_SYS(openat), 1, { IS(2, FILTER_SCOUT_PATH) } },
	{ SCMP_SYS(openat), 1, { IS(2, FILTER_SCOUT_READ) } },
	{ SCMP_SYS(fstat), 0, { { 0 } } },
	{ SCMP_SYS(newfstatat), 0, { { 0 } } },
	{ SCMP_SYS(close), 0, { { 0 } } },
	{ SCMP_SYS(clone), 1, { LACKS(0, NAMESPACES) } },
	{ SCMP_SYS(wait4), 0, { { 0 } } },
	{ SCMP_SYS(gettid), 0, { { 0 } } },
	{ SCMP_SYS(set_robust_list), 0, { { 0 } } },
	{ SCMP_SYS(rseq), 0, { { 0 } } },
	{ SCMP_SYS(rt_sigprocmask), 0, { { 0 } } },
	{ SCMP_SYS(rt_sigreturn), 0, { { 0 } } },
	{ SCMP_SYS(restart_syscall), 0, { { 0 } } },
	{ SCMP_SYS(exit_group), 0, { { 0 } } },
};

static bool is_for(enum who who, bool helper)
{
	return who == AGENT || (who == HELPER) == helper;
}

static int add_allowed(scmp_filter_ctx context, bool helper)
{
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < ARRAY_SIZE(allowed); i++)
		if (is_for(allowed[i].who, helper))
			r = seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed[i].call, 0);
	for (i = 0; r >= 0 && i < ARRAY_SIZE(limited); i++)
		if (is_for(limited[i].who, helper))
			r = seccomp_rule_add_array(context, SCMP_ACT_ALLOW, limited[i].call, limited[i].n,
						   limited[i].argument);
	/* abort(3): to itself */
	return r < 0 ? r
		     : seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
					SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static int add_of_scout(scmp_filter_ctx context)
{
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < ARRAY_SIZE(of_scout); i++)
		r = seccomp_rule_add_array(context, SCMP_ACT_ALLOW, of_scout[i].call, of_scout[i].n,
					   of_scout[i].argument);
	return r;
}

static int add_deadly(scmp_filter_ctx context, bool helper)
{
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < ARRAY_SIZE(deadly); i++)
		r = seccomp_rule_add(context, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
	if (r >= 0 && !helper)
		r = seccomp_rule_add(context, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), 0);
	/* Its flags are in memory, where a filter does not look: libc takes clone(2) when there is none. */
	return r < 0 ? r : seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

/* The other ways into the kernel, of 32 bits and x32, have other numbers for the same calls. */
static int set_up(scmp_filter_ctx context, bool told)
{
	int r = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	return r < 0 || !told ? r : seccomp_attr_set(context, SCMP_FLTATR_CTL_LOG, 1);
}

int filter_install(enum filter filter, bool told)
{
	bool helper = filter == FILTER_HELPER;
	scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int r = context ? set_up(context, told) : -ENOMEM;

	if (r >= 0)
		r = filter == FILTER_SCOUT ? add_of_scout(context) : add_allowed(context, helper);
	r = r < 0 ? r : add_deadly(context, helper);
	if (r >= 0)
		r = HAS_SANITIZER ? -EOPNOTSUPP : seccomp_load(context);
	if (context)
		seccomp_release(context);
	return r == -EINVAL || r == -ENOSYS ? -EOPNOTSUPP : r;
}

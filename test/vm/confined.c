/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What whoever takes the agent over would try, each twice in a process of its own: as root, where it has to succeed, or
 * it would prove nothing; and after the agent's own confine_agent(), where it must not.
 *
 * In: confined [--all]: with it, what cannot be tried as root is a failure, not a skip, and what must not be tried on
 * the machine that builds is tried too. Out: TAP-like lines; status 0, 1, or 77 when nothing could be tried.
 */
#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "agent/config.h"
#include "agent/log.h"

/* What the attempts are about; made before the confinement. */
static pid_t other; /* somebody else's process */
static char folder[] = "/tmp/confined.XXXXXX";
static union {
	struct file_handle handle;
	char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
} shadow;
static int root = -1;
static char own[64], program[64]; /* a file, and a program, in the folder */
static char word[16] = "word";

/* How one ends that has begun in a process of its own. */
static int end_of(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int run_program(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	return end_of(pid);
}

static int run_helper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execl(program, "true", (char *)NULL);
		_exit(1);
	}
	return end_of(pid);
}

static int run_by_descriptor(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/bin/true", O_RDONLY);

		syscall(SYS_execveat, fd, "", (char *[]){ word, NULL }, (char *[]){ NULL }, AT_EMPTY_PATH);
		_exit(1);
	}
	return end_of(pid);
}

static int trace(void)
{
	return (int)ptrace(PTRACE_SEIZE, other, NULL, NULL);
}

static int read_memory(void)
{
	struct iovec here = { word, 4 }, there = { word, 4 };

	return process_vm_readv(other, &here, 1, &there, 1, 0) < 0 ? -1 : 0;
}

static int write_memory(void)
{
	struct iovec here = { word, 4 }, there = { word, 4 };

	return process_vm_writev(other, &here, 1, &there, 1, 0) < 0 ? -1 : 0;
}

static int take_descriptor(void)
{
	int process = (int)syscall(SYS_pidfd_open, other, 0);

	return syscall(SYS_pidfd_getfd, process, 1, 0) < 0 ? -1 : 0;
}

static int end_another(void)
{
	return kill(other, SIGTERM);
}

static int kill_another(void)
{
	return kill(other, SIGKILL);
}

static int own_signals(void)
{
	return fcntl(0, F_SETOWN, other);
}

static int do_mount(void)
{
	return mount("none", folder, "tmpfs", 0, NULL) < 0 ? -1 : umount(folder);
}

static int new_file_system(void)
{
	return syscall(SYS_fsopen, "tmpfs", 0) < 0 ? -1 : 0;
}

static int leave_namespace(void)
{
	return unshare(CLONE_NEWNS);
}

static int enter_namespace(void)
{
	return setns(open("/proc/self/ns/uts", O_RDONLY), CLONE_NEWUTS);
}

static int child_elsewhere(void)
{
	long pid = syscall(SYS_clone, CLONE_NEWNET | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		_exit(0);
	return end_of((pid_t)pid);
}

static int child_elsewhere_3(void)
{
	struct clone_args arguments = { .flags = CLONE_NEWNET, .exit_signal = SIGCHLD };
	long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid == 0)
		_exit(0);
	return end_of((pid_t)pid);
}

static int change_root(void)
{
	return chroot(folder);
}

/* It is none, which the kernel says once it has read it. */
static int load_module(void)
{
	return syscall(SYS_init_module, word, sizeof(word), "") < 0 && errno != ENOEXEC ? -1 : 0;
}

static int unload_kernel(void)
{
	return (int)syscall(SYS_kexec_load, 0, 0, NULL, 0);
}

static int reboot_key(void)
{
	return reboot(RB_DISABLE_CAD);
}

static int sniff(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) < 0 ? -1 : 0;
}

static int to_the_network(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? -1 : 0;
}

static int become_another(void)
{
	return setresuid(1, 1, 1);
}

static int code_in_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static int code_of_data(void)
{
	void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(data, 4096, PROT_READ | PROT_EXEC);
}

static int count_instructions(void)
{
	struct perf_event_attr about = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(about) };

	return syscall(SYS_perf_event_open, &about, 0, -1, -1, 0) < 0 ? -1 : 0;
}

static int ring(void)
{
	struct io_uring_params parameters = { 0 };

	return syscall(SYS_io_uring_setup, 1, &parameters) < 0 ? -1 : 0;
}

static int read_keys(void)
{
	return syscall(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -1, 1, 0, 0) < 0 ? -1 : 0;
}

static int open_by_handle(void)
{
	return (int)syscall(SYS_open_by_handle_at, root, &shadow.handle, O_RDONLY) < 0 ? -1 : 0;
}

static int load_program(void)
{
	const struct bpf_insn code[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K }, { .code = BPF_JMP | BPF_EXIT } };
	union bpf_attr about = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insn_cnt = 2,
		.insns = (uintptr_t)code,
		.license = (uintptr_t) "GPL",
	};

	return syscall(SYS_bpf, BPF_PROG_LOAD, &about, sizeof(about)) < 0 ? -1 : 0;
}

/* getpid(2) by the way of 32-bit programs. */
static int by_32_bits(void)
{
	int result = 20;

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
	return result == getpid() ? 0 : -1;
}

static int by_x32(void)
{
	return syscall(0x40000000 | SYS_getpid) == getpid() ? 0 : -1;
}

static int open_as(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	return fd < 0 ? -1 : close(fd);
}

static int write_shadow(void)
{
	return open_as("/etc/shadow", O_WRONLY);
}

static int new_in_etc(void)
{
	return open_as("/etc/confined.new", O_WRONLY | O_CREAT | O_EXCL) ?: unlink("/etc/confined.new");
}

static int new_link(void)
{
	return symlink("shadow", "/etc/confined.link") ?: unlink("/etc/confined.link");
}

static int link_at(void)
{
	return symlinkat("shadow", AT_FDCWD, "/etc/confined.link") ?: unlink("/etc/confined.link");
}

static int new_folder(void)
{
	return mkdir("/etc/confined.d", 0700) ?: rmdir("/etc/confined.d");
}

static int read_own(void)
{
	return open_as(own, O_RDONLY);
}

static int remove_own(void)
{
	return unlink(own);
}

static int rename_own(void)
{
	char to[80];

	snprintf(to, sizeof(to), "%s.to", own);
	return rename(own, to) ?: rename(to, own);
}

static int empty_own(void)
{
	return open_as(own, O_WRONLY | O_TRUNC);
}

static int read_disk(void)
{
	static const char *const disk[] = { "/dev/nvme0n1", "/dev/vda", "/dev/sda" };
	size_t i;

	for (i = 0; i < sizeof(disk) / sizeof(disk[0]); i++)
		if (open_as(disk[i], O_RDONLY) == 0)
			return 0;
	return -1;
}

static int memory_of_another(void)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/mem", other);
	return open_as(path, O_RDWR);
}

static int program_of_another(void)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/exe", other);
	return open_as(path, O_RDONLY);
}

static int set_kernel(void)
{
	return open_as("/proc/sys/kernel/core_pattern", O_WRONLY);
}

enum where {
	ANYWHERE,
	GUEST, /* not on the machine that builds */
	MAYBE, /* where the kernel offers it at all */
};

static const struct attempt {
	const char *name;
	int (*attempt)(void);
	enum where where;
	int files;   /* the version of Landlock that it takes */
	bool helper; /* tried by an agent that starts one */
} attempts[] = {
	{ "execve(2)", run_program, ANYWHERE, 0, false },
	{ "execveat(2)", run_by_descriptor, ANYWHERE, 0, false },
	{ "ptrace(2) of another", trace, ANYWHERE, 0, false },
	{ "process_vm_readv(2)", read_memory, ANYWHERE, 0, false },
	{ "process_vm_writev(2)", write_memory, ANYWHERE, 0, false },
	{ "pidfd_getfd(2)", take_descriptor, ANYWHERE, 0, false },
	{ "kill(2) of another", end_another, ANYWHERE, 0, false },
	{ "fcntl(2) F_SETOWN", own_signals, ANYWHERE, 0, false },
	{ "mount(2)", do_mount, GUEST, 0, false },
	{ "fsopen(2)", new_file_system, GUEST, 0, false },
	{ "unshare(2)", leave_namespace, ANYWHERE, 0, false },
	{ "setns(2)", enter_namespace, ANYWHERE, 0, false },
	{ "clone(2) into a namespace", child_elsewhere, ANYWHERE, 0, false },
	{ "clone3(2) into a namespace", child_elsewhere_3, ANYWHERE, 0, false },
	{ "chroot(2)", change_root, ANYWHERE, 0, false },
	{ "init_module(2)", load_module, GUEST, 0, false },
	{ "kexec_load(2)", unload_kernel, GUEST, 0, false },
	{ "reboot(2)", reboot_key, GUEST, 0, false },
	{ "a packet socket", sniff, ANYWHERE, 0, false },
	{ "an inet socket", to_the_network, ANYWHERE, 0, false },
	{ "setresuid(2)", become_another, ANYWHERE, 0, false },
	{ "mmap(2) PROT_EXEC", code_in_memory, ANYWHERE, 0, false },
	{ "mprotect(2) PROT_EXEC", code_of_data, ANYWHERE, 0, false },
	{ "perf_event_open(2)", count_instructions, ANYWHERE, 0, false },
	{ "io_uring_setup(2)", ring, ANYWHERE, 0, false },
	{ "keyctl(2)", read_keys, ANYWHERE, 0, false },
	{ "open_by_handle_at(2) to read", open_by_handle, ANYWHERE, 0, false },
	{ "bpf(2) BPF_PROG_LOAD", load_program, GUEST, 0, false },
	{ "execve(2) of another than the helper", run_program, ANYWHERE, 1, true },
	{ "mount(2), with a helper", do_mount, GUEST, 0, true },
	{ "open(2) of /etc/shadow to write", write_shadow, ANYWHERE, 1, false },
	{ "a new file in /etc", new_in_etc, ANYWHERE, 1, false },
	{ "symlink(2)", new_link, ANYWHERE, 1, false },
	{ "symlinkat(2) in /etc", link_at, ANYWHERE, 1, false },
	{ "mkdir(2) in /etc", new_folder, ANYWHERE, 1, false },
	{ "open(2) of a file in /tmp to read", read_own, ANYWHERE, 1, false },
	{ "unlink(2) in /tmp", remove_own, ANYWHERE, 1, false },
	{ "rename(2) in /tmp", rename_own, ANYWHERE, 1, false },
	{ "open(2) O_TRUNC in /tmp", empty_own, ANYWHERE, 1, false },
	{ "open(2) of a disk", read_disk, MAYBE, 1, false },
	{ "/proc/PID/mem", memory_of_another, ANYWHERE, 0, false },
	{ "/proc/PID/exe", program_of_another, ANYWHERE, 0, false },
	{ "core_pattern", set_kernel, GUEST, 1, false },
	{ "kill(2) of another with SIGKILL", kill_another, ANYWHERE, 6, false },
	{ "int 0x80", by_32_bits, MAYBE, 0, false },
	{ "x32", by_x32, MAYBE, 0, false },
};

/* A helper has a folder of its own. */
static void copy_true(void)
{
	char command[128];

	snprintf(command, sizeof(command), "mkdir %s/bin && cp /bin/true %s", folder, program);
	if (system(command) != 0)
		perror(program);
}

static void make_world(void)
{
	int ignored;

	other = fork();
	if (other == 0)
		for (;;)
			pause();
	if (!mkdtemp(folder))
		perror(folder);
	snprintf(own, sizeof(own), "%s/own", folder);
	(void)open_as(own, O_WRONLY | O_CREAT);
	snprintf(program, sizeof(program), "%s/bin/true", folder);
	copy_true();
	root = open("/", O_RDONLY | O_DIRECTORY);
	shadow.handle.handle_bytes = MAX_HANDLE_SZ;
	if (name_to_handle_at(AT_FDCWD, "/etc/shadow", &shadow.handle, &ignored, 0) < 0)
		shadow.handle.handle_bytes = 0;
}

static void end_world(void)
{
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	close(root);
	unlink(own);
	unlink(program);
	*strrchr(program, '/') = '\0';
	rmdir(program);
	rmdir(folder);
	strcpy(folder, "/tmp/confined.XXXXXX");
}

enum outcome { DONE, REFUSED, KILLED, BROKEN, TOO_OLD };

static enum outcome outcome_of(const struct attempt *attempt, bool confined)
{
	static char nowhere[] = "/nonexistent/x";
	const struct config config = {
		.confine = CONFINE_ON, .socket = nowhere, .state_dir = nowhere, .pins = nowhere
	};
	struct confinement ret;
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (confined && (confine_agent(&config, attempt->helper ? program : NULL, &ret) < 0 || !ret.calls))
			_exit(BROKEN);
		if (confined && ret.files < attempt->files)
			_exit(TOO_OLD);
		errno = 0;
		_exit(attempt->attempt() < 0 ? REFUSED : DONE);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return BROKEN;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : BROKEN;
	return (enum outcome)WEXITSTATUS(status);
}

/* Whether it was tried; adds to the failures. */
static bool check(const struct attempt *attempt, bool all, int *failed)
{
	static const char *const word_of[] = { "succeeds", "is refused", "kills", "is broken",
					       "is not for this kernel's Landlock" };
	enum outcome alone, confined;

	if (attempt->where == GUEST && !all)
		return false;
	make_world();
	alone = outcome_of(attempt, false);
	end_world();
	if (alone != DONE && (attempt->where == MAYBE || !all)) {
		printf("# skip %s: as root it %s here\n", attempt->name, word_of[alone]);
		return false;
	}
	make_world();
	confined = outcome_of(attempt, true);
	end_world();
	if (confined == TOO_OLD && (attempt->files > 1 || !all)) {
		printf("# skip %s: it %s\n", attempt->name, word_of[confined]);
		return false;
	}
	*failed += alone != DONE || (confined != REFUSED && confined != KILLED);
	printf("%s - %s: as root it %s, confined it %s\n",
	       alone == DONE && (confined == REFUSED || confined == KILLED) ? "ok" : "not ok", attempt->name,
	       word_of[alone], word_of[confined]);
	return true;
}

/* The other way round: what the confinement leaves. */
static int check_helper(void)
{
	static const struct attempt helper = { "execve(2) of the helper", run_helper, ANYWHERE, 0, true };
	enum outcome confined;

	make_world();
	confined = outcome_of(&helper, true);
	end_world();
	printf("%s - %s succeeds, confined\n", confined == DONE ? "ok" : "not ok", helper.name);
	return confined != DONE;
}

int main(int argc, char *argv[])
{
	bool all = argc > 1 && strcmp(argv[1], "--all") == 0;
	int failed = 0;
	size_t i, tried = 0;

	setvbuf(stdout, NULL, _IONBF, 0);
	log_set_maximum(LOG_LEVEL_ERROR);
	for (i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		tried += check(&attempts[i], all, &failed);
	failed += check_helper();
	return failed ? 1 : tried ? 0 : 77;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads the secret out of the memory of a process that has read it (readv, mem, attach, seize), takes its descriptor
 * (getfd), changes the memory of another one (writev), or has one that agrees be traced (traceme).
 */
#include "attack.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

typedef ssize_t (*reader)(pid_t pid, void *into, size_t n, unsigned long from);

static int mem = -1;

static ssize_t by_readv(pid_t pid, void *into, size_t n, unsigned long from)
{
	struct iovec here = { into, n }, there = { (void *)from, n };

	return process_vm_readv(pid, &here, 1, &there, 1, 0);
}

static ssize_t by_mem(pid_t pid, void *into, size_t n, unsigned long from)
{
	(void)pid;
	return pread(mem, into, n, (off_t)from);
}

static ssize_t by_peek(pid_t pid, void *into, size_t n, unsigned long from)
{
	for (size_t i = 0; i + sizeof(long) <= n; i += sizeof(long)) {
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, pid, from + i, NULL);
		if (errno)
			return -1;
		memcpy((char *)into + i, &word, sizeof(word));
	}
	return (ssize_t)n;
}

/* Everything that the process may write, looked through. */
static bool search(pid_t pid, reader read_there)
{
	char path[64], line[512], rights[8];
	unsigned long from, to;
	bool found = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	need(maps ? 0 : -1, path);
	while (!found && fgets(line, sizeof(line), maps)) {
		void *room;

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w')
			continue;
		room = calloc(1, to - from);
		need(room ? 0 : -1, "memory");
		read_there(pid, room, to - from, from);
		found = secret_in(room, to - from);
		free(room);
	}
	fclose(maps);
	return found;
}

static void open_mem(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	mem = (int)step(open(path, O_RDONLY | O_CLOEXEC), path);
}

static volatile int changed;

static void change_other(void)
{
	pid_t pid = (pid_t)need(fork(), "fork");
	struct iovec here, there = { (void *)&changed, sizeof(changed) };
	int one = 1;

	if (pid == 0) {
		for (int i = 0; !changed && i < 200; i++)
			doze();
		_exit(changed ? 42 : 0);
	}
	here = (struct iovec){ &one, sizeof(one) };
	step(process_vm_writev(pid, &here, 1, &there, 1, 0), "process_vm_writev");
	effect(wait_for(pid) == 42, "the other process sees it");
}

static void agree(void)
{
	pid_t pid = (pid_t)need(fork(), "fork");
	int status;
	long word;

	if (pid == 0) {
		changed = 4711;
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			raise(SIGSTOP);
		_exit(0);
	}
	need(waitpid(pid, &status, WUNTRACED), "waitpid");
	word = ptrace(PTRACE_PEEKDATA, pid, &changed, NULL);
	effect((int)word == 4711, "what is in the traced process");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	pid_t pid = holder();
	int fd;

	if (strcmp(how, "writev") == 0)
		change_other();
	if (strcmp(how, "traceme") == 0)
		agree();
	if (strcmp(how, "getfd") == 0) {
		fd = (int)need(syscall(SYS_pidfd_open, pid, 0), "pidfd_open");
		take((int)step(syscall(SYS_pidfd_getfd, fd, INHERITED_SECRET, 0), "pidfd_getfd"));
	}
	if (strcmp(how, "mem") == 0)
		open_mem(pid);
	if (strcmp(how, "attach") == 0)
		step(ptrace(PTRACE_ATTACH, pid, NULL, NULL), "PTRACE_ATTACH");
	if (strcmp(how, "seize") == 0) {
		step(ptrace(PTRACE_SEIZE, pid, NULL, NULL), "PTRACE_SEIZE");
		step(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), "PTRACE_INTERRUPT");
	}
	if (strcmp(how, "attach") == 0 || strcmp(how, "seize") == 0)
		need(waitpid(pid, NULL, __WALL), "waitpid");
	effect(search(pid, mem >= 0 ? by_mem : strcmp(how, "readv") == 0 ? by_readv : by_peek), "the secret in memory");
}

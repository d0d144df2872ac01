// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads the secret out of the memory of a process that has read it.
 */
#include "attack.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

static int memory = -1;

static ssize_t by_vm(void *to, size_t n, unsigned long from)
{
	struct iovec here = { .iov_base = to, .iov_len = n }, there = { .iov_base = (void *)from, .iov_len = n };

	return process_vm_readv(holder(), &here, 1, &there, 1, 0);
}

static ssize_t by_file(void *to, size_t n, unsigned long from)
{
	return pread(memory, to, n, (off_t)from);
}

static ssize_t by_ptrace(void *to, size_t n, unsigned long from)
{
	size_t i;

	for (i = 0; i < n; i += sizeof(long)) {
		errno = 0;
		*(long *)((char *)to + i) = ptrace(PTRACE_PEEKDATA, holder(), from + i, 0);
		if (errno)
			return -1;
	}
	return (ssize_t)n;
}

/* Every mapping of the holder that it may write. */
static void __attribute__((noreturn)) search(ssize_t (*get)(void *to, size_t n, unsigned long from))
{
	static char room[4096];
	char path[64], line[512], rights[8];
	unsigned long at, end;
	bool any = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", holder());
	maps = fopen(path, "re");
	step(maps ? 0 : -1, path);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &at, &end, rights) != 3 || rights[1] != 'w')
			continue;
		for (; at < end; at += sizeof(room)) {
			if (get(room, sizeof(room), at) < 0)
				continue;
			any = true;
			if (secret_in(room, sizeof(room)))
				happened();
		}
	}
	if (any)
		errno = 0;
	stopped("not in its memory");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	char path[64];

	if (strcmp(how, "vm") == 0)
		search(by_vm);
	if (strcmp(how, "ptrace") == 0) {
		step(ptrace(PTRACE_ATTACH, holder(), 0, 0), "attach");
		step(waitpid(holder(), NULL, __WALL), "wait");
		search(by_ptrace);
	}
	snprintf(path, sizeof(path), "/proc/%d/mem", holder());
	memory = (int)step(open(path, O_RDONLY), path);
	search(by_file);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has the kernel load a module: from a file (finit), from memory (init), because of a socket whose family is not there
 * (socket), because of a congestion control that is not there (tcp).
 */
#include "attack.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static bool is_loaded(const char *name)
{
	char line[256], start[64];
	FILE *modules = fopen("/proc/modules", "re");
	bool found = false;

	need(modules ? 0 : -1, "/proc/modules");
	snprintf(start, sizeof(start), "%s ", name);
	while (!found && fgets(line, sizeof(line), modules))
		found = strncmp(line, start, strlen(start)) == 0;
	fclose(modules);
	return found;
}

/* Takes it out again: the next one looks for it too. */
static void __attribute__((noreturn)) conclude(const char *name)
{
	bool there = is_loaded(name);

	if (there)
		syscall(SYS_delete_module, name, O_NONBLOCK);
	effect(there, name);
}

/* The module as one plain file. */
static int open_module(void)
{
	static const char script[] =
		"m=$(modinfo -n dummy) && case $m in *.xz) xz -dc \"$m\";; *.zst) zstd -qdc \"$m\";;"
		" *) cat \"$m\";; esac >" OUT "/module.ko";
	char *const argv[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };

	if (run(argv) != 0)
		unavailable("the module dummy");
	return (int)need(open(OUT "/module.ko", O_RDONLY | O_CLOEXEC), OUT "/module.ko");
}

static void from_memory(int fd)
{
	static char room[4 << 20];
	long size = need(read(fd, room, sizeof(room)), "read");

	step(syscall(SYS_init_module, room, size, ""), "init_module");
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	int fd;

	if (strcmp(how, "socket") == 0) {
		syscall(SYS_delete_module, "algif_hash", O_NONBLOCK);
		syscall(SYS_delete_module, "af_alg", O_NONBLOCK);
		fd = socket(AF_ALG, SOCK_SEQPACKET, 0);
		if (fd >= 0)
			close(fd);
		conclude("af_alg");
	}
	if (strcmp(how, "tcp") == 0) {
		fd = (int)need(socket(AF_INET, SOCK_STREAM, 0), "socket");
		setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "htcp", 4);
		close(fd);
		conclude("tcp_htcp");
	}
	syscall(SYS_delete_module, "dummy", O_NONBLOCK);
	fd = open_module();
	if (strcmp(how, "init") == 0)
		from_memory(fd);
	else
		step(syscall(SYS_finit_module, fd, "", 0), "finit_module");
	conclude("dummy");
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a pid. Out: what /proc holds for it. Never waits: these files are made from memory when they are read.
 */
#include "procfs.h"
#include <base/cleanup.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "scout.h"

#define NAME_ROOM 48

long procfs_read(const char *path, char *buffer, size_t room)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buffer, room);
	return n < 0 ? -errno : n;
}

static const char *file_of(__u32 pid, const char *file, char name[NAME_ROOM])
{
	snprintf(name, NAME_ROOM, "/proc/%u/%s", pid, file);
	return name;
}

int procfs_status(__u32 pid, struct procfs_status *ret)
{
	char name[NAME_ROOM], text[1024];
	unsigned long long start;
	const char *after;
	unsigned int ppid;
	long n;

	n = procfs_read(file_of(pid, "stat", name), text, sizeof(text) - 1);
	if (n < 0)
		return n;
	text[n] = '\0';
	after = strrchr(text, ')'); /* the name in front may hold anything, brackets too */
	if (!after ||
	    sscanf(after + 1, " %*c %u %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &ppid,
		   &start) != 2)
		return -EBADMSG;
	*ret = (struct procfs_status){ .ppid = ppid, .start = start };
	return 0;
}

/* The `nth` number behind a name, in /proc/PID/status; its first line, the program's name, has no newline in it. */
static bool find_number(const char *text, const char *name, int base, int nth, unsigned long long *ret)
{
	const char *at = strstr(text, name);
	char *end;

	for (at = at ? at + strlen(name) : NULL; at && nth--; at = end) {
		*ret = strtoull(at, &end, base);
		if (end == at)
			return false;
	}
	return at != NULL;
}

int procfs_identity(__u32 pid, struct procfs_identity *ret)
{
	char name[NAME_ROOM], text[4096];
	long n = procfs_read(file_of(pid, "status", name), text, sizeof(text) - 1);
	unsigned long long uid, gid, capabilities;

	if (n < 0)
		return n;
	text[n] = '\0';
	if (!find_number(text, "\nUid:", 10, 2, &uid) || !find_number(text, "\nGid:", 10, 2, &gid) ||
	    !find_number(text, "\nCapEff:", 16, 1, &capabilities))
		return -EBADMSG;
	*ret = (struct procfs_identity){ .uid = (__u32)uid, .gid = (__u32)gid, .capabilities = capabilities };
	return 0;
}

__u64 procfs_ticks(__u64 boottime)
{
	return boottime / (1000000000ull / sysconf(_SC_CLK_TCK));
}

long procfs_binary(__u32 pid, char *buffer, size_t room)
{
	return scout_binary(pid, buffer, room);
}

long procfs_arguments(__u32 pid, char *buffer, size_t room)
{
	char name[NAME_ROOM];

	return procfs_read(file_of(pid, "cmdline", name), buffer, room);
}

long procfs_cgroup(__u32 pid, char *buffer, size_t room)
{
	char name[NAME_ROOM], text[4096];
	const char *line, *end;
	long n = procfs_read(file_of(pid, "cgroup", name), text, sizeof(text) - 1);

	if (n < 0)
		return n;
	text[n] = '\0';
	line = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
	if (!line)
		return -ENODATA;
	line = strchr(line, '/');
	end = line ? strchr(line, '\n') : NULL;
	if (!end || (size_t)(end - line) > room)
		return -ENODATA;
	memcpy(buffer, line, end - line);
	return end - line;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How many entries have all BPF maps of a name together?
 *
 * In:   names of hash maps. Out: a line "NAME COUNT" for each; status 2 when a map cannot be read.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KEY_ROOM = 256 };

static int bpf(int command, union bpf_attr *attributes)
{
	return (int)syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "entries: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct bpf_map_info describe(int fd)
{
	struct bpf_map_info info = { 0 };
	union bpf_attr attributes = { .info.bpf_fd = (uint32_t)fd };

	attributes.info.info = (uintptr_t)&info;
	attributes.info.info_len = sizeof(info);
	if (bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes) < 0)
		fail("info");
	return info;
}

static unsigned long count_keys(int fd)
{
	unsigned char key[KEY_ROOM];
	union bpf_attr attributes = { .map_fd = (uint32_t)fd };
	unsigned long n = 0;

	attributes.next_key = (uintptr_t)key;
	while (bpf(BPF_MAP_GET_NEXT_KEY, &attributes) == 0) {
		attributes.key = (uintptr_t)key;
		n++;
	}
	if (errno != ENOENT)
		fail("keys");
	return n;
}

static unsigned long count_of_map(uint32_t id, const char *name)
{
	union bpf_attr attributes = { .map_id = id };
	int fd = bpf(BPF_MAP_GET_FD_BY_ID, &attributes);
	struct bpf_map_info info;
	unsigned long n = 0;

	if (fd < 0)
		return 0; /* it is gone again */
	info = describe(fd);
	if (info.type == BPF_MAP_TYPE_HASH && info.key_size <= KEY_ROOM && strcmp(info.name, name) == 0)
		n = count_keys(fd);
	close(fd);
	return n;
}

static unsigned long count(const char *name)
{
	union bpf_attr attributes = { 0 };
	unsigned long n = 0;

	while (bpf(BPF_MAP_GET_NEXT_ID, &attributes) == 0) {
		attributes.start_id = attributes.next_id;
		n += count_of_map(attributes.start_id, name);
	}
	if (errno != ENOENT)
		fail("maps");
	return n;
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		printf("%s %lu\n", argv[i], count(argv[i]));
	return 0;
}

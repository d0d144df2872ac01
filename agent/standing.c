/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a pid. Out: the beginning of what its first thread has in the map `tasks`. The kernel side may be writing it
 * while it is read: what two readings agree in is whole.
 */
#include "standing.h"
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define READINGS_MAX 16

static int size_of_values(int map, size_t *ret)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(map, &info, &size))
		return -errno;
	*ret = info.value_size;
	return 0;
}

/* `value` has room for a value of the map. */
static int read_agreed(int map, int process, void *value, struct bw_standing *ret)
{
	for (int i = 0; i < READINGS_MAX; i++) {
		if (bpf_map_lookup_elem(map, &process, value))
			return -errno;
		if (i && memcmp(ret, value, sizeof(*ret)) == 0)
			return 0;
		memcpy(ret, value, sizeof(*ret));
	}
	return -EAGAIN;
}

int standing_read(const struct loader *loader, __u32 pid, struct bw_standing *ret)
{
	int map = load_map(loader, "tasks");
	_close_ int process = -1;
	_free_ void *value = NULL;
	size_t size = 0;
	int r = map < 0 ? map : size_of_values(map, &size);

	if (r < 0)
		return r;
	process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return errno == EINVAL || errno == ENOENT ? -ESRCH : -errno;
	value = malloc(size > sizeof(*ret) ? size : sizeof(*ret));
	return value ? read_agreed(map, process, value, ret) : -ENOMEM;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Counters out of the maps.
 */
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include "counters.h"

int counters_rules(const struct loader *loader, struct bw_counter *ret, size_t n)
{
	__u32 from = 0, count = (__u32)n;
	_free_ __u32 *keys = calloc(n + 1, sizeof(*keys));
	_close_ int fd = -1;

	memset(ret, 0, n * sizeof(*ret));
	if (!n)
		return 0;
	if (!keys)
		return -ENOMEM;
	fd = load_inner(loader, "counters", load_control(loader)->active & 1);
	if (fd < 0)
		return fd;
	if (bpf_map_lookup_batch(fd, NULL, &from, keys, ret, &count, NULL) && errno != ENOENT)
		return -errno;
	return 0;
}

int counters_stats(const struct loader *loader, struct bw_stats *ret)
{
	int cpus = libbpf_num_possible_cpus();
	_free_ struct bw_stats *each = NULL;
	__u32 zero = 0;

	if (cpus < 0)
		return cpus;
	each = calloc((size_t)cpus, sizeof(*each));
	if (!each)
		return -ENOMEM;
	if (bpf_map_lookup_elem(load_map(loader, "stats"), &zero, each))
		return -errno;
	*ret = (struct bw_stats){};
	for (int i = 0; i < cpus; i++) {
		ret->decided += each[i].decided;
		ret->sent += each[i].sent;
		ret->lost += each[i].lost;
		ret->undecided += each[i].undecided;
		ret->walks += each[i].walks;
		ret->unnamed += each[i].unnamed;
		ret->forgotten += each[i].forgotten;
		ret->suppressed += each[i].suppressed;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the table `names` of a set; maps of programs that are replaced. Out: its roster; what those maps know.
 */
#include "heritage.h"
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "batch.h"
#include "fill.h"
#include "ring.h"
#include "roster_pack.h"

static int read_names(int fd, char **ret, size_t *ret_size)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), from = 0, n;
	_free_ __u32 *keys = NULL;

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	n = info.max_entries;
	keys = calloc(n, sizeof(*keys));
	*ret = calloc(n, BW_NAMES_CHUNK);
	*ret_size = (size_t)n * BW_NAMES_CHUNK;
	if (!keys || !*ret)
		return -ENOMEM;
	return bpf_map_lookup_batch(fd, NULL, &from, keys, *ret, &n, NULL) && errno != ENOENT ? -errno : 0;
}

static int read_roster(int fd, struct roster **ret)
{
	_free_ char *bytes = NULL;
	size_t size = 0;
	int r = read_names(fd, &bytes, &size);

	return r < 0 ? r : roster_unpack(bytes, size, ret);
}

int heritage_roster(const struct loader *loader, unsigned int back, struct roster **ret)
{
	__u64 active = load_control(loader)->active;
	_close_ int fd = -1;
	int r;

	if (active <= back)
		return -ENOENT;
	fd = load_inner(loader, fill_name(FILL_NAMES), (__u32)(active - back) & 1);
	r = fd < 0 ? fd : read_roster(fd, ret);
	if (r >= 0)
		(*ret)->active = active - back;
	return r;
}

/* --- what is sealed ----------------------------------------------------------------------------------------- */

/* A table of the programs that decide: the caller's descriptor. */
static int decided_by(const struct loader *loader, const char *table)
{
	int fd;

	if (load_origin(loader) == LOAD_REPLACES)
		return load_replaced(loader, table);
	fd = fcntl(load_map(loader, table), F_DUPFD_CLOEXEC, 3);
	return fd < 0 ? -errno : fd;
}

/* The number of the set in force. */
static int read_active(int fd, __u64 *ret)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), zero = 0;
	struct bw_control control;

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	if (info.value_size != sizeof(control))
		return -EPROTO;
	if (bpf_map_lookup_elem(fd, &zero, &control))
		return -errno;
	*ret = control.active;
	return control.abi == BW_ABI_VERSION ? 0 : -EPROTO;
}

static int seal_roster(const struct roster *roster, int policies, struct seal *seal)
{
	struct bw_policy policy;
	int r = 0;

	for (__u32 i = 0; i < roster->n_policies && r >= 0; i++) {
		if (bpf_map_lookup_elem(policies, &i, &policy))
			return -errno;
		if (policy.mode == BW_MODE_ENFORCE)
			r = seal_add_policy(seal, roster->policy[i].name, roster->policy[i].hash);
	}
	return r;
}

int heritage_seal(const struct loader *loader, struct seal *seal)
{
	_close_ int control = decided_by(loader, LOAD_CONTROL), tables = decided_by(loader, fill_name(FILL_NAMES));
	_close_ int modes = decided_by(loader, fill_name(FILL_POLICIES));
	struct roster *roster = NULL;
	__u64 active = 0;
	int r = read_active(control, &active);

	if (r >= 0) {
		_close_ int names = load_inner_of(tables, active & 1), policies = load_inner_of(modes, active & 1);

		r = read_roster(names, &roster);
		r = r < 0 ? r : seal_roster(roster, policies, seal);
	}
	roster_free(roster);
	return r;
}

/* --- programs that are replaced ------------------------------------------------------------------------------ */

static bool is_origins(int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.key_size == sizeof(struct bw_origin_key) &&
	       info.value_size == sizeof(struct bw_origin);
}

static int note_origin(void *context, const void *key, const void *origin)
{
	const int *to = context;

	return bpf_map_update_elem(*to, key, origin, BPF_ANY) ? -errno : 0;
}

int heritage_origins(struct loader *loader)
{
	_close_ int from = load_replaced(loader, "origins");
	int to = load_map(loader, "origins");

	if (from < 0 || to < 0)
		return from < 0 ? from : to;
	if (!is_origins(from))
		return -EPROTO;
	return batch_each(from, sizeof(struct bw_origin_key), sizeof(struct bw_origin), note_origin, &to);
}

/* The sum over all CPUs of what stands first in `stats` in every version. */
static int read_stats(int fd, struct bw_stats *ret)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), zero = 0;
	int cpus = libbpf_num_possible_cpus();
	_free_ char *each = NULL;
	size_t room;

	*ret = (struct bw_stats){};
	if (cpus < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return cpus < 0 ? cpus : -errno;
	room = (info.value_size + 7) / 8 * 8;
	each = room < sizeof(__u64[3]) ? NULL : calloc((size_t)cpus, room);
	if (!each)
		return room < sizeof(__u64[3]) ? -EPROTO : -ENOMEM;
	if (bpf_map_lookup_elem(fd, &zero, each))
		return -errno;
	for (int i = 0; i < cpus; i++) {
		__u64 first[3];

		memcpy(first, each + (size_t)i * room, sizeof(first));
		ret->decided += first[0];
		ret->sent += first[1];
		ret->lost += first[2];
	}
	return 0;
}

/* The head of `control`, as far as it is the same in every version. */
static int read_control(int fd, struct bw_control *ret)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), zero = 0;
	_free_ char *value = NULL;

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	value = calloc(1, info.value_size + 1);
	if (!value || info.value_size < offsetof(struct bw_control, active))
		return value ? -EPROTO : -ENOMEM;
	if (bpf_map_lookup_elem(fd, &zero, value))
		return -errno;
	memcpy(ret, value, offsetof(struct bw_control, active));
	return 0;
}

static void read_rest(int control, int stats, int events, struct heritage_rest *ret)
{
	struct bw_control head = {};
	struct bw_stats counted;
	long waiting;

	if (read_control(control, &head) < 0 || read_stats(stats, &counted) < 0)
		return;
	waiting = ring_take_all(events);
	ret->decided = counted.decided > head.decided ? counted.decided - head.decided : 0;
	ret->untold = counted.lost > head.told ? counted.lost - head.told : 0;
	ret->untold += waiting > 0 ? (__u64)waiting : 0;
}

int heritage_keep(struct loader *loader, struct heritage_rest *ret)
{
	_close_ int control = load_replaced(loader, LOAD_CONTROL), stats = load_replaced(loader, "stats");
	_close_ int events = load_replaced(loader, "events");
	int r = load_keep(loader);

	*ret = (struct heritage_rest){ 0 };
	if (r >= 0 && control >= 0 && stats >= 0 && events >= 0)
		read_rest(control, stats, events, ret);
	return r;
}

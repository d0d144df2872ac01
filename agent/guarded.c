/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: descriptors. Out: the numbers of what they stand for, in a map that the kernel side asks.
 */
#include "guarded.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "fill.h"
#include "load_inner.h"
#include "log.h"

#define SETS	    2
#define GUARDED_MAX (LOAD_MAPS_MAX + SETS * _FILL_MAX + 2 * (LOAD_PROGRAMS_MAX + LOAD_OWN_MAX))

struct guarded {
	struct bw_guarded key[GUARDED_MAX];
	size_t n;
	int error;
};

static void add(struct guarded *guarded, __u32 kind, __u32 id)
{
	guarded->key[guarded->n++] = (struct bw_guarded){ .kind = kind, .id = id };
}

/* Of a map, a program and a link alike the second thing that the kernel tells is the number. */
static void add_descriptor(struct guarded *guarded, __u32 kind, int fd)
{
	struct {
		__u32 type;
		__u32 id;
	} info = { 0 };
	__u32 size = sizeof(info);

	if (fd < 0)
		return;
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		guarded->error = -errno;
	else
		add(guarded, kind, info.id);
}

static void add_objects(struct guarded *guarded, const struct load_object *object, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		add_descriptor(guarded, BW_GUARDED_PROGRAM, object[i].fd);
		add_descriptor(guarded, BW_GUARDED_LINK, object[i].link);
	}
}

/* The maps of both sets of tables: they stand by their numbers in the maps that are arrays of them. */
static void add_sets(struct guarded *guarded, const struct loader *loader)
{
	__u32 id;

	for (int table = 0; table < _FILL_MAX; table++)
		for (__u32 set = 0; set < SETS; set++)
			if (!bpf_map_lookup_elem(load_map(loader, fill_name(table)), &set, &id))
				add(guarded, BW_GUARDED_MAP, id);
}

static bool has(const struct guarded *guarded, const struct bw_guarded *key)
{
	for (size_t i = 0; i < guarded->n; i++)
		if (memcmp(&guarded->key[i], key, sizeof(*key)) == 0)
			return true;
	return false;
}

static void remove_others(int map, const struct guarded *guarded)
{
	struct bw_guarded key, next;
	bool more = !bpf_map_get_next_key(map, NULL, &next);

	while (more) {
		key = next;
		more = !bpf_map_get_next_key(map, &key, &next);
		if (!has(guarded, &key))
			(void)bpf_map_delete_elem(map, &key);
	}
}

void guarded_settle(const struct loader *loader)
{
	const __u32 value = 1;
	struct guarded guarded = { .n = 0 };
	int map = load_map(loader, "guarded");

	if (!loader->control->guard)
		return;
	for (size_t i = 0; i < loader->n_maps; i++)
		add_descriptor(&guarded, BW_GUARDED_MAP, loader->map[i].fd);
	add_sets(&guarded, loader);
	add_objects(&guarded, loader->program, loader->n);
	add_objects(&guarded, loader->own, loader->n_own);
	for (size_t i = 0; i < guarded.n; i++)
		if (bpf_map_update_elem(map, &guarded.key[i], &value, BPF_ANY))
			guarded.error = -errno;
	if (guarded.error)
		log_warning_errno(guarded.error, "Cannot guard all of what the agent has in the kernel: %m, ignoring");
	else
		remove_others(map, &guarded);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tables -> inner maps. One row of `forms` for each table says what its map is like; the elements come as one
 * array of keys (or none: numbered) and one of values, in one batch.
 */
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "fill.h"
#include "log.h"
#include "mounts.h"
#include "policy/cgroup.h"
#include "policy/walk.h"
#include "roster_pack.h"

struct form {
	const char *name;
	enum bpf_map_type type;
	__u32 key;
	__u32 value;
	__u32 flags;
	__u32 room; /* entries that it has at least; tables that the kernel side adds to */
};

#define ARRAY(value_size, more) BPF_MAP_TYPE_ARRAY, sizeof(__u32), value_size, BPF_F_INNER_MAP | (more), 1

static const struct form forms[_FILL_MAX] = {
	[FILL_STATES] = { "states", ARRAY(sizeof(struct bw_state), 0) },
	[FILL_EDGES] = { "edges", BPF_MAP_TYPE_HASH, sizeof(struct bw_edge), sizeof(__u32), 0, 1 },
	[FILL_GLOB_ROWS] = { "glob_rows", ARRAY(sizeof(__u32), 0) },
	[FILL_GLOB_CELLS] = { "glob_cells", ARRAY(sizeof(__u32), 0) },
	[FILL_LABELS] = { "labels", ARRAY(sizeof(struct bw_label), 0) },
	[FILL_RULES] = { "rules", ARRAY(sizeof(struct bw_rule), 0) },
	[FILL_POLICIES] = { "policies", ARRAY(sizeof(struct bw_policy), BPF_F_MMAPABLE) },
	[FILL_TRAIT_SETS] = { "trait_sets", ARRAY(sizeof(struct bw_traits), 0) },
	[FILL_ID_RANGES] = { "id_ranges", ARRAY(sizeof(struct bw_id_range), 0) },
	[FILL_NETWORKS4] = { "networks4", BPF_MAP_TYPE_LPM_TRIE, sizeof(struct bw_prefix4), sizeof(__u32),
			     BPF_F_NO_PREALLOC, 1 },
	[FILL_NETWORKS6] = { "networks6", BPF_MAP_TYPE_LPM_TRIE, sizeof(struct bw_prefix6), sizeof(__u32),
			     BPF_F_NO_PREALLOC, 1 },
	[FILL_NETWORKS] = { "networks", ARRAY(sizeof(struct bw_network), 0) },
	[FILL_PORT_RANGES] = { "port_ranges", ARRAY(sizeof(struct bw_port_range), 0) },
	[FILL_SOCKETS] = { "sockets", BPF_MAP_TYPE_HASH, sizeof(struct bw_socket), sizeof(__u32), 0, 1 },
	[FILL_MARKS] = { "marks", BPF_MAP_TYPE_HASH, sizeof(struct bw_inode_key), sizeof(struct bw_marks),
			 BPF_F_NO_PREALLOC, BW_MARKS_MAX },
	[FILL_FILESYSTEMS] = { "filesystems", BPF_MAP_TYPE_HASH, sizeof(__u32), sizeof(__u32), BPF_F_NO_PREALLOC,
			       BW_FILESYSTEMS_MAX },
	[FILL_COUNTERS] = { "counters", ARRAY(sizeof(struct bw_counter), 0) },
	[FILL_LINEAGE_TRAITS] = { "lineage_traits", BPF_MAP_TYPE_HASH, sizeof(__u64), sizeof(struct bw_held),
				  BPF_F_NO_PREALLOC, BW_LINEAGES_MAX },
	[FILL_DIGESTS] = { "digests", BPF_MAP_TYPE_HASH, sizeof(struct bw_digest), sizeof(__u32), 0, 1 },
	[FILL_NAMES] = { "names", ARRAY(sizeof(struct bw_names), 0) },
	[FILL_CGROUPS] = { "cgroups", BPF_MAP_TYPE_HASH, sizeof(__u64), sizeof(struct bw_cgroup), BPF_F_NO_PREALLOC,
			   BW_CGROUPS_MAX },
};

const char *fill_name(enum fill_table table)
{
	return forms[table].name;
}

/* keys: NULL for arrays, whose elements are numbered. values: NULL leaves an array zero. */
static int make(enum fill_table table, const void *keys, const void *values, size_t n, struct fill *fill)
{
	const struct form *form = &forms[table];
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = form->flags);
	_free_ __u32 *numbers = NULL;
	__u32 count = (__u32)n;
	int fd;

	fd = bpf_map_create(form->type, form->name, form->key, form->value, count > form->room ? count : form->room,
			    &options);
	if (fd < 0)
		return log_error_errno(-errno, "Cannot make a map for table '%s' of %u entries: %m", form->name, count);
	fill->fd[table] = fd;
	if (!n || !values)
		return 0;
	if (!keys) {
		numbers = malloc(n * sizeof(*numbers));
		if (!numbers)
			return -ENOMEM;
		for (__u32 i = 0; i < count; i++)
			numbers[i] = i;
		keys = numbers;
	}
	if (bpf_map_update_batch(fd, keys, values, &count, NULL))
		return log_error_errno(-errno, "Cannot fill table '%s' (%u of %zu entries): %m", form->name, count, n);
	return 0;
}

static int make_edges(const struct tables *tables, struct fill *fill)
{
	_free_ struct bw_edge *keys = calloc(tables->n_edges + 1, sizeof(*keys));
	_free_ __u32 *values = calloc(tables->n_edges + 1, sizeof(*values));

	if (!keys || !values)
		return -ENOMEM;
	for (size_t i = 0; i < tables->n_edges; i++) {
		keys[i] = tables->edge[i].key;
		values[i] = tables->edge[i].next;
	}
	return make(FILL_EDGES, keys, values, tables->n_edges, fill);
}

/* The keys of both tries are a length and the bytes of an address. */
static int make_networks(const struct tables *tables, unsigned int family, struct fill *fill)
{
	const size_t size = family == 4 ? sizeof(struct bw_prefix4) : sizeof(struct bw_prefix6);
	_free_ unsigned char *keys = calloc(tables->n_prefixes + 1, size);
	_free_ __u32 *values = calloc(tables->n_prefixes + 1, sizeof(*values));
	size_t n = 0;

	if (!keys || !values)
		return -ENOMEM;
	for (size_t i = 0; i < tables->n_prefixes; i++) {
		const struct table_prefix *prefix = &tables->prefix[i];
		__u32 length = prefix->length;

		if (prefix->family != family)
			continue;
		memcpy(keys + n * size, &length, sizeof(length));
		memcpy(keys + n * size + sizeof(length), prefix->address, size - sizeof(length));
		values[n++] = prefix->network;
	}
	return make(family == 4 ? FILL_NETWORKS4 : FILL_NETWORKS6, keys, values, n, fill);
}

static int make_sockets(const struct tables *tables, struct fill *fill)
{
	_free_ struct bw_socket *keys = calloc(tables->n_sockets + 1, sizeof(*keys));
	_free_ __u32 *values = calloc(tables->n_sockets + 1, sizeof(*values));

	if (!keys || !values)
		return -ENOMEM;
	for (size_t i = 0; i < tables->n_sockets; i++) {
		keys[i] = tables->socket[i].key;
		values[i] = tables->socket[i].label;
	}
	return make(FILL_SOCKETS, keys, values, tables->n_sockets, fill);
}

static int make_digests(const struct tables *tables, struct fill *fill)
{
	_free_ struct bw_digest *keys = calloc(tables->n_digests + 1, sizeof(*keys));
	_free_ __u32 *values = calloc(tables->n_digests + 1, sizeof(*values));

	if (!keys || !values)
		return -ENOMEM;
	for (size_t i = 0; i < tables->n_digests; i++) {
		keys[i] = tables->digest[i].digest;
		values[i] = tables->digest[i].traits;
	}
	return make(FILL_DIGESTS, keys, values, tables->n_digests, fill);
}

static int make_names(const struct tables *tables, struct fill *fill)
{
	static const char zero[sizeof(struct bw_names)];
	_cleanup_(writer_done) struct writer text = { 0 };

	roster_pack(tables, &text);
	writer_plain(&text, zero, sizeof(zero) - text.size % sizeof(zero));
	if (writer_failed(&text))
		return -ENOMEM;
	return make(FILL_NAMES, NULL, text.text, text.size / sizeof(zero), fill);
}

static bool is_mounted(const struct mounts *mounts, __u32 dev)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->list[i].dev == dev)
			return true;
	return false;
}

/* A device number that is free may be given to another file system, which does not hang there. */
static void remove_unmounted(int fd, const struct mounts *mounts)
{
	__u32 dev, next;
	bool more = !bpf_map_get_next_key(fd, NULL, &next);

	while (more) {
		dev = next;
		more = !bpf_map_get_next_key(fd, &dev, &next);
		if (!is_mounted(mounts, dev))
			(void)bpf_map_delete_elem(fd, &dev);
	}
}

int fill_filesystems(int fd, const struct tables *tables)
{
	_cleanup_(mounts_done) struct mounts mounts = {};
	int r = mounts_read(&mounts);

	if (r < 0)
		return log_error_errno(r, "Cannot read where file systems are mounted (/proc/1/mountinfo): %m");
	for (size_t i = 0; i < mounts.n; i++) {
		__u32 state = walk_path(tables, BW_STATE_ROOT, mounts.list[i].path);

		if (bpf_map_update_elem(fd, &mounts.list[i].dev, &state, BPF_ANY))
			return log_error_errno(-errno, "Cannot enter the file system mounted at '%s': %m",
					       mounts.list[i].path);
	}
	remove_unmounted(fd, &mounts);
	return 0;
}

int fill_cgroup(int fd, const struct tables *tables, const struct cgroup *cgroup)
{
	const struct container *container = cgroup->container;
	struct bw_cgroup value;

	cgroup_judge(tables, cgroup->path, container ? &container->names : NULL, container, cgroup->named, &value);
	if (!container && value.flags & BW_CGROUP_CONTAINER) /* of a runtime whose files are not read */
		value.flags &= ~(__u32)BW_CGROUP_NAMED;
	return bpf_map_update_elem(fd, &cgroup->id, &value, BPF_ANY) ? -errno : 0;
}

struct entering {
	int fd;
	const struct tables *tables;
	int r; /* the first failure */
};

static void enter_cgroup(void *context, const struct cgroup *cgroup)
{
	struct entering *entering = context;

	if (entering->r >= 0)
		entering->r = fill_cgroup(entering->fd, entering->tables, cgroup);
}

int fill_cgroups(int fd, const struct tables *tables, const struct cgroups *cgroups)
{
	struct entering entering = { .fd = fd, .tables = tables };

	cgroups_each(cgroups, enter_cgroup, &entering);
	return entering.r < 0 ? log_error_errno(entering.r, "Cannot enter the cgroups of this node: %m") : 0;
}

static int make_all(const struct tables *t, struct fill *fill)
{
	int r = make(FILL_STATES, NULL, t->state, t->n_states, fill);

	r = r ?: make_edges(t, fill);
	r = r ?: make(FILL_GLOB_ROWS, NULL, t->glob_row, t->n_glob_rows, fill);
	r = r ?: make(FILL_GLOB_CELLS, NULL, t->glob_cell, t->n_glob_cells, fill);
	r = r ?: make(FILL_LABELS, NULL, t->label, t->n_labels, fill);
	r = r ?: make(FILL_RULES, NULL, t->rule, t->n_rules, fill);
	r = r ?: make(FILL_POLICIES, NULL, t->policy, t->n_policies, fill);
	r = r ?: make(FILL_TRAIT_SETS, NULL, t->trait_set, t->n_trait_sets, fill);
	r = r ?: make(FILL_ID_RANGES, NULL, t->id_range, t->n_id_ranges, fill);
	r = r ?: make_networks(t, 4, fill);
	r = r ?: make_networks(t, 6, fill);
	r = r ?: make(FILL_NETWORKS, NULL, t->network, t->n_networks, fill);
	r = r ?: make(FILL_PORT_RANGES, NULL, t->port_range, t->n_port_ranges, fill);
	r = r ?: make_sockets(t, fill);
	r = r ?: make(FILL_MARKS, NULL, NULL, 0, fill);
	r = r ?: make(FILL_FILESYSTEMS, NULL, NULL, 0, fill);
	r = r ?: make(FILL_COUNTERS, NULL, NULL, t->n_rule_names, fill);
	r = r ?: make_digests(t, fill);
	r = r ?: make(FILL_LINEAGE_TRAITS, NULL, NULL, 0, fill);
	r = r ?: make(FILL_CGROUPS, NULL, NULL, 0, fill);
	r = r ?: make_names(t, fill);
	return r ?: fill_filesystems(fill->fd[FILL_FILESYSTEMS], t);
}

int fill_maps(const struct tables *tables, struct fill *ret)
{
	struct fill fill;
	int r;

	for (int i = 0; i < _FILL_MAX; i++)
		fill.fd[i] = -1;
	r = make_all(tables, &fill);
	if (r < 0) {
		fill_done(&fill);
		return r;
	}
	*ret = fill;
	return 0;
}

void fill_done(struct fill *fill)
{
	for (int i = 0; i < _FILL_MAX; i++)
		if (fill->fd[i] >= 0)
			close(fill->fd[i]);
}

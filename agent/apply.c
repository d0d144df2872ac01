/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tables -> in force: the idle set of maps is filled, files that policies name are marked, then one store flips
 * every hook.
 *
 * The order is the argument: nothing that a hook may be reading is touched before the flip, and the old set is
 * free to be overwritten by the next change only after every hook that could have read the old number has returned.
 * It stays till then: each write to an array of maps waits for all hooks, so taking it away would cost as much again.
 */
#include <base/cleanup.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include "apply.h"
#include "fill.h"
#include "log.h"

/* Puts the maps into slot `set` of every table, where nobody reads yet. */
static int place_maps(struct loader *loader, __u32 set, const struct fill *fill)
{
	for (int i = 0; i < _FILL_MAX; i++) {
		int outer = load_map(loader, fill_name(i));

		if (outer < 0)
			return log_error_errno(outer, "The kernel programs have no table '%s': %m", fill_name(i));
		if (bpf_map_update_elem(outer, &set, &fill->fd[i], BPF_ANY))
			return log_error_errno(-errno, "Cannot place table '%s': %m", fill_name(i));
	}
	return 0;
}

/* Empties a slot. A slot that is empty already is no error. */
static void remove_maps(struct loader *loader, __u32 set)
{
	for (int i = 0; i < _FILL_MAX; i++)
		(void)bpf_map_delete_elem(load_map(loader, fill_name(i)), &set);
}

/*
 * Has the kernel side mark the files that policies name: it sees this process stat them. Without marks the tables
 * still hold for every path, so a failure is told and not fatal.
 */
static void mark_files(struct loader *loader, const struct tables *tables, __u64 next)
{
	volatile struct bw_control *control = load_control(loader);
	int r;

	if (!tables->n_marks)
		return;
	r = load_attach_mark(loader);
	if (r < 0) {
		log_warning_errno(
			r,
			"Cannot mark files that policies name; hard links made earlier are not covered: %m, ignoring");
		return;
	}
	control->marking = next;
	control->marker = (__u32)getpid();
	for (size_t i = 0; i < tables->n_marks; i++) {
		struct stat ignored;

		(void)lstat(tables->mark[i].path, &ignored);
	}
	control->marker = 0;
	load_detach_mark(loader);
}

static void store_header(volatile struct bw_header *to, const struct bw_header *from)
{
	memcpy((void *)to, from, sizeof(*from));
	to->marks = 0;
}

/*
 * Waits until every hook that may have read the old `active` has returned: writing to an array of maps makes the
 * kernel wait for that. What is written is what stands there.
 */
static int wait_for_hooks(struct loader *loader, __u32 set, const struct fill *fill)
{
	return bpf_map_update_elem(load_map(loader, fill_name(FILL_STATES)), &set, &fill->fd[FILL_STATES], BPF_ANY)
		       ? -errno
		       : 0;
}

int apply_tables(struct loader *loader, const struct tables *tables, __u64 *ret_active)
{
	volatile struct bw_control *control = load_control(loader);
	__u64 next = control->active + 1;
	__u32 set = next & 1;
	struct fill fill;
	int r = fill_maps(tables, &fill);

	if (r < 0)
		return r;
	r = place_maps(loader, set, &fill);
	if (r < 0) {
		remove_maps(loader, set);
		fill_done(&fill);
		return r;
	}
	store_header(&control->header[set], &tables->header);
	mark_files(loader, tables, next);
	__atomic_store_n(&control->active, next, __ATOMIC_SEQ_CST);
	r = wait_for_hooks(loader, set, &fill);
	if (r < 0)
		log_warning_errno(r, "Cannot wait for hooks on the old tables: %m, ignoring");
	fill_done(&fill);
	*ret_active = next;
	return 0;
}

/* The descriptor of the map that stands in a slot of a table; the caller closes it. */
static int open_inner(const struct loader *loader, enum fill_table table, __u32 set)
{
	__u32 id = 0;

	if (bpf_map_lookup_elem(load_map(loader, fill_name(table)), &set, &id))
		return -errno;
	return bpf_map_get_fd_by_id(id);
}

int apply_mode(struct loader *loader, struct tables *tables, __u32 policy, enum bw_mode mode)
{
	volatile struct bw_control *control = load_control(loader);
	__u32 set = control->active & 1;
	_close_ int fd = open_inner(loader, FILL_POLICIES, set);
	struct bw_policy value = { .mode = mode };

	if (policy >= tables->n_policies)
		return -EINVAL;
	if (fd < 0)
		return log_error_errno(fd, "Cannot reach the table of policies: %m");
	if (bpf_map_update_elem(fd, &policy, &value, BPF_ANY))
		return log_error_errno(-errno, "Cannot switch the mode of policy %u: %m", policy);
	tables->policy[policy].mode = mode;
	control->header[set].enforced = tables_enforced(tables);
	return 0;
}

int apply_mounts(struct loader *loader, const struct tables *tables)
{
	volatile struct bw_control *control = load_control(loader);
	_close_ int fd = open_inner(loader, FILL_FILESYSTEMS, control->active & 1);
	int r;

	if (fd < 0)
		return log_error_errno(fd, "Cannot reach the table of file systems: %m");
	r = fill_filesystems(fd, tables);
	__atomic_add_fetch(&control->paths, 1, __ATOMIC_SEQ_CST);
	return r;
}

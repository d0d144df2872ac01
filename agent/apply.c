/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tables -> in force: the idle set of maps is filled, files that keep a place are marked, then one store flips every
 * hook.
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
#include "carry.h"
#include "fill.h"
#include "guarded.h"
#include "lineage.h"
#include "log.h"
#include "search.h"

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

struct marking {
	volatile struct bw_control *control;
};

/* The kernel side sees this process stat the file, and marks it. */
static void mark_file(void *context, const char *path)
{
	struct marking *marking = context;
	struct stat ignored;

	marking->control->marker = (__u32)getpid();
	(void)lstat(path, &ignored);
	marking->control->marker = 0;
}

/*
 * Has the kernel side mark the files that policies name, and the linked ones among those that their wildcards cover.
 * Without marks the tables still hold for every path, so a failure is told and not fatal.
 */
static void mark_files(struct loader *loader, const struct tables *tables)
{
	static const struct search_bounds bounds = { .entries = 200000, .milliseconds = 1000 };
	struct marking marking = { .control = load_control(loader) };
	const struct table_search *unfinished;
	int r;

	if (!tables->n_marks && !tables->n_searches)
		return;
	r = load_attach_mark(loader);
	if (r < 0) {
		log_warning_errno(
			r,
			"Cannot mark files that policies name; hard links made earlier are not covered: %m, ignoring");
		return;
	}
	for (size_t i = 0; i < tables->n_marks; i++)
		mark_file(&marking, tables->mark[i].path);
	unfinished = search_linked(tables, &bounds, mark_file, &marking);
	if (unfinished)
		log_warning("The search for hard links below '%s' was given up after %zu entries or %u ms; files that "
			    "pattern '%s' of policy '%s' covers may be reached by links made earlier",
			    unfinished->path, bounds.entries, bounds.milliseconds, unfinished->pattern,
			    unfinished->policy);
	load_detach_mark(loader);
}

static void store_header(volatile struct bw_header *to, const struct bw_header *from)
{
	memcpy((void *)to, from, sizeof(*from));
	to->marks = 0;
	to->moved = 0;
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

/*
 * Makes marks, and what lineages give, in the idle set: from here on the kernel side marks in both sets what is linked
 * or renamed, and what was marked before is carried over, once no hook runs that did not know.
 */
static int make_marks(struct loader *loader, const struct tables *tables, __u64 next, const struct fill *fill)
{
	volatile struct bw_control *control = load_control(loader);
	__u32 set = next & 1;
	int r;

	__atomic_store_n(&control->marking, next, __ATOMIC_SEQ_CST);
	r = wait_for_hooks(loader, set, fill);
	r = r < 0 ? r : carry_marks(loader, tables, fill->fd[FILL_MARKS], &control->header[set]);
	if (r < 0)
		return log_error_errno(r, "Cannot carry over the marks of files that were linked or renamed: %m");
	mark_files(loader, tables);
	r = lineage_carry(loader, tables, fill->fd[FILL_LINEAGE_TRAITS], fill->fd[FILL_MARKS]);
	if (r < 0)
		return log_error_errno(r, "Cannot judge what processes descend from: %m");
	return 0;
}

/*
 * Fills the idle set up to the point where one store puts it in force. Cgroups are entered twice: first, so that the
 * kernel side finds those above what is made from then on; and last, with all that was made till it began to enter them
 * in this set too, of which it may not have told yet.
 */
static int prepare(struct loader *loader, const struct tables *tables, struct cgroups *cgroups, __u64 next,
		   const struct fill *fill)
{
	__u32 set = next & 1;
	int r = place_maps(loader, set, fill);

	if (r < 0)
		return r;
	store_header(&load_control(loader)->header[set], &tables->header);
	r = fill_cgroups(fill->fd[FILL_CGROUPS], tables, cgroups);
	r = r < 0 ? r : make_marks(loader, tables, next, fill);
	if (r < 0)
		return r;
	cgroups_walk(cgroups);
	return fill_cgroups(fill->fd[FILL_CGROUPS], tables, cgroups);
}

int apply_tables(struct loader *loader, const struct tables *tables, struct cgroups *cgroups, __u64 *ret_active)
{
	volatile struct bw_control *control = load_control(loader);
	__u64 next = control->active + 1;
	__u32 set = next & 1;
	struct fill fill;
	int r = fill_maps(tables, &fill);

	if (r < 0)
		return r;
	r = load_need(loader, &tables->header);
	r = r < 0 ? r : prepare(loader, tables, cgroups, next, &fill);
	if (r < 0) {
		control->marking = 0;
		(void)wait_for_hooks(loader, set, &fill);
		remove_maps(loader, set);
		fill_done(&fill);
		return r;
	}
	__atomic_store_n(&control->active, next, __ATOMIC_SEQ_CST);
	r = wait_for_hooks(loader, set, &fill);
	if (r < 0)
		log_warning_errno(r, "Cannot wait for hooks on the old tables: %m, ignoring");
	control->marking = 0;
	carry_forget(loader, tables);
	guarded_settle(loader);
	fill_done(&fill);
	*ret_active = next;
	return 0;
}

int apply_mode(struct loader *loader, struct tables *tables, __u32 policy, enum bw_mode mode)
{
	volatile struct bw_control *control = load_control(loader);
	__u32 set = control->active & 1;
	_close_ int fd = load_inner(loader, fill_name(FILL_POLICIES), set);
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
	_close_ int fd = load_inner(loader, fill_name(FILL_FILESYSTEMS), control->active & 1);
	int r;

	if (fd < 0)
		return log_error_errno(fd, "Cannot reach the table of file systems: %m");
	r = fill_filesystems(fd, tables);
	__atomic_add_fetch(&control->paths, 1, __ATOMIC_SEQ_CST);
	return r;
}

int apply_marks(struct loader *loader, const struct tables *tables)
{
	volatile struct bw_control *control = load_control(loader);
	__u32 set = control->active & 1;
	_close_ int fd = load_inner(loader, fill_name(FILL_MARKS), set);
	int r = fd < 0 ? fd : carry_marks(loader, tables, fd, &control->header[set]);

	__atomic_add_fetch(&control->paths, 1, __ATOMIC_SEQ_CST);
	return r;
}

int apply_cgroup(struct loader *loader, const struct tables *tables, const struct cgroup *cgroup)
{
	_close_ int fd = load_inner(loader, fill_name(FILL_CGROUPS), load_control(loader)->active & 1);
	int r = fd < 0 ? fd : fill_cgroup(fd, tables, cgroup);

	/* Who was judged by what stood there is judged anew. */
	__atomic_add_fetch(&load_control(loader)->renamed, 1, __ATOMIC_SEQ_CST);
	return r < 0 ? log_error_errno(r, "Cannot enter the cgroup '%s': %m", cgroup->path) : 0;
}

void apply_cgroup_gone(struct loader *loader, __u64 id)
{
	_close_ int fd = load_inner(loader, fill_name(FILL_CGROUPS), load_control(loader)->active & 1);

	if (fd >= 0)
		(void)bpf_map_delete_elem(fd, &id);
}

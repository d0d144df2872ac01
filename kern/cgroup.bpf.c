// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Cgroups: what the rules say of who will be in one, by its path, before anybody is. Nothing is decided here.
 *
 *	cgroup_mkdir    a folder has been made: its traits, in the set in force and in the one that the agent is making
 *	cgroup_rmdir    a folder is gone
 *
 * Of both the agent is told, which gives containers their names. What was there before, it enters itself.
 */
#include "subject.h"

/* Of the hierarchy without controllers of its own kind: cgroup-v2. */
static inline int cgroup_is_new_kind(const struct cgroup *cgroup)
{
	return cgroup->root->hierarchy_id == 0;
}

static inline __u64 cgroup_parent(__u64 node)
{
	__u64 parent = 0;

	if (bpf_core_field_exists(struct kernfs_node___615, __parent))
		bw_read(parent, struct kernfs_node___615, node, __parent);
	else
		bw_read(parent, struct kernfs_node, node, parent);
	return parent;
}

/* One component up; the root has no parent, and its name does not count. */
static long cgroup_climb(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_scratch *scratch = loop->scratch;
	struct bw_walk *walk = &scratch->walk;
	struct bw_component *component = &scratch->outer[walk->n_outer % BW_PATH_DEPTH];
	long size;

	walk->parent = cgroup_parent(walk->dentry);
	if (!walk->parent)
		return 1;
	bw_read(component->name, struct kernfs_node, walk->dentry, name);
	size = bpf_probe_read_kernel_str(scratch->name, BW_COMPONENT_MAX + 1, (void *)component->name);
	if (size < 1) {
		walk->error = 1;
		return 1;
	}
	component->length = size - 1;
	component->hash = automaton_hash(loop, component->length & 0xff);
	walk->n_outer++;
	walk->dentry = walk->parent;
	return 0;
}

/* The label of the folder's path. Returns NULL when it cannot be told. */
static inline const struct bw_label *cgroup_label(struct bw_scratch *scratch, bw_set_t set, const struct cgroup *cgroup)
{
	struct bw_loop loop = { .scratch = scratch };
	struct bw_walk *walk = &scratch->walk;
	long label;

	scratch->walk = (struct bw_walk){ .set = set, .outer = 1, .dentry = (__u64)cgroup->kn };
	bpf_loop(BW_PATH_DEPTH, cgroup_climb, &loop, 0);
	if (walk->error || walk->n_outer >= BW_PATH_DEPTH)
		return NULL;
	label = place_label(set, automaton_run(&loop, walk->n_outer, walk->n_outer, BW_STATE_CGROUP));
	return label < 0 ? NULL : bw_label_at(set, label);
}

/*
 * A folder that a container makes within its own is of the same container, with all its names. Returns -1 when it is
 * not known what the folder above is, as in a set that the agent has not finished: then the agent enters both.
 */
static inline int cgroup_inherit(struct bw_cgroup *made, bw_set_t set, const struct cgroup *cgroup)
{
	__u64 parent = cgroup_parent((__u64)cgroup->kn), id = 0;
	__u32 names = bw_header_of(set)->names, i;
	const struct bw_traits *mask;
	const struct bw_cgroup *above;

	if (parent)
		bw_read(id, struct kernfs_node, parent, id);
	above = bw_table_at(cgroups, set, &id);
	if (!above)
		return id == SUBJECT_ROOT_CGROUP ? 0 : -1;
	if (!(above->flags & BW_CGROUP_CONTAINER))
		return 0;
	made->flags = above->flags;
	mask = names ? bw_table_at(trait_sets, set, &names) : NULL;
	if (!mask)
		return 0;
#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		made->traits.word[i] |= above->traits.word[i] & mask->word[i];
	return 0;
}

static __noinline int cgroup_enter(struct bw_scratch *scratch, bw_set_t set, const struct cgroup *cgroup)
{
	struct bw_cgroup *made = (struct bw_cgroup *)scratch->record;
	__u64 id = cgroup->kn->id;
	const struct bw_traits *traits = NULL;
	const struct bw_label *label;
	__u32 at = set & 1, number;
	void *inner = bpf_map_lookup_elem(&cgroups, &at);

	if (!inner || !bw_header_of(set)->cgroups)
		return 0;
	label = cgroup_label(scratch, set, cgroup);
	if (!label)
		return 0;
	__builtin_memset(made, 0, sizeof(*made));
	if (label->flags & BW_LABEL_CONTAINER)
		made->flags = BW_CGROUP_CONTAINER;
	else if (cgroup_inherit(made, set, cgroup))
		return 0;
	number = label->traits;
	if (number)
		traits = bw_table_at(trait_sets, set, &number);
	if (traits)
		subject_add(&made->traits, traits);
	/* The agent may have been faster, and know more. */
	bpf_map_update_elem(inner, &id, made, BPF_NOEXIST);
	return 0;
}

/* The agent looks at all of them again when something is lost. */
static inline void cgroup_count_lost(void)
{
	struct bw_stats *counted = bw_stats_here();

	if (counted)
		__sync_fetch_and_add(&counted->lost, 1);
}

static inline void cgroup_tell(struct bw_scratch *scratch, const struct cgroup *cgroup, const char *path, __u32 removed)
{
	struct bw_cgroup_record *record = (struct bw_cgroup_record *)scratch->record;
	long size = bpf_probe_read_kernel_str(record->path, sizeof(record->path), path);

	record->record = (struct bw_record){
		.type = BW_RECORD_CGROUP,
		.size = sizeof(*record),
		.cpu = bpf_get_smp_processor_id(),
		.time = bpf_ktime_get_boot_ns(),
	};
	record->id = cgroup->kn->id;
	record->removed = removed;
	record->size = size > 0 && size < BW_CGROUP_TEXT ? size - 1 : 0;
	if (bpf_ringbuf_output(&events, record, sizeof(*record), BPF_RB_FORCE_WAKEUP))
		cgroup_count_lost();
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(bw_cgroup_made, struct cgroup *cgroup, const char *path)
{
	__u64 active = *(volatile __u64 *)&control.active, marking = *(volatile __u64 *)&control.marking;
	struct bw_scratch *scratch;

	if (!cgroup_is_new_kind(cgroup))
		return 0;
	scratch = scratch_claim();
	if (!scratch) {
		cgroup_count_lost();
		return 0;
	}
	cgroup_enter(scratch, active & 1, cgroup);
	if (marking)
		cgroup_enter(scratch, marking & 1, cgroup);
	cgroup_tell(scratch, cgroup, path, 0);
	scratch_release(scratch);
	return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(bw_cgroup_gone, struct cgroup *cgroup, const char *path)
{
	__u64 id = cgroup->kn->id;
	struct bw_scratch *scratch;
	__u32 set;
	void *inner;

	if (!cgroup_is_new_kind(cgroup))
		return 0;
#pragma unroll
	for (set = 0; set < 2; set++) {
		__u32 at = set;

		inner = bpf_map_lookup_elem(&cgroups, &at);
		if (inner)
			bpf_map_delete_elem(inner, &id);
	}
	scratch = scratch_claim();
	if (!scratch) {
		cgroup_count_lost();
		return 0;
	}
	cgroup_tell(scratch, cgroup, path, 1);
	scratch_release(scratch);
	return 0;
}

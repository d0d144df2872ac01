/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * (dentry, mount) -> labels: a path is walked from the leaf up, its components hashed into scratch memory,
 * and the automaton run from the root down, once for each view of the path:
 *
 *	as mounted   up to the root of the mount namespace; chroot does not matter
 *	as stored    up to the root of its own file system, and from there where the node mounts that
 *
 * The components below the mount are common to both. On the way up marks are met: places that the file or a folder
 * above it had and keeps. The automaton goes on from each of them, and what it finds is kept beside the views.
 *
 * A place that cannot be named with certainty (a
 * disconnected dentry, a path deeper than what is kept, a name that cannot be read) is `unknown`.
 */
#ifndef KERN_PLACE_H
#define KERN_PLACE_H

#include "automaton.h"

/* The address is evaluated first: inside the builtin of bpf_core_read() its own members would be relocated too. */
#define bw_read(destination, type, address, field)                               \
	({                                                                       \
		const type *_at = (const type *)(address);                       \
		bpf_core_read(&(destination), sizeof(destination), &_at->field); \
	})

/* Notes the marks of the inode whose key is in scratch->key, `below` components above the place. */
static inline void place_pass(struct bw_scratch *scratch, __u32 below, __u32 outer)
{
	struct bw_walk *walk = &scratch->walk;
	const struct bw_marks *kept = bw_table_at(marks, walk->set, &scratch->key);
	__u32 i;

	if (!kept)
		return;
#pragma unroll
	for (i = 0; i < BW_KEPT_MAX; i++) {
		struct bw_passed *passed = &scratch->passed[walk->n_passed % BW_KEPT_MAX];

		if (!kept->mark[i].state)
			continue;
		passed->key = scratch->key;
		passed->origin = kept->mark[i].origin;
		passed->state = kept->mark[i].state;
		passed->below = below;
		passed->outer = outer;
		walk->n_passed++;
	}
}

static inline void place_key(const struct inode *inode, struct bw_inode_key *key)
{
	key->ino = inode->i_ino;
	key->dev = inode->i_sb->s_dev;
	key->generation = inode->i_generation;
}

/* The marks of a folder that is passed, by the address of its dentry. */
static inline void place_pass_address(struct bw_scratch *scratch, __u64 dentry, __u32 below)
{
	__u64 inode = 0, sb = 0, ino = 0;

	bw_read(inode, struct dentry, dentry, d_inode);
	if (!inode)
		return;
	bw_read(sb, struct inode, inode, i_sb);
	bw_read(ino, struct inode, inode, i_ino);
	bw_read(scratch->key.generation, struct inode, inode, i_generation);
	bw_read(scratch->key.dev, struct super_block, sb, s_dev);
	scratch->key.ino = ino;
	place_pass(scratch, below, 1);
}

/* One component up, within the file's own file system. */
static long place_climb_inner(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_scratch *scratch = loop->scratch;
	struct bw_walk *walk = &scratch->walk;
	struct dentry *dentry = loop->dentry, *parent = dentry->d_parent;
	struct bw_component *component = &scratch->inner[walk->n % BW_PATH_DEPTH];
	struct inode *folder = dentry->d_inode;
	__u32 length = dentry->d_name.len;

	if (walk->moved && walk->n && folder) {
		place_key(folder, &scratch->key);
		place_pass(scratch, walk->n, 0);
	}
	if (dentry == loop->mount_root && !walk->in_mount) {
		walk->in_mount = 1;
		walk->n_in_mount = walk->n;
	}
	if (parent == dentry) {
		walk->at_top = 1;
		return 1;
	}
	component->name = (__u64)dentry->d_name.name;
	component->length = length;
	if (automaton_read_name(scratch, (const void *)component->name, length) < 0) {
		walk->error = 1;
		return 1;
	}
	component->hash = automaton_hash(loop, length & 0xff);
	walk->n++;
	loop->dentry = parent;
	return 0;
}

static inline __u64 place_mount_of(const void *vfsmount)
{
	return (__u64)vfsmount - bpf_core_field_offset(struct mount, mnt);
}

/* From a mount's root to its mount point. Returns 1 when the mount is the top of its tree. */
static inline int place_cross(__u64 *mount, __u64 *root, __u64 *dentry)
{
	__u64 parent = 0, mountpoint = 0;

	bw_read(parent, struct mount, *mount, mnt_parent);
	if (!parent || parent == *mount)
		return 1;
	bw_read(mountpoint, struct mount, *mount, mnt_mountpoint);
	*dentry = mountpoint;
	*mount = parent;
	bw_read(*root, struct mount, parent, mnt.mnt_root);
	return 0;
}

/*
 * One step up above the mount: a component, or the crossing of a mount. By address: what mounts hang on cannot
 * be reached through typed pointers.
 */
static long place_climb_outer(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_scratch *scratch = loop->scratch;
	struct bw_walk *walk = &scratch->walk;
	struct bw_component *component = &scratch->outer[walk->n_outer % BW_PATH_DEPTH];

	/* The file, or the root of its mount, was looked at on the way up to there. */
	if (walk->moved && (walk->n_outer || (!walk->alias && walk->dentry != walk->root)))
		place_pass_address(scratch, walk->dentry, walk->n_outer);
	if (walk->dentry == walk->root) {
		if (!walk->alias)
			walk->at_top = place_cross(&walk->mount, &walk->root, &walk->dentry);
		else
			walk->at_top = 1;
		return walk->at_top;
	}
	walk->parent = 0;
	bw_read(walk->parent, struct dentry, walk->dentry, d_parent);
	bw_read(walk->name, struct dentry, walk->dentry, d_name);
	component->name = (__u64)walk->name.name;
	component->length = walk->name.len;
	if (!walk->parent || walk->parent == walk->dentry ||
	    automaton_read_name(scratch, (const void *)component->name, component->length) < 0) {
		walk->error = 1;
		return 1;
	}
	component->hash = automaton_hash(loop, component->length & 0xff);
	walk->n_outer++;
	walk->dentry = walk->parent;
	return 0;
}

/* The label of a state. Returns 0, or -1 when the state or its row cannot be read. */
static inline long place_label(bw_set_t set, long state)
{
	__u32 number = state;
	const struct bw_state *row = state < 0 ? NULL : bw_table_at(states, set, &number);

	return row ? row->label : -1;
}

static inline void place_add_view(struct bw_scratch *scratch, long state)
{
	struct bw_place *place = &scratch->place;
	long label = place_label(scratch->walk.set, state);

	if (label < 0) {
		place->unknown = 1;
		return;
	}
	if (place->views == 0)
		place->label[0] = label;
	else
		place->label[1] = label;
	place->views++;
}

/* Adds what a mark leads to, unless the place has that label by its name. */
static inline void place_add_kept(struct bw_scratch *scratch, long state)
{
	struct bw_place *place = &scratch->place;
	long number = place_label(scratch->walk.set, state);
	const struct bw_label *label;
	__u32 i;

	if (number < 0) {
		place->unknown = 1;
		return;
	}
	label = bw_label_at(scratch->walk.set, number);
	if (!label || !(label->flags & BW_LABEL_KEEPS))
		return;
	if ((place->views > 0 && place->label[0] == number) || (place->views > 1 && place->label[1] == number))
		return;
#pragma unroll
	for (i = 0; i < BW_KEPT_MAX; i++)
		if (place->kept[i] == number)
			return;
	place->kept[place->n_kept % BW_KEPT_MAX] = number;
	place->n_kept++;
}

enum {
	PLACE_UNKNOWN = -1,
	PLACE_NONE = -2,     /* the mount hangs nowhere: lazily unmounted, say; or there is no such view */
	PLACE_INTERNAL = -3, /* a mount that the kernel made for itself; no process can reach it by name */
};

/* struct mnt_namespace * of such a mount: fs/mount.h MNT_NS_INTERNAL */
#define PLACE_NS_INTERNAL ((__u64)-22)

/* Climbs from a mount to the root of its namespace. Returns the state to read that path from, or PLACE_*. */
static inline long place_climb_mounts(struct bw_loop *loop, const void *vfsmount)
{
	struct bw_walk *walk = &loop->scratch->walk;
	__u64 namespace = 0;

	walk->mount = place_mount_of(vfsmount);
	walk->at_top = 0;
	bw_read(walk->root, struct mount, walk->mount, mnt.mnt_root);
	walk->dentry = walk->root;
	bpf_loop(BW_WALK_MAX, place_climb_outer, loop, 0);
	bw_read(namespace, struct mount, walk->mount, mnt_ns);
	if (walk->error || !walk->at_top)
		return PLACE_UNKNOWN;
	if (namespace == PLACE_NS_INTERNAL)
		return PLACE_INTERNAL;
	return namespace ? BW_STATE_ROOT : PLACE_NONE;
}

/* --- down ------------------------------------------------------------------------------------------------------- */

/*
 * The runs of the automaton for one place, by bpf_loop() so that the verifier follows running it once. For each mark
 * that was met there are two: through the components above the mount that are below it, and through those in it.
 */
enum {
	PLACE_RUN_MOUNT, /* from the root of the namespace to the mount */
	PLACE_RUN_MOUNTED,
	PLACE_RUN_STORED,
	PLACE_RUN_MARKS,
};

/* What one run reads. `state` below 0: there is none. */
struct bw_run {
	long state;
	__u32 total;
	__u32 n;
	__u32 outer;
};

static inline void place_plan_mark(const struct bw_walk *walk, const struct bw_passed *passed, __u32 inner,
				   struct bw_run *run)
{
	run->outer = !inner;
	run->n = inner ? walk->n : walk->n_outer;
	run->state = inner ? passed->found : passed->state;
	if (inner == !passed->outer)
		run->total = passed->below;
	else
		run->total = inner ? walk->n_in_mount : 0;
}

static inline void place_plan(const struct bw_walk *walk, const struct bw_passed *passed, __u32 i, struct bw_run *run)
{
	if (i >= PLACE_RUN_MARKS) {
		place_plan_mark(walk, passed, (i - PLACE_RUN_MARKS) & 1, run);
		return;
	}
	run->outer = i == PLACE_RUN_MOUNT || walk->alias;
	run->n = run->outer ? walk->n_outer : walk->n;
	run->total = i == PLACE_RUN_MOUNTED ? walk->n_in_mount : run->n;
	run->state = i == PLACE_RUN_STORED ? walk->stored : walk->mounted;
}

static inline void place_take_view(struct bw_scratch *scratch, __u32 i, long state)
{
	struct bw_walk *walk = &scratch->walk;

	if (i == PLACE_RUN_STORED)
		walk->stored = state;
	else
		walk->mounted = state;
	if (state == PLACE_INTERNAL)
		scratch->place.internal = 1;
	if (state == PLACE_UNKNOWN)
		scratch->place.unknown = 1;
	if (i == PLACE_RUN_MOUNT) {
		/* Most often both views are the same. */
		if (state == walk->stored && walk->n == walk->n_in_mount)
			walk->same = 1;
	} else if (state >= 0) {
		place_add_view(scratch, state);
	}
}

static long place_run(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_scratch *scratch = loop->scratch;
	struct bw_walk *walk = &scratch->walk;
	struct bw_passed *passed = &scratch->passed[(i - PLACE_RUN_MARKS) / 2 % BW_KEPT_MAX];
	struct bw_run run = {};

	if (i == PLACE_RUN_STORED && walk->same) {
		walk->stored = walk->mounted;
		return 0;
	}
	place_plan(walk, passed, i, &run);
	walk->outer = run.outer;
	if (run.state >= 0)
		run.state = automaton_run(loop, run.total, run.n, run.state);
	if (i < PLACE_RUN_MARKS)
		place_take_view(scratch, i, run.state);
	else
		passed->found = run.state;
	if (i >= PLACE_RUN_MARKS && (i - PLACE_RUN_MARKS) & 1)
		place_add_kept(scratch, run.state);
	return 0;
}

/* --- both ------------------------------------------------------------------------------------------------------- */

/* linux/fs.h SB_NOUSER: pipes, sockets, memfds. What lives there has no name that a pattern could mean. */
#define PLACE_SB_NOUSER (1u << 31)

static inline void place_start(struct bw_scratch *scratch, bw_set_t set, __u32 dev, const struct inode *inode)
{
	const struct bw_header *header = bw_header_of(set);
	const __u32 *stored = bw_table_at(filesystems, set, &dev);

	scratch->walk = (struct bw_walk){
		.set = set,
		.moved = header->moved,
		.mounted = PLACE_NONE,
		.stored = stored ? (__s64)*stored : PLACE_NONE,
	};
	scratch->walk.stored_known = stored != NULL;
	scratch->place = (struct bw_place){};
	if (!inode || !header->marks)
		return;
	place_key(inode, &scratch->key);
	place_pass(scratch, 0, 0);
}

/*
 * linux/magic.h NSFS_MAGIC: namespaces, each a root of its own. As /proc/PID/ns shows them they have no place; they get
 * one by being mounted on a file.
 */
#define PLACE_NSFS 0x6e736673

/* A name of the inode in its own file system, by address; 0: it has none at this moment. */
static inline __u64 place_alias_of(const struct inode *inode)
{
	__u64 alias = 0;

	bw_read(alias, struct inode, inode, i_dentry.first);
	if (!alias)
		return 0;
	if (bpf_core_field_exists(struct dentry___70, d_alias))
		return alias - bpf_core_field_offset(struct dentry___70, d_alias);
	return alias - bpf_core_field_offset(struct dentry, d_u.d_alias);
}

/*
 * A file whose dentry is of another file system (before Linux 6.8, the real file below an overlay): climbs from a name
 * that it has in its own. The name that the process used was asked about before.
 */
static inline void place_climb_alias(struct bw_loop *loop, const struct inode *inode)
{
	struct bw_walk *walk = &loop->scratch->walk;

	loop->scratch->place.internal = 1;
	walk->alias = 1;
	walk->root = (__u64)inode->i_sb->s_root;
	walk->dentry = place_alias_of(inode);
	if (walk->dentry)
		bpf_loop(BW_WALK_MAX, place_climb_outer, loop, 0);
}

static inline void place_climb(struct bw_loop *loop, struct vfsmount *vfsmount, const struct super_block *sb)
{
	struct bw_walk *walk = &loop->scratch->walk;

	loop->mount_root = vfsmount ? vfsmount->mnt_root : NULL;
	bpf_loop(BW_WALK_MAX, place_climb_inner, loop, 0);
	if (walk->error || !walk->at_top || (loop->dentry != sb->s_root && sb->s_magic != PLACE_NSFS))
		walk->at_top = 0;
	else if (walk->in_mount)
		walk->mounted = place_climb_mounts(loop, vfsmount);
}

/*
 * Fills scratch->place. vfsmount: NULL when the hook does not tell; then only the view as stored is known. inode: of
 * the file, NULL for one that does not exist yet; another than the dentry's for the real file below an overlay.
 */
static __noinline int place_walk(bw_set_t set, struct bw_scratch *scratch, struct dentry *dentry,
				 struct vfsmount *vfsmount, const struct inode *inode)
{
	struct bw_loop loop = { .scratch = scratch, .dentry = dentry };
	struct super_block *sb = dentry->d_sb;
	struct bw_walk *walk = &scratch->walk;
	__u32 marks;

	if (inode)
		sb = inode->i_sb;
	place_start(scratch, set, sb->s_dev, inode);
	if (sb->s_flags & PLACE_SB_NOUSER)
		return 0;
	if (inode && (__u64)dentry->d_inode != (__u64)inode)
		place_climb_alias(&loop, inode);
	else
		place_climb(&loop, vfsmount, sb);
	marks = walk->n_passed;
	if (walk->error || !walk->at_top || marks > BW_KEPT_MAX)
		scratch->place.unknown = 1;
	if (walk->error || !walk->at_top)
		return 0;
	if (marks > BW_KEPT_MAX)
		marks = BW_KEPT_MAX;
	bpf_loop(PLACE_RUN_MARKS + 2 * marks, place_run, &loop, 0);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * (dentry, mount) -> labels: a path is walked from the leaf up, its components hashed into scratch memory,
 * and the automaton run from the root down, once for each view of the path:
 *
 *	as mounted   up to the root of the mount namespace; chroot does not matter
 *	as stored    up to the root of its own file system, and from there where the node mounts that
 *
 * The components below the mount are common to both. A place that cannot be named with certainty (a
 * disconnected dentry, a path deeper than what is kept, a name that cannot be read) is `unknown`.
 */
#ifndef KERN_PLACE_H
#define KERN_PLACE_H

#include "automaton.h"

/* One component up, within the file's own file system. */
static long place_climb_inner(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_scratch *scratch = loop->scratch;
	struct bw_walk *walk = &scratch->walk;
	struct dentry *dentry = loop->dentry, *parent = dentry->d_parent;
	struct bw_component *component = &scratch->inner[walk->n % BW_PATH_DEPTH];
	__u32 length = dentry->d_name.len;

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

/* The address is evaluated first: inside the builtin of bpf_core_read() its own members would be relocated too. */
#define bw_read(destination, type, address, field)                               \
	({                                                                       \
		const type *_at = (const type *)(address);                       \
		bpf_core_read(&(destination), sizeof(destination), &_at->field); \
	})

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

	if (walk->dentry == walk->root) {
		walk->at_top = place_cross(&walk->mount, &walk->root, &walk->dentry);
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

static inline void place_add_view(struct bw_scratch *scratch, long state)
{
	struct bw_place *place = &scratch->place;
	__u32 number = state;
	const struct bw_state *row = state < 0 ? NULL : bw_table_at(states, scratch->walk.set, &number);

	if (!row) {
		place->unknown = 1;
		return;
	}
	if (place->views == 0)
		place->label[0] = row->label;
	else
		place->label[1] = row->label;
	place->views++;
}

enum {
	PLACE_UNKNOWN = -1,
	PLACE_NONE = -2,     /* the mount hangs nowhere: lazily unmounted, say */
	PLACE_INTERNAL = -3, /* a mount that the kernel made for itself; no process can reach it by name */
};

/* struct mnt_namespace * of such a mount: fs/mount.h MNT_NS_INTERNAL */
#define PLACE_NS_INTERNAL ((__u64)-22)

/* The state of the place where a mount hangs, or PLACE_*. */
static inline long place_of_mount(struct bw_loop *loop, const void *vfsmount)
{
	struct bw_walk *walk = &loop->scratch->walk;
	__u64 namespace = 0;

	walk->mount = place_mount_of(vfsmount);
	walk->n_outer = 0;
	walk->at_top = 0;
	bw_read(walk->root, struct mount, walk->mount, mnt.mnt_root);
	walk->dentry = walk->root;
	bpf_loop(BW_WALK_MAX, place_climb_outer, loop, 0);
	bw_read(namespace, struct mount, walk->mount, mnt_ns);
	if (walk->error || !walk->at_top)
		return PLACE_UNKNOWN;
	if (namespace == PLACE_NS_INTERNAL)
		return PLACE_INTERNAL;
	if (!namespace)
		return PLACE_NONE;
	walk->outer = 1;
	return automaton_run(loop, walk->n_outer, walk->n_outer, BW_STATE_ROOT);
}

/* linux/fs.h SB_NOUSER: pipes, sockets, memfds. What lives there has no name that a pattern could mean. */
#define PLACE_SB_NOUSER (1u << 31)

/* Adds the views of a place whose components have been read up to the root of its file system. */
static inline void place_add_views(struct bw_loop *loop, __u32 dev, struct vfsmount *vfsmount)
{
	struct bw_scratch *scratch = loop->scratch;
	struct bw_walk *walk = &scratch->walk;
	const __u32 *stored = bw_table_at(filesystems, walk->set, &dev);
	long from = walk->in_mount ? place_of_mount(loop, vfsmount) : PLACE_NONE;

	walk->outer = 0;
	if (from == PLACE_UNKNOWN)
		scratch->place.unknown = 1;
	else if (from == PLACE_INTERNAL)
		scratch->place.internal = 1;
	else if (from != PLACE_NONE)
		place_add_view(scratch, automaton_run(loop, walk->n_in_mount, walk->n, from));
	/* Most often both views are the same. */
	if (stored && !(from == *stored && walk->n == walk->n_in_mount))
		place_add_view(scratch, automaton_run(loop, walk->n, walk->n, *stored));
}

/* Fills scratch->place. vfsmount: NULL when the hook does not tell; then only the view as stored is known. */
static __noinline int place_walk(bw_set_t set, struct bw_scratch *scratch, struct dentry *dentry,
				 struct vfsmount *vfsmount)
{
	struct super_block *sb = dentry->d_sb;
	struct bw_loop loop = {
		.scratch = scratch,
		.dentry = dentry,
		.mount_root = vfsmount ? vfsmount->mnt_root : NULL,
	};

	scratch->walk = (struct bw_walk){ .set = set };
	scratch->place = (struct bw_place){};
	if (sb->s_flags & PLACE_SB_NOUSER)
		return 0;
	bpf_loop(BW_WALK_MAX, place_climb_inner, &loop, 0);
	if (scratch->walk.error || !scratch->walk.at_top || loop.dentry != sb->s_root) {
		scratch->place.unknown = 1;
		return 0;
	}
	place_add_views(&loop, sb->s_dev, vfsmount);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * File -> labels, from the cache in the file's inode storage or by walking its path.
 *
 * An entry holds all that the labels were derived from: the dentry, its name, its folder, its mount and the two
 * generation numbers, and serves only where all of them are the same. The folder's inode number is among them
 * beside its address, since a dentry may be freed and its memory hold another folder, with a hard link of the
 * same file under the same name. Two CPUs may write one entry at once: a writer makes `version` odd first or
 * leaves the entry alone, and a reader whose `version` moved walks. (The order of these loads and stores is
 * the program's on x86; another architecture needs barriers here.)
 *
 * A file also has the labels of names that it had: see keep.h.
 */
#ifndef KERN_LABEL_H
#define KERN_LABEL_H

#include "place.h"

/*
 * A place in one word: the labels of both views and one that is kept, the number of views, two flags. A place that
 * keeps more than one label has LABEL_MORE there, and is walked again by who needs them all.
 */
#define LABEL_BITS     20 /* BW_LABELS_MAX fits */
#define LABEL_MORE     ((1u << LABEL_BITS) - 1)
#define LABEL_VIEWS    60
#define LABEL_UNKNOWN  62
#define LABEL_INTERNAL 63

static inline __u64 label_pack(const struct bw_place *place)
{
	__u32 kept = place->n_kept > 1 ? LABEL_MORE : place->kept[0];

	return (__u64)place->label[0] | (__u64)place->label[1] << LABEL_BITS | (__u64)kept << 2 * LABEL_BITS |
	       (__u64)place->views << LABEL_VIEWS | (__u64)place->unknown << LABEL_UNKNOWN |
	       (__u64)place->internal << LABEL_INTERNAL;
}

/* Of a word that is not of a place that keeps more. */
static inline void label_unpack(__u64 value, struct bw_place *place)
{
	const __u32 mask = (1u << LABEL_BITS) - 1;
	__u32 kept = value >> 2 * LABEL_BITS & mask;

	*place = (struct bw_place){
		.label = { value & mask, value >> LABEL_BITS & mask },
		.kept = { kept },
		.views = value >> LABEL_VIEWS & 3,
		.n_kept = kept != 0,
		.unknown = value >> LABEL_UNKNOWN & 1,
		.internal = value >> LABEL_INTERNAL & 1,
	};
}

static inline int label_has_more(__u64 value)
{
	return (value >> 2 * LABEL_BITS & LABEL_MORE) == LABEL_MORE;
}

static inline int label_is_internal(__u64 value)
{
	return value >> LABEL_INTERNAL & 1;
}

static inline void label_count_walk(void)
{
	struct bw_stats *counted = bw_stats_here();

	if (counted)
		counted->walks++;
}

/* Labels by walking. `inode`: of the file, NULL for one that does not exist yet. */
static inline void label_walk_inline(const struct bw_generation *now, struct dentry *dentry, struct vfsmount *mount,
				     const struct inode *inode, struct bw_place *place)
{
	struct bw_scratch *scratch = scratch_claim();

	if (!scratch) {
		*place = (struct bw_place){ .unknown = 1 };
		return;
	}
	place_walk(now->active & 1, scratch, dentry, mount, inode);
	*place = scratch->place;
	scratch_release(scratch);
	label_count_walk();
}

static __noinline int label_walk(const struct bw_generation *now, struct dentry *dentry, struct vfsmount *mount,
				 const struct inode *inode, struct bw_place *place)
{
	label_walk_inline(now, dentry, mount, inode, place);
	return 0;
}

#define LABEL_MISS (~0ull) /* no packed place looks like this: it would have three views */

static inline __u64 label_name(const struct dentry *dentry)
{
	return (__u64)dentry->d_name.hash << 32 | dentry->d_name.len;
}

/* The packed place, if what is remembered is of this file, name and generation. */
static inline __u64 label_recall(const struct bw_generation *now, const struct file *file,
				 const volatile struct bw_inode_cache *cache)
{
	const struct dentry *dentry = file->f_path.dentry, *parent = dentry->d_parent;
	__u64 version = cache->version, value = cache->value;

	if (version & 1 || cache->active != now->active || cache->paths != now->paths ||
	    cache->dentry != (__u64)dentry || cache->mount != (__u64)file->f_path.mnt ||
	    cache->parent != (__u64)parent || cache->folder != parent->d_inode->i_ino ||
	    cache->name != label_name(dentry) || cache->version != version)
		return LABEL_MISS;
	return value;
}

static inline void label_remember(const struct bw_generation *now, const struct file *file,
				  struct bw_inode_cache *cache, __u64 value)
{
	const struct dentry *dentry = file->f_path.dentry, *parent = dentry->d_parent;
	__u64 version = *(volatile __u64 *)&cache->version;

	if (version & 1 || __sync_val_compare_and_swap(&cache->version, version, version + 1) != version)
		return;
	cache->active = now->active;
	cache->paths = now->paths;
	cache->dentry = (__u64)dentry;
	cache->mount = (__u64)file->f_path.mnt;
	cache->parent = (__u64)parent;
	cache->folder = parent->d_inode->i_ino;
	cache->name = label_name(dentry);
	cache->value = value;
	__sync_lock_test_and_set(&cache->version, version + 2);
}

/* The packed place by walking, and remembered. */
static __noinline __u64 label_learn(const struct bw_generation *now, struct file *file)
{
	struct bw_place place = {};
	struct bw_inode_cache *cache;
	struct inode *inode = file->f_inode;
	__u64 value;

	label_walk(now, file->f_path.dentry, file->f_path.mnt, inode, &place);
	value = label_pack(&place);
	cache = bpf_inode_storage_get(&inodes, inode, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (cache)
		label_remember(now, file, cache, value);
	return bw_blur(value, now->active);
}

/*
 * The packed place of an open file. Its inode is file->f_inode, which every kernel trusts; of an overlay it may be
 * another than the dentry's.
 */
static inline __u64 label_file(const struct bw_generation *now, struct file *file)
{
	struct bw_inode_cache *cache = bpf_inode_storage_get(&inodes, file->f_inode, NULL, 0);
	__u64 value = cache ? label_recall(now, file, cache) : LABEL_MISS;

	return value != LABEL_MISS ? value : label_learn(now, file);
}

/* May a rule be about what is at this packed place, defaults apart? */
static inline int label_matters(__u64 value)
{
	return (value & ((1ull << 3 * LABEL_BITS) - 1 | 1ull << LABEL_UNKNOWN)) != 0;
}

/* The place of an open file, whose packed place is known. */
static inline void label_place(const struct bw_generation *now, struct file *file, __u64 value, struct bw_place *place)
{
	if (label_has_more(value))
		label_walk(now, file->f_path.dentry, file->f_path.mnt, file->f_inode, place);
	else
		label_unpack(value, place);
}

#endif

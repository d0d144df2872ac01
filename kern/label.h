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
 * A file also has the label of names that it had: `marks` holds the files that a policy names (mark.bpf.c) and
 * those with a denying label that were linked or renamed (write.bpf.c).
 */
#ifndef KERN_LABEL_H
#define KERN_LABEL_H

#include "place.h"

/* A place in one word: three labels, the number of views, two flags. */
#define LABEL_BITS     20 /* BW_LABELS_MAX fits */
#define LABEL_VIEWS    60
#define LABEL_UNKNOWN  62
#define LABEL_INTERNAL 63

static inline __u64 label_pack(const struct bw_place *place)
{
	return (__u64)place->label[0] | (__u64)place->label[1] << LABEL_BITS | (__u64)place->mark << 2 * LABEL_BITS |
	       (__u64)place->views << LABEL_VIEWS | (__u64)place->unknown << LABEL_UNKNOWN |
	       (__u64)place->internal << LABEL_INTERNAL;
}

static inline void label_unpack(__u64 value, struct bw_place *place)
{
	const __u32 mask = (1u << LABEL_BITS) - 1;

	place->label[0] = value & mask;
	place->label[1] = value >> LABEL_BITS & mask;
	place->mark = value >> 2 * LABEL_BITS & mask;
	place->views = value >> LABEL_VIEWS & 3;
	place->unknown = value >> LABEL_UNKNOWN & 1;
	place->internal = value >> LABEL_INTERNAL & 1;
}

static inline void label_key(const struct inode *inode, struct bw_inode_key *key)
{
	key->ino = inode->i_ino;
	key->dev = inode->i_sb->s_dev;
	key->generation = inode->i_generation;
}

/* The label that an inode keeps whatever its name; 0: none. */
static inline __u32 label_mark(struct bw_scratch *scratch, const struct inode *inode, bw_set_t set)
{
	const __u32 *mark;

	if (!bw_header_of(set)->marks)
		return 0;
	label_key(inode, &scratch->key);
	mark = bw_table_at(marks, set, &scratch->key);
	return mark ? *mark : 0;
}

static inline void label_count_walk(void)
{
	__u32 zero = 0;
	struct bw_stats *counted = bpf_map_lookup_elem(&stats, &zero);

	if (counted)
		counted->walks++;
}

/* Labels by walking. `inode`: of the file, NULL for one that does not exist yet. */
static __noinline int label_walk(const struct bw_generation *now, struct dentry *dentry, struct vfsmount *mount,
				 const struct inode *inode, struct bw_place *place)
{
	struct bw_scratch *scratch = scratch_claim();

	if (!scratch) {
		*place = (struct bw_place){ .unknown = 1 };
		return 0;
	}
	place_walk(now->active & 1, scratch, dentry, mount);
	if (inode)
		scratch->place.mark = label_mark(scratch, inode, now->active & 1);
	*place = scratch->place;
	scratch_release(scratch);
	label_count_walk();
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
	return value;
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

/*
 * Makes an inode keep the denying label among those of its place, whatever it will be called. Returns 0, also when
 * there is none; -1 when it cannot be remembered. Labels cached so far are made void: they do not know of it.
 */
static __noinline int label_keep(bw_set_t set, const struct inode *inode, const struct bw_place *place)
{
	struct bw_inode_key key = {};
	__u32 keep = 0, i;
	void *inner;

	for (i = 0; i < 3; i++) {
		__u32 number = i == 0 ? place->mark : i == 1 ? place->label[1] : place->label[0];
		const struct bw_label *label = number ? bw_label_at(set, number) : NULL;

		if (label && label->flags & BW_LABEL_DENIES)
			keep = number;
	}
	if (!keep)
		return 0;
	label_key(inode, &key);
	inner = bpf_map_lookup_elem(&marks, &set);
	if (!inner || bpf_map_update_elem(inner, &key, &keep, BPF_ANY))
		return -1;
	control.header[set & 1].marks = 1;
	__sync_fetch_and_add(&control.paths, 1);
	return 0;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: `origins`, the paths that marked inodes had. Out: their states under new tables, as marks.
 *
 * The kernel side adds to the same entries at the same time, and an entry is replaced as a whole: what it adds between
 * our look and our write would be lost. But it notes before it marks, so that another pass sees what is missing; the
 * work is done when a pass finds nothing to do.
 */
#include "carry.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "batch.h"
#include "noted.h"

#define PASSES_MAX 16

struct carry {
	const struct tables *tables;
	struct mounts mounts;
	int origins;
	int marks;
	volatile struct bw_header *header; /* NULL: forget what keeps nothing */
	size_t changed;
};

/* The state of a noted path. -1: it cannot be told, as where its file system is not mounted now. */
static long state_of(const struct carry *carry, const struct bw_origin *origin)
{
	if (origin->size > sizeof(origin->text))
		return -1;
	if (origin->flags & BW_ORIGIN_STORED)
		return noted_walk_stored(carry->tables, &carry->mounts, origin->dev, origin->text, origin->size);
	return noted_walk(carry->tables, BW_STATE_ROOT, origin->text, origin->size);
}

static bool keeps(const struct carry *carry, __u32 state, const struct bw_origin *origin)
{
	const struct bw_state *row = &carry->tables->state[state];

	if (origin->flags & BW_ORIGIN_FOLDER)
		return row->flags & BW_STATE_KEEPS;
	return carry->tables->label[row->label].flags & BW_LABEL_KEEPS;
}

/*
 * Adds the mark to those of its inode. Paths that led to few states may lead to many under other policies: an inode
 * that would keep more than there is room for cannot be told.
 */
static int enter(struct carry *carry, const struct bw_origin_key *key, __u32 state, bool folder)
{
	struct bw_marks marks = {};
	size_t i = 0;

	(void)bpf_map_lookup_elem(carry->marks, &key->inode, &marks);
	while (i < BW_KEPT_MAX && marks.mark[i].state && marks.mark[i].state != state &&
	       marks.mark[i].state != BW_MARK_MORE)
		i++;
	if (i == BW_KEPT_MAX) {
		i--;
		state = BW_MARK_MORE;
	} else if (marks.mark[i].state == BW_MARK_MORE || (marks.mark[i].state && marks.mark[i].origin)) {
		return 0;
	}
	marks.mark[i] = (struct bw_mark){ .state = state, .origin = key->path };
	if (bpf_map_update_elem(carry->marks, &key->inode, &marks, BPF_ANY))
		return -errno;
	carry->header->marks = 1;
	if (folder)
		carry->header->moved = 1;
	carry->changed++;
	return 0;
}

static int carry_one(void *context, const void *entry_key, const void *entry_value)
{
	struct carry *carry = context;
	const struct bw_origin_key *key = entry_key;
	const struct bw_origin *origin = entry_value;
	long state = state_of(carry, origin);
	bool kept = state >= 0 && keeps(carry, (__u32)state, origin);

	if (carry->header)
		return kept ? enter(carry, key, (__u32)state, origin->flags & BW_ORIGIN_FOLDER) : 0;
	if (!kept && state >= 0)
		(void)bpf_map_delete_elem(carry->origins, key);
	return 0;
}

static int each_origin(struct carry *carry)
{
	return batch_each(carry->origins, sizeof(struct bw_origin_key), sizeof(struct bw_origin), carry_one, carry);
}

static int begin(struct carry *carry, struct loader *loader)
{
	carry->origins = load_map(loader, "origins");
	return carry->origins < 0 ? carry->origins : mounts_read(&carry->mounts);
}

int carry_marks(struct loader *loader, const struct tables *tables, int marks_fd, volatile struct bw_header *header)
{
	struct carry carry = { .tables = tables, .marks = marks_fd, .header = header };
	int r = begin(&carry, loader);

	for (unsigned int pass = 0; r >= 0 && pass < PASSES_MAX; pass++) {
		carry.changed = 0;
		r = each_origin(&carry);
		if (!carry.changed)
			break;
	}
	mounts_done(&carry.mounts);
	return r;
}

void carry_forget(struct loader *loader, const struct tables *tables)
{
	struct carry carry = { .tables = tables };

	if (begin(&carry, loader) >= 0)
		(void)each_origin(&carry);
	mounts_done(&carry.mounts);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: `lineages`, the ways from program to program that live threads have behind them, with the paths that the programs
 * had. Out: their traits under new tables.
 *
 * An entry's traits are those of the one before it and of its own program. The kernel side makes new entries at the
 * same time, and their traits where those of the entry before are there; so a pass goes by depth, and the work is done
 * when a pass finds nothing to do.
 */
#include "lineage.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include "batch.h"
#include "noted.h"
#include "policy/grow.h"

#define PASSES_MAX 16

struct entry {
	__u64 id;
	struct bw_lineage lineage;
};

struct carry {
	const struct tables *tables;
	struct mounts mounts;
	int traits;
	int marks;
	struct entry *entry;
	size_t n;
	size_t capacity;
	size_t changed;
};

static void add(struct bw_traits *to, const struct bw_traits *more)
{
	for (size_t i = 0; i < BW_TRAIT_WORDS; i++)
		to->word[i] |= more->word[i];
}

static const struct bw_traits *ancestors_of(const struct tables *tables, long state)
{
	return &tables->trait_set[tables->label[tables->state[state].label].ancestors];
}

/* By the places that the file keeps, whatever its name. */
static void add_kept(const struct carry *carry, const struct bw_lineage *lineage, struct bw_held *held)
{
	struct bw_marks marks = {};

	if (bpf_map_lookup_elem(carry->marks, &lineage->inode, &marks))
		return;
	for (size_t i = 0; i < BW_KEPT_MAX; i++)
		if (marks.mark[i].state == BW_MARK_MORE)
			add(&held->any, &carry->tables->trait_set[carry->tables->header.ancestors]);
		else if (marks.mark[i].state)
			add(&held->any, ancestors_of(carry->tables, marks.mark[i].state));
}

/* As subject_gain() of the kernel side. */
static void add_program(const struct carry *carry, const struct bw_lineage *lineage, struct bw_held *held)
{
	const struct tables *tables = carry->tables;
	const struct bw_traits *mounted, *stored;
	long state[2] = { -1, -1 };

	if (lineage->flags & BW_LINEAGE_CUT || lineage->mounted + lineage->stored > BW_LINEAGE_TEXT) {
		add(&held->any, &tables->trait_set[tables->header.ancestors]);
		return;
	}
	if (lineage->flags & BW_LINEAGE_MOUNTED)
		state[0] = noted_walk(tables, BW_STATE_ROOT, lineage->text, lineage->mounted);
	state[1] = noted_walk_stored(tables, &carry->mounts, lineage->inode.dev, lineage->text + lineage->mounted,
				     lineage->stored);
	add_kept(carry, lineage, held);
	if (state[0] < 0 && state[1] < 0)
		return;
	mounted = ancestors_of(tables, state[0] < 0 ? state[1] : state[0]);
	stored = ancestors_of(tables, state[1] < 0 ? state[0] : state[1]);
	add(&held->any, mounted);
	add(&held->any, stored);
	for (size_t i = 0; i < BW_TRAIT_WORDS; i++)
		held->all.word[i] |= mounted->word[i] & stored->word[i];
}

static int carry_one(struct carry *carry, const struct entry *entry)
{
	const struct bw_lineage *lineage = &entry->lineage;
	struct bw_held held = {};

	if (!bpf_map_lookup_elem(carry->traits, &entry->id, &held))
		return 0;
	if (lineage->before && bpf_map_lookup_elem(carry->traits, &lineage->before, &held))
		return 0; /* gone since, or the next pass finds it */
	add_program(carry, lineage, &held);
	if (bpf_map_update_elem(carry->traits, &entry->id, &held, BPF_NOEXIST) && errno != EEXIST && errno != E2BIG)
		return -errno;
	carry->changed++;
	return 0;
}

static int by_depth(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return left->lineage.depth < right->lineage.depth ? -1 : left->lineage.depth > right->lineage.depth;
}

static int keep_entry(void *context, const void *id, const void *lineage)
{
	struct carry *carry = context;
	int r = grow_to(&carry->entry, &carry->capacity, carry->n + 1, sizeof(*carry->entry));

	if (r < 0)
		return r;
	carry->entry[carry->n++] = (struct entry){ *(const __u64 *)id, *(const struct bw_lineage *)lineage };
	return 0;
}

static int read_entries(struct carry *carry, int lineages)
{
	int r;

	carry->n = 0;
	r = batch_each(lineages, sizeof(__u64), sizeof(struct bw_lineage), keep_entry, carry);
	if (carry->n)
		qsort(carry->entry, carry->n, sizeof(*carry->entry), by_depth);
	return r;
}

static int one_pass(struct carry *carry, int lineages)
{
	int r = read_entries(carry, lineages);

	carry->changed = 0;
	for (size_t i = 0; !r && i < carry->n; i++)
		r = carry_one(carry, &carry->entry[i]);
	return r;
}

int lineage_carry(struct loader *loader, const struct tables *tables, int traits_fd, int marks_fd)
{
	struct carry carry = { .tables = tables, .traits = traits_fd, .marks = marks_fd };
	int lineages = load_map(loader, "lineages"), r;

	if (!tables->header.ancestors)
		return 0;
	r = lineages < 0 ? lineages : mounts_read(&carry.mounts);
	for (unsigned int pass = 0; r >= 0 && pass < PASSES_MAX; pass++) {
		r = one_pass(&carry, lineages);
		if (!carry.changed)
			break;
	}
	free(carry.entry);
	mounts_done(&carry.mounts);
	return r;
}

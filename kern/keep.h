/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Marks: an inode that is about to lose a name, or to get another one, keeps the places that it has, so that rules
 * hold whatever it is called.
 *
 * A place is a state of the automaton. A file keeps it for its label; a folder for all that is below it, from where
 * the automaton goes on. Only a state that has something to keep is kept, and only when the place to come does not
 * hold it anyway. With each mark the path is noted that led to it: when policies change, the agent makes the mark
 * again from the path (agent/carry.c). While it does so, marks are made in both sets of tables.
 *
 * What the place to come holds is told by its view as stored, which no mount can make look otherwise; as mounted
 * only where the former is not known.
 */
#ifndef KERN_KEEP_H
#define KERN_KEEP_H

#include "file.h"
#include "noted.h"

/* --- is it held anyway? --------------------------------------------------------------------------------------- */

/* Two slices of rules in the order of their ids, read side by side. */
struct bw_comparing {
	bw_set_t set;
	struct bw_slice kept;
	struct bw_slice held;
	__u32 missing;
};

static long keep_compare_rule(__u32 i, void *context)
{
	struct bw_comparing *comparing = context;
	const struct bw_rule *rule, *other;

	if (!comparing->kept.count)
		return 1;
	rule = bw_rule_at(comparing->set, comparing->kept.first);
	if (rule && rule->action < BW_VERDICT_DENY) {
		comparing->kept.first++;
		comparing->kept.count--;
		return 0;
	}
	other = comparing->held.count ? bw_rule_at(comparing->set, comparing->held.first) : NULL;
	if (!rule || !other || other->id > rule->id) {
		comparing->missing = 1;
		return 1;
	}
	if (other->id == rule->id) {
		comparing->kept.first++;
		comparing->kept.count--;
	}
	comparing->held.first++;
	comparing->held.count--;
	return 0;
}

static inline int keep_holds_traits(bw_set_t set, const struct bw_label *kept, const struct bw_label *held)
{
	__u32 number = kept->traits, other = held->traits, i;
	const struct bw_traits *traits, *more;

	if (!number || number == other)
		return 1;
	traits = bw_table_at(trait_sets, set, &number);
	more = bw_table_at(trait_sets, set, &other);
	if (!traits || !more)
		return 0;
#pragma clang loop unroll(disable)
	for (i = 0; i < BW_TRAIT_WORDS; i++)
		if (traits->word[i] & ~more->word[i])
			return 0;
	return 1;
}

/* Does label `held` have every denying rule about files and every trait of label `kept`? */
static inline int keep_holds(bw_set_t set, const struct bw_label *kept, const struct bw_label *held)
{
	__u32 operation;

	if (!keep_holds_traits(set, kept, held))
		return 0;
#pragma clang loop unroll(disable)
	for (operation = 0; operation < BW_OP_SLOTS; operation++) {
		struct bw_comparing comparing = { .set = set };

		if (!(BW_FILE_OPERATIONS & 1 << operation))
			continue;
		comparing.kept = kept->rules[operation];
		comparing.held = held->rules[operation];
		bpf_loop(2 * BW_SLICE_MAX, keep_compare_rule, &comparing, 0);
		if (comparing.missing || comparing.kept.count)
			return 0;
	}
	return 1;
}

static inline const struct bw_label *keep_label(bw_set_t set, __u32 state)
{
	const struct bw_state *row = bw_table_at(states, set, &state);

	return row ? bw_label_at(set, row->label) : NULL;
}

/* Is there nothing to keep of a state, beside what the place to come holds? */
static inline int keep_is_held(const struct bw_keeping *keeping, __u32 state)
{
	const struct bw_state *row = bw_table_at(states, keeping->set, &state);
	const struct bw_label *label, *held;
	__u32 i;

	if (!row || (keeping->folder && !(row->flags & BW_STATE_KEEPS)))
		return 1;
#pragma unroll
	for (i = 0; i <= BW_KEPT_MAX; i++)
		if (keeping->after[i] == state)
			return 1;
	if (keeping->folder)
		return 0;
	label = bw_label_at(keeping->set, row->label);
	if (!label || !(label->flags & BW_LABEL_KEEPS))
		return 1;
	held = keep_label(keeping->set, keeping->after[0]);
	return held && keep_holds(keeping->set, label, held);
}

/* --- the path that it had ------------------------------------------------------------------------------------- */

static inline struct bw_origin *keep_origin(struct bw_scratch *scratch)
{
	return (struct bw_origin *)scratch->record;
}

#define KEEP_TEXT __builtin_offsetof(struct bw_origin, text)

/* Appends the path that a marked folder had. */
static inline int keep_note_folder(struct bw_noting *noting, const struct bw_passed *passed)
{
	struct bw_scratch *scratch = noting->scratch;
	struct bw_origin *origin = keep_origin(scratch);
	const struct bw_origin *folder;
	__u64 at = noting->at, size;

	scratch->folder.inode = passed->key;
	scratch->folder.path = passed->origin;
	folder = passed->origin ? bpf_map_lookup_elem(&origins, &scratch->folder) : NULL;
	if (!folder)
		return -1;
	size = folder->size;
	bw_bound(size, 0x3ff);
	if (at + size > noting->end ||
	    bpf_probe_read_kernel(&scratch->record[bw_bound(at, NOTED_MASK)], size, folder->text))
		return -1;
	origin->flags |= folder->flags & BW_ORIGIN_STORED;
	origin->dev = folder->dev;
	noting->at = at + size;
	noting->sum = noted_mix(noting->sum, passed->origin);
	return 0;
}

enum {
	KEEP_MOUNTED, /* what a state that is kept was found by: the view as mounted */
	KEEP_STORED,
	KEEP_PASSED, /* and more: a mark of a folder above */
	KEEP_SOURCES = KEEP_PASSED + BW_KEPT_MAX,
};

/*
 * Notes the path that led to a state. Returns its number for the mark, or 0: it is too long, or there are too many;
 * then the mark is lost when policies change.
 */
static inline __u64 keep_note(struct bw_scratch *scratch, __u32 source, const struct bw_passed *passed)
{
	struct bw_walk *walk = &scratch->walk;
	struct bw_keeping *keeping = &scratch->keeping;
	struct bw_origin *origin = keep_origin(scratch);
	struct bw_noting noting = { .scratch = scratch, .at = KEEP_TEXT, .end = KEEP_TEXT + BW_ORIGIN_TEXT };
	__u32 n;
	long r;

	origin->flags = keeping->folder ? BW_ORIGIN_FOLDER : 0;
	origin->dev = 0;
	origin->_pad = 0;
	keeping->origin.inode = keeping->key;
	if (source == KEEP_MOUNTED) {
		noting.n_inner = walk->n_in_mount;
		n = walk->n_in_mount + walk->n_outer;
	} else if (source == KEEP_STORED) {
		noting.n_inner = n = walk->n;
		origin->flags |= BW_ORIGIN_STORED;
		origin->dev = keeping->key.dev;
	} else {
		noting.n_inner = passed->outer ? walk->n_in_mount : passed->below;
		n = noting.n_inner + (passed->outer ? passed->below : 0);
	}
	if (walk->n > BW_PATH_DEPTH || walk->n_outer > BW_PATH_DEPTH)
		return 0;
	bpf_loop(n, noted_write, &noting, 0);
	if (noting.failed || (source >= KEEP_PASSED && keep_note_folder(&noting, passed) < 0))
		return 0;
	origin->size = noting.at - KEEP_TEXT;
	keeping->origin.path = noted_mix(noting.sum, origin->dev) | 1;
	r = bpf_map_update_elem(&origins, &keeping->origin, origin, BPF_NOEXIST);
	return !r || r == -BW_EEXIST ? keeping->origin.path : 0;
}

/* --- the mark ------------------------------------------------------------------------------------------------- */

/* Takes a slot for a state. Returns 0, or -1 when all are taken by others. */
static inline int keep_take(struct bw_marks *marked, __u32 state, __u64 origin)
{
	__u32 i;

#pragma unroll
	for (i = 0; i < BW_KEPT_MAX; i++) {
		struct bw_mark *mark = &marked->mark[i];
		__u32 was = __sync_val_compare_and_swap(&mark->state, BW_STATE_DEAD, state);

		if (was != BW_STATE_DEAD && was != state)
			continue;
		if (origin)
			mark->origin = origin;
		return 0;
	}
	return -1;
}

static inline int keep_is_marked(const struct bw_marks *marked, __u32 state)
{
	__u32 i;

#pragma unroll
	for (i = 0; i < BW_KEPT_MAX; i++)
		if (marked->mark[i].state == state && marked->mark[i].origin)
			return 1;
	return 0;
}

static inline int keep_enter(struct bw_keeping *keeping, void *inner, __u32 state, __u64 origin)
{
	struct bw_marks *marked = bpf_map_lookup_elem(inner, &keeping->key);

	if (!marked) {
		keeping->fresh = (struct bw_marks){ .mark = { { .state = state, .origin = origin } } };
		if (!bpf_map_update_elem(inner, &keeping->key, &keeping->fresh, BPF_NOEXIST))
			return 0;
		marked = bpf_map_lookup_elem(inner, &keeping->key); /* another CPU was first, or the table is full */
	}
	return marked ? keep_take(marked, state, origin) : -1;
}

/* Marks the inode of scratch->keeping with a state that one source led to. Returns -1 when it cannot be remembered. */
static inline int keep_state(struct bw_scratch *scratch, __u32 state, __u32 source, const struct bw_passed *passed)
{
	struct bw_keeping *keeping = &scratch->keeping;
	struct bw_header *header = &control.header[keeping->set & 1];
	__u32 set = keeping->set;
	const struct bw_marks *marked;
	__u64 origin;
	void *inner;

	if (state == BW_STATE_DEAD || keep_is_held(keeping, state))
		return 0;
	inner = bpf_map_lookup_elem(&marks, &set);
	if (!inner)
		return -1;
	marked = bpf_map_lookup_elem(inner, &keeping->key);
	if (marked && keep_is_marked(marked, state))
		return 0;
	origin = keeping->quiet ? 0 : keep_note(scratch, source, passed);
	if (keep_enter(keeping, inner, state, origin))
		return -1;
	header->marks = 1;
	if (keeping->folder)
		header->moved = 1;
	__sync_fetch_and_add(&control.paths, 1);
	return 0;
}

static inline __u32 keep_dead_if_none(__s64 state)
{
	return state < 0 ? BW_STATE_DEAD : state;
}

static long keep_source(__u32 source, void *context)
{
	struct bw_scratch *scratch = ((struct bw_loop *)context)->scratch;
	const struct bw_passed *passed = &scratch->passed[(source - KEEP_PASSED) % BW_KEPT_MAX];
	struct bw_walk *walk = &scratch->walk;
	__s64 state = source == KEEP_MOUNTED ? walk->mounted : walk->stored;

	if (source >= KEEP_PASSED) {
		if (source - KEEP_PASSED >= walk->n_passed)
			return 1;
		if (!passed->below && !passed->outer) /* its own mark */
			return 0;
		state = passed->found;
	}
	if (keep_state(scratch, keep_dead_if_none(state), source, passed))
		scratch->keeping.failed = 1;
	return 0;
}

/* What the place to come holds, which has just been walked. */
static inline void keep_after(struct bw_scratch *scratch)
{
	const struct bw_walk *walk = &scratch->walk;
	struct bw_keeping *keeping = &scratch->keeping;
	__u32 i;

	keeping->after[0] = keep_dead_if_none(walk->stored_known ? walk->stored : walk->mounted);
#pragma unroll
	for (i = 0; i < BW_KEPT_MAX; i++)
		if (i < walk->n_passed)
			keeping->after[1 + i] = keep_dead_if_none(scratch->passed[i].found);
}

/* Marks the inode of `dentry` with what it has, in one set of tables. */
static __noinline int keep_in_set(bw_set_t set, struct bw_scratch *scratch, struct dentry *dentry,
				  struct vfsmount *mount, struct inode *inode)
{
	struct bw_loop loop = { .scratch = scratch };

	place_walk(set, scratch, dentry, mount, inode);
	scratch->keeping.set = set;
	scratch->keeping.failed = scratch->place.unknown;
	scratch->keeping.folder = (inode->i_mode & BW_S_IFMT) == BW_S_IFDIR;
	place_key(inode, &scratch->keeping.key);
	bpf_loop(KEEP_SOURCES, keep_source, &loop, 0);
	return scratch->keeping.failed ? -1 : 0;
}

/*
 * Marks the inode of `old` with what it has and what `new`, where it will be as well or instead, does not hold. Returns
 * 0; -1 when it cannot be remembered, or when it cannot be told what it has.
 */
static __noinline int keep_names(bw_set_t set, struct dentry *old, struct dentry *new, struct vfsmount *mount,
				 struct inode *inode)
{
	struct bw_scratch *scratch = scratch_claim();
	int r;

	if (!scratch)
		return -1;
	scratch->keeping = (struct bw_keeping){};
	place_walk(set, scratch, new, mount, NULL);
	keep_after(scratch);
	r = keep_in_set(set, scratch, old, mount, inode);
	scratch_release(scratch);
	return r;
}

#endif

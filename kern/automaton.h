/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Components -> state: the path automaton run down a path whose components stand in scratch memory.
 */
#ifndef KERN_AUTOMATON_H
#define KERN_AUTOMATON_H

#include "scratch.h"
#include "tables.h"
#include <bulwark/hash.h>

static long automaton_hash_word(__u32 i, void *context)
{
	struct bw_scratch *scratch = ((struct bw_loop *)context)->scratch;

	bw_hash_word(&scratch->walk.hash, *(const __u64 *)&scratch->name[i * 8 & 0xf8]);
	return 0;
}

/*
 * The hash of the component whose text is in scratch->name, `length` bytes. By bpf_loop() and in scratch memory:
 * of a loop in line the verifier follows each way out to the end of the program.
 */
static inline __u64 automaton_hash(struct bw_loop *loop, __u32 length)
{
	struct bw_scratch *scratch = loop->scratch;
	const struct bw_header *header = bw_header_of(scratch->walk.set);
	__u64 word, whole = length;

	bw_hash_start(&scratch->walk.hash, header->hash_key[0], header->hash_key[1]);
	bpf_loop(length / 8, automaton_hash_word, loop, 0);
	word = *(const __u64 *)&scratch->name[bw_bound(whole, 0xf8)];
	word &= (1ull << (length % 8 * 8)) - 1;
	return bw_hash_end(&scratch->walk.hash, word, length);
}

/* Reads a component's text into scratch->name. Returns its length, or -1 when it cannot be read. */
static inline int automaton_read_name(struct bw_scratch *scratch, const void *name, __u32 length)
{
	__u64 size = length;

	if (length > BW_COMPONENT_MAX)
		return -1;
	if (bpf_probe_read_kernel(scratch->name, bw_bound(size, 0xff), name))
		return -1;
	return size;
}

static long automaton_glob_byte(__u32 i, void *context)
{
	struct bw_scratch *scratch = ((struct bw_loop *)context)->scratch;
	struct bw_walk *walk = &scratch->walk;
	const struct bw_header *header = bw_header_of(walk->set);
	__u8 byte = scratch->name[i & 0xff];
	__u32 cell = walk->row * header->glob_classes + header->glob_class[byte];
	const __u32 *row = bw_table_at(glob_cells, walk->set, &cell);

	walk->row = row ? *row : 0;
	return !walk->row;
}

/* The state that the globs of a row lead to with this component; 0: none matches. */
static inline __u32 automaton_glob(struct bw_loop *loop, const struct bw_component *component, __u32 row)
{
	struct bw_walk *walk = &loop->scratch->walk;
	int length = automaton_read_name(loop->scratch, (const void *)component->name, component->length);
	const __u32 *next;
	__u32 end;

	if (length < 0) {
		walk->error = 1;
		return 0;
	}
	walk->row = row;
	bpf_loop(length, automaton_glob_byte, loop, 0);
	end = walk->row;
	next = end ? bw_table_at(glob_rows, walk->set, &end) : NULL;
	return next ? *next : 0;
}

static inline __u32 automaton_edge(bw_set_t set, __u32 state, __u64 name)
{
	struct bw_edge key = { .state = state, .name = name };
	const __u32 *edge = bw_table_at(edges, set, &key);

	return edge ? *edge : 0;
}

/* Reads one component. Returns 1 when there is no need to read more. */
static long automaton_step(__u32 i, void *context)
{
	struct bw_loop *loop = context;
	struct bw_walk *walk = &loop->scratch->walk;
	__u32 at = (walk->top - 1) % BW_PATH_DEPTH, now = walk->state, next = 0;
	const struct bw_component *component = walk->outer ? &loop->scratch->outer[at] : &loop->scratch->inner[at];
	const struct bw_state *state = bw_table_at(states, walk->set, &now);

	if (!state) {
		walk->error = 1;
		return 1;
	}
	if (state->flags & BW_STATE_SINK) {
		walk->sink = 1;
		return 1;
	}
	if (state->flags & BW_STATE_EDGES)
		next = automaton_edge(walk->set, now, component->hash);
	if (!next && state->glob)
		next = automaton_glob(loop, component, state->glob);
	if (!next)
		next = state->next;
	walk->state = next;
	walk->top--;
	walk->sink = next == BW_STATE_DEAD;
	return walk->sink;
}

/*
 * Runs the automaton from `state` down over components total-1 .. 0 of one of scratch's lists, of which the
 * topmost BW_PATH_DEPTH of `n` are kept. Returns the state, or -1: a table could not be read, or the path is deeper
 * than what is kept and rules stand below what was read.
 */
static inline long automaton_run(struct bw_loop *loop, __u32 total, __u32 n, __u32 state)
{
	struct bw_walk *walk = &loop->scratch->walk;
	__u32 lost = n > BW_PATH_DEPTH ? n - BW_PATH_DEPTH : 0;

	walk->top = total;
	walk->state = state;
	walk->sink = state == BW_STATE_DEAD;
	if (total > lost && !walk->sink)
		bpf_loop(total - lost, automaton_step, loop, 0);
	if (walk->error || (walk->top && !walk->sink))
		return -1;
	return walk->state;
}

#endif

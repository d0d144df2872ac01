/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tree of all patterns. Out: states, edges and glob rows, by subset construction: a state is the set of
 * tree nodes that one place in the file system stands for. Sets are interned in the order in which they are met,
 * which is the order of the states.
 *
 * Patterns with several wildcards can multiply; every bound is checked while the sets are made, so neither time
 * nor memory follows them further than the tables would.
 */
#include "automaton.h"
#include "blame.h"
#include "grow.h"
#include <base/cleanup.h>

/* Bytes of all sets of tree nodes: scratch memory that the bound on states alone would not bound. */
#define SETS_BYTES_MAX (32u << 20)

struct automaton {
	const struct tree *tree;
	struct globs *globs;
	struct labels *labels;
	struct diag *diag;
	struct intern sets;	/* of tree nodes: the number is the state */
	struct intern problems; /* what a row start was made for: next state, then pairs of glob and child */
	struct words starts;	/* by problem */
	struct intern endings;	/* sets of sets of uses, so that few sets of uses are merged */
	struct words ending_labels;
	struct bw_state *state;
	size_t states_capacity;
	struct table_edge *edge;
	size_t n_edges, edges_capacity;

	/* The state at work, and scratch. */
	uint32_t current;
	struct words nodes; /* of the state */
	struct words set;   /* a set in the making */
	struct words uses;
	struct words problem;
	struct words globs_of; /* the globs of `problem` */
	struct tree_edge *collected;
	size_t n_collected, collected_capacity;
	uint32_t blamed; /* node that the literal at work leads to, for messages; TREE_NONE */
};

static int compare_collected(const void *a, const void *b)
{
	const struct tree_edge *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->child > y->child) - (x->child < y->child);
}

static int compare_edges(const void *a, const void *b)
{
	const struct table_edge *x = a, *y = b;

	return (x->key.name > y->key.name) - (x->key.name < y->key.name);
}

static int refuse(const struct automaton *automaton, const char *what, unsigned int bound)
{
	const struct blame blame = {
		.tree = automaton->tree,
		.node = automaton->nodes.word,
		.n = automaton->nodes.n,
		.child = automaton->blamed,
	};

	return blame_patterns(&blame, automaton->diag, what, bound);
}

/* --- sets ------------------------------------------------------------------------------------------------ */

/* A node, and what can begin there without a component. */
static int push_node(struct automaton *automaton, uint32_t node)
{
	int r = 0;

	for (; !r && node != TREE_NONE; node = automaton->tree->node[node].deep)
		r = words_push(&automaton->set, node);
	return r;
}

static int intern_set(struct automaton *automaton, uint32_t *ret)
{
	int r;

	words_sort(&automaton->set);
	r = intern_add_words(&automaton->sets, automaton->set.word, automaton->set.n, ret);
	if (r < 0)
		return r;
	if (automaton->sets.n > BW_STATES_MAX)
		return refuse(automaton, "states", BW_STATES_MAX);
	if (automaton->sets.n_bytes > SETS_BYTES_MAX)
		return refuse(automaton, "bytes of memory to tell apart", SETS_BYTES_MAX);
	return 0;
}

/* Begins a set with the nodes of a state. */
static int start_set(struct automaton *automaton, uint32_t state)
{
	size_t n;
	const uint32_t *node = intern_words_at(&automaton->sets, state, &n);

	automaton->set.n = 0;
	return words_append(&automaton->set, node, n);
}

/* Where a component leads that is no literal and no glob of the state. */
static int make_next(struct automaton *automaton, uint32_t *ret)
{
	int r = 0;

	automaton->set.n = 0;
	for (size_t i = 0; !r && i < automaton->nodes.n; i++) {
		const struct tree_node *node = &automaton->tree->node[automaton->nodes.word[i]];

		r = push_node(automaton, node->any);
		r = r ?: push_node(automaton, node->tail);
		if (!r && node->loop)
			r = push_node(automaton, automaton->nodes.word[i]);
	}
	return r ?: intern_set(automaton, ret);
}

/*
 * Collects the literals of all nodes of the state, or their globs, with where they lead: sorted, so that equal
 * ones stand together.
 */
static int collect(struct automaton *automaton, bool globs)
{
	size_t contributors = 0;
	int r = 0;

	automaton->n_collected = 0;
	for (size_t i = 0; !r && i < automaton->nodes.n; i++) {
		const struct tree_node *node = &automaton->tree->node[automaton->nodes.word[i]];
		size_t n = globs ? node->n_globs : node->n_literals;
		size_t first = node->first + (globs ? node->n_literals : 0);

		if (!n)
			continue;
		contributors++;
		r = grow_to(&automaton->collected, &automaton->collected_capacity, automaton->n_collected + n,
			    sizeof(*automaton->collected));
		if (r)
			break;
		memcpy(automaton->collected + automaton->n_collected, automaton->tree->edge + first,
		       n * sizeof(*automaton->collected));
		automaton->n_collected += n;
	}
	/* The edges of one node are sorted already. */
	if (!r && contributors > 1)
		qsort(automaton->collected, automaton->n_collected, sizeof(*automaton->collected), compare_collected);
	return r;
}

/* --- globs ----------------------------------------------------------------------------------------------- */

/* The state after a component that this set of globs matches: beyond them, where any component leads. */
static int accept_globs(void *context, const uint32_t *glob, size_t n, uint32_t *ret)
{
	struct automaton *automaton = context;
	const struct words *problem = &automaton->problem;
	int r = start_set(automaton, problem->word[0]);

	for (size_t i = 1; !r && i < problem->n; i += 2)
		if (words_contain(glob, n, problem->word[i]))
			r = push_node(automaton, problem->word[i + 1]);
	return r ?: intern_set(automaton, ret);
}

/*
 * The row that the globs of the state start from. It depends on nothing but the globs, where they lead, and the
 * next state, so that thousands of states below one `**` share it.
 */
static int make_globs(struct automaton *automaton, uint32_t next, uint32_t *ret)
{
	uint32_t number;
	int r = collect(automaton, true);

	*ret = 0;
	if (r || !automaton->n_collected)
		return r;
	automaton->problem.n = automaton->globs_of.n = 0;
	r = words_push(&automaton->problem, next);
	for (size_t i = 0; !r && i < automaton->n_collected; i++) {
		r = words_push(&automaton->problem, automaton->collected[i].id);
		r = r ?: words_push(&automaton->problem, automaton->collected[i].child);
		r = r ?: words_push(&automaton->globs_of, automaton->collected[i].id);
	}
	r = r ?: intern_add_words(&automaton->problems, automaton->problem.word, automaton->problem.n, &number);
	if (r < 0)
		return r;
	if (!r) {
		*ret = automaton->starts.word[number];
		return 0;
	}
	words_sort(&automaton->globs_of);
	r = globs_rows(automaton->globs, automaton->globs_of.word, automaton->globs_of.n, accept_globs, automaton, ret);
	if (r == -E2BIG)
		return refuse(automaton, "rows for the wildcards inside names", BW_GLOB_ROWS_MAX);
	return r ?: words_push(&automaton->starts, *ret);
}

/* --- literals -------------------------------------------------------------------------------------------- */

/*
 * The edge of literals [from, to), which are one literal: where it leads, and where the globs lead that it
 * matches, and any component.
 */
static int add_edge(struct automaton *automaton, size_t from, size_t to, uint32_t next, uint32_t row)
{
	uint32_t literal = automaton->collected[from].id, base = 0, target;
	const void *text;
	size_t size;
	int r;

	text = intern_at(&automaton->tree->literals, literal, &size);
	if (row)
		base = globs_match(automaton->globs, row, text, size);
	base = base ?: next;
	automaton->blamed = automaton->collected[from].child;
	r = start_set(automaton, base);
	for (size_t i = from; !r && i < to; i++)
		r = push_node(automaton, automaton->collected[i].child);
	r = r ?: intern_set(automaton, &target);
	if (r || target == base)
		return r;
	if (automaton->n_edges >= BW_EDGES_MAX)
		return refuse(automaton, "edges", BW_EDGES_MAX);
	r = grow_to(&automaton->edge, &automaton->edges_capacity, automaton->n_edges + 1, sizeof(*automaton->edge));
	if (r < 0)
		return r;
	automaton->edge[automaton->n_edges++] = (struct table_edge){
		.key = { .state = automaton->current, .name = automaton->tree->hash[literal] },
		.next = target,
	};
	return 0;
}

static int make_edges(struct automaton *automaton, uint32_t next, uint32_t row)
{
	size_t first = automaton->n_edges, from = 0;
	int r = collect(automaton, false);

	while (!r && from < automaton->n_collected) {
		size_t to = from + 1;

		while (to < automaton->n_collected && automaton->collected[to].id == automaton->collected[from].id)
			to++;
		r = add_edge(automaton, from, to, next, row);
		from = to;
	}
	if (!r && automaton->n_edges - first > 1)
		qsort(automaton->edge + first, automaton->n_edges - first, sizeof(*automaton->edge), compare_edges);
	return r;
}

/* --- labels ---------------------------------------------------------------------------------------------- */

static int label_uses(struct automaton *automaton, __u32 *ret)
{
	int r = 0;

	automaton->uses.n = 0;
	for (size_t i = 0; !r && i < automaton->set.n; i++) {
		size_t n;
		const uint32_t *use = intern_words_at(&automaton->tree->sets, automaton->set.word[i], &n);

		r = words_append(&automaton->uses, use, n);
	}
	if (r)
		return r;
	words_sort(&automaton->uses);
	return labels_intern(automaton->labels, automaton->uses.word, automaton->uses.n, ret);
}

static int make_label(struct automaton *automaton, __u32 *ret)
{
	uint32_t number;
	int r = 0;

	automaton->set.n = 0;
	for (size_t i = 0; !r && i < automaton->nodes.n; i++) {
		uint32_t uses = automaton->tree->node[automaton->nodes.word[i]].uses;

		if (uses)
			r = words_push(&automaton->set, uses);
	}
	if (r)
		return r;
	words_sort(&automaton->set);
	r = intern_add_words(&automaton->endings, automaton->set.word, automaton->set.n, &number);
	if (r < 0)
		return r;
	if (!r) {
		*ret = automaton->ending_labels.word[number];
		return 0;
	}
	r = label_uses(automaton, ret);
	return r ?: words_push(&automaton->ending_labels, *ret);
}

/* --- states ---------------------------------------------------------------------------------------------- */

static int expand(struct automaton *automaton, uint32_t number)
{
	struct bw_state state = { 0 };
	size_t n, n_edges = automaton->n_edges;
	const uint32_t *node = intern_words_at(&automaton->sets, number, &n);
	int r;

	automaton->current = number;
	automaton->blamed = TREE_NONE;
	automaton->nodes.n = 0;
	r = words_append(&automaton->nodes, node, n);
	r = r ?: make_label(automaton, &state.label);
	r = r ?: make_next(automaton, &state.next);
	r = r ?: make_globs(automaton, state.next, &state.glob);
	r = r ?: make_edges(automaton, state.next, state.glob);
	r = r ?: grow_to(&automaton->state, &automaton->states_capacity, (size_t)number + 1, sizeof(state));
	if (r)
		return r;
	if (automaton->n_edges > n_edges)
		state.flags |= BW_STATE_EDGES;
	else if (state.next == number && !state.glob)
		state.flags |= BW_STATE_SINK;
	automaton->state[number] = state;
	return 0;
}

/* The states whose numbers the ABI fixes. */
static int start(struct automaton *automaton)
{
	uint32_t state;
	int r = intern_set(automaton, &state);

	for (unsigned int i = 0; !r && i < ARRAY_SIZE(automaton->tree->root); i++) {
		automaton->set.n = 0;
		r = push_node(automaton, automaton->tree->root[i]);
		r = r ?: intern_set(automaton, &state);
	}
	return r;
}

static int keep(const struct automaton *automaton, struct tables *tables)
{
	tables->n_states = automaton->sets.n;
	tables->state = tables_keep(tables, automaton->state, tables->n_states, sizeof(*tables->state));
	tables->n_edges = automaton->n_edges;
	tables->edge = tables_keep(tables, automaton->edge, tables->n_edges, sizeof(*tables->edge));
	if (!tables->state || !tables->edge)
		return -ENOMEM;
	return globs_keep(automaton->globs, tables);
}

static void done(struct automaton *automaton)
{
	intern_done(&automaton->sets);
	intern_done(&automaton->problems);
	words_done(&automaton->starts);
	intern_done(&automaton->endings);
	words_done(&automaton->ending_labels);
	free(automaton->state);
	free(automaton->edge);
	words_done(&automaton->nodes);
	words_done(&automaton->set);
	words_done(&automaton->uses);
	words_done(&automaton->problem);
	words_done(&automaton->globs_of);
	free(automaton->collected);
}

int automaton_build(const struct tree *tree, struct globs *globs, struct labels *labels, struct tables *tables,
		    struct diag *diag)
{
	struct automaton automaton = {
		.tree = tree,
		.globs = globs,
		.labels = labels,
		.diag = diag,
		.blamed = TREE_NONE,
	};
	int r;

	r = start(&automaton);

	for (uint32_t i = 0; !r && i < automaton.sets.n; i++)
		r = expand(&automaton, i);
	r = r ?: keep(&automaton, tables);
	done(&automaton);
	return r;
}

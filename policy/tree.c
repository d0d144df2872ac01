/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: patterns as components, each with who uses it. Out: a tree of nodes in arrays, without text: literals and
 * globs are numbers. Knows what a component may be followed by, nothing of states or bytes.
 */
#include "tree.h"
#include "grow.h"
#include <base/cleanup.h>
#include <bulwark/hash.h>

enum edge_kind {
	EDGE_LITERAL,
	EDGE_GLOB,
	EDGE_ANY,
	EDGE_DEEP, /* `**` in the middle: zero components lead to the child, which loops */
	EDGE_TAIL, /* `**` at the end: one component leads to the child, which loops */
};

struct key {
	uint32_t parent;
	uint32_t kind;
	uint32_t id;
};

static struct key key_of(const struct tree *tree, size_t place)
{
	size_t size;

	return *(const struct key *)intern_at(&tree->keys, (uint32_t)(place - _TREE_ROOTS), &size);
}

static int add_place(struct tree *tree, bool literal)
{
	int r = grow_to(&tree->place, &tree->places_capacity, tree->n_places + 1, sizeof(*tree->place));

	if (r < 0)
		return r;
	tree->place[tree->n_places++] = (struct tree_place){
		.first_use = TREE_NONE,
		.origin = (uint32_t)tree->n_origins - 1,
		.literal = literal,
	};
	return 0;
}

int tree_init(struct tree *tree, struct globs *globs)
{
	const struct tree_origin nowhere = { 0 };
	uint32_t empty;
	int r;

	*tree = (struct tree){ .globs = globs };
	r = tree_origin(tree, &nowhere);
	for (unsigned int i = 0; !r && i < _TREE_ROOTS; i++)
		r = add_place(tree, true);
	r = r ?: intern_add_words(&tree->sets, NULL, 0, &empty);
	return r < 0 ? r : 0;
}

int tree_origin(struct tree *tree, const struct tree_origin *origin)
{
	int r = grow_to(&tree->origin, &tree->origins_capacity, tree->n_origins + 1, sizeof(*tree->origin));

	if (r < 0)
		return r;
	tree->origin[tree->n_origins++] = *origin;
	return 0;
}

static int descend(struct tree *tree, uint32_t from, const struct component *component, bool last, uint32_t *ret)
{
	struct key key = { .parent = from };
	uint32_t number;
	int r = 0;

	switch (component->kind) {
	case COMPONENT_LITERAL:
		key.kind = EDGE_LITERAL;
		r = intern_add(&tree->literals, component->text, component->size, &key.id);
		break;
	case COMPONENT_GLOB:
		key.kind = EDGE_GLOB;
		r = globs_add(tree->globs, component, &key.id);
		break;
	case COMPONENT_ANY:
		key.kind = EDGE_ANY;
		break;
	case COMPONENT_DEEP:
		key.kind = last ? EDGE_TAIL : EDGE_DEEP;
		break;
	}
	if (r < 0)
		return r;
	r = intern_add(&tree->keys, &key, sizeof(key), &number);
	if (r < 0)
		return r;
	*ret = number + _TREE_ROOTS;
	return r ? add_place(tree, key.kind == EDGE_LITERAL && tree->place[from].literal) : 0;
}

int tree_add(struct tree *tree, enum tree_root root, const struct component *component, size_t n, uint32_t use)
{
	uint32_t place = root;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++)
		r = descend(tree, place, &component[i], i + 1 == n, &place);
	r = r ?: grow_to(&tree->use, &tree->uses_capacity, tree->n_uses + 1, sizeof(*tree->use));
	if (r < 0)
		return r;
	tree->use[tree->n_uses] = (struct tree_use){ .use = use, .next = tree->place[place].first_use };
	tree->place[place].first_use = (uint32_t)tree->n_uses++;
	return 0;
}

/* --- folding ------------------------------------------------------------------------------------------- */

/* What it takes to fold: places sorted by parent, kind and id, so that each one's children stand together. */
struct fold {
	uint32_t *by_parent; /* places from _TREE_ROOTS on */
	uint32_t *first;     /* by place: its children in by_parent; one more at the end */
	uint32_t *node;	     /* by place: the node it became */
	struct intern nodes;
	struct words words; /* scratch */
};

static int compare_keys(const void *a, const void *b, void *context)
{
	const struct key x = key_of(context, *(const uint32_t *)a), y = key_of(context, *(const uint32_t *)b);

	if (x.kind != y.kind)
		return x.kind < y.kind ? -1 : 1;
	return (x.id > y.id) - (x.id < y.id);
}

static int sort_children(struct tree *tree, struct fold *fold)
{
	size_t n = tree->n_places;

	fold->by_parent = calloc(n, sizeof(uint32_t));
	fold->first = calloc(n + 2, sizeof(uint32_t));
	fold->node = calloc(n, sizeof(uint32_t));
	if (!fold->by_parent || !fold->first || !fold->node)
		return -ENOMEM;
	/* A counting sort by parent; first[p + 1] is where p's next child goes, and in the end where they end. */
	for (size_t i = _TREE_ROOTS; i < n; i++)
		fold->first[key_of(tree, i).parent + 2]++;
	for (size_t i = 2; i < n + 2; i++)
		fold->first[i] += fold->first[i - 1];
	for (size_t i = _TREE_ROOTS; i < n; i++)
		fold->by_parent[fold->first[key_of(tree, i).parent + 1]++] = (uint32_t)i;
	for (size_t i = 0; i < n; i++)
		if (fold->first[i + 1] - fold->first[i] > 1)
			qsort_r(fold->by_parent + fold->first[i], fold->first[i + 1] - fold->first[i], sizeof(uint32_t),
				compare_keys, tree);
	return 0;
}

static int uses_of(struct tree *tree, struct fold *fold, size_t place, uint32_t *ret)
{
	int r = 0;

	fold->words.n = 0;
	for (uint32_t i = tree->place[place].first_use; !r && i != TREE_NONE; i = tree->use[i].next)
		r = words_push(&fold->words, tree->use[i].use);
	if (r < 0)
		return r;
	words_sort(&fold->words);
	r = intern_add_words(&tree->sets, fold->words.word, fold->words.n, ret);
	return r < 0 ? r : 0;
}

static int add_edge(struct tree *tree, struct tree_node *node, const struct key *key, uint32_t child)
{
	int r;

	switch (key->kind) {
	case EDGE_ANY:
		node->any = child;
		return 0;
	case EDGE_DEEP:
		node->deep = child;
		return 0;
	case EDGE_TAIL:
		node->tail = child;
		return 0;
	default:
		break;
	}
	r = grow_to(&tree->edge, &tree->edges_capacity, tree->n_edges + 1, sizeof(*tree->edge));
	if (r < 0)
		return r;
	tree->edge[tree->n_edges++] = (struct tree_edge){ .id = key->id, .child = child };
	if (key->kind == EDGE_LITERAL)
		node->n_literals++;
	else
		node->n_globs++;
	return 0;
}

static int add_node(struct tree *tree, const struct fold *fold, size_t place, struct tree_node node)
{
	int r = grow_to(&tree->node, &tree->nodes_capacity, tree->n_nodes + 1, sizeof(*tree->node));

	node.first = (uint32_t)tree->n_edges;
	node.any = node.deep = node.tail = TREE_NONE;
	for (uint32_t i = fold->first[place]; !r && i < fold->first[place + 1]; i++) {
		const struct key key = key_of(tree, fold->by_parent[i]);

		r = add_edge(tree, &node, &key, fold->node[fold->by_parent[i]]);
	}
	if (r < 0)
		return r;
	tree->node[tree->n_nodes++] = node;
	return 0;
}

/* All children are folded: a place is the node of another one that loops, is used and goes on just so. */
static int fold_place(struct tree *tree, struct fold *fold, size_t place)
{
	struct tree_node node = { .origin = tree->place[place].origin };
	uint32_t kind = place < _TREE_ROOTS ? EDGE_LITERAL : key_of(tree, place).kind;
	int r = uses_of(tree, fold, place, &node.uses);

	node.loop = kind == EDGE_DEEP || kind == EDGE_TAIL;
	fold->words.n = 0;
	r = r ?: words_push(&fold->words, node.uses);
	r = r ?: words_push(&fold->words, node.loop);
	/* The roots stay themselves: states of their own number begin there. */
	r = r ?: words_push(&fold->words, place < _TREE_ROOTS ? (uint32_t)place : TREE_NONE);
	for (uint32_t i = fold->first[place]; !r && i < fold->first[place + 1]; i++) {
		const struct key key = key_of(tree, fold->by_parent[i]);
		const uint32_t word[] = { key.kind, key.id, fold->node[fold->by_parent[i]] };

		r = words_append(&fold->words, word, ARRAY_SIZE(word));
	}
	r = r ?: intern_add_words(&fold->nodes, fold->words.word, fold->words.n, &fold->node[place]);
	return r > 0 ? add_node(tree, fold, place, node) : r;
}

static int compare_hashes(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

static int hash_literals(struct tree *tree, const __u64 key[2])
{
	size_t n = tree->literals.n;
	_free_ __u64 *sorted = calloc(n + 1, sizeof(*sorted));

	tree->hash = calloc(n + 1, sizeof(*tree->hash));
	if (!tree->hash || !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		size_t size;
		const void *text = intern_at(&tree->literals, (uint32_t)i, &size);

		tree->hash[i] = sorted[i] = bw_hash(key, text, (__u32)size);
	}
	qsort(sorted, n, sizeof(*sorted), compare_hashes);
	for (size_t i = 1; i < n; i++)
		if (sorted[i - 1] == sorted[i])
			return -EUCLEAN;
	return 0;
}

int tree_finish(struct tree *tree, const __u64 key[2])
{
	struct fold fold = { 0 };
	int r = sort_children(tree, &fold);

	/* Children have greater numbers than their parents. */
	for (size_t i = tree->n_places; !r && i-- > 0;)
		r = fold_place(tree, &fold, i);
	if (!r) {
		memcpy(tree->root, fold.node, sizeof(tree->root));
		r = hash_literals(tree, key);
	}
	free(fold.by_parent);
	free(fold.first);
	free(fold.node);
	intern_done(&fold.nodes);
	words_done(&fold.words);
	return r;
}

/* The path of a literal place; NULL for the name of an abstract socket and for a cgroup. */
static int literal_path(const struct tree *tree, size_t place, struct arena *arena, const char **ret)
{
	size_t length = 0, size, at = place;
	char *path, *end;

	*ret = NULL;
	for (; at >= _TREE_ROOTS; at = key_of(tree, at).parent) {
		intern_at(&tree->literals, key_of(tree, at).id, &size);
		length += size + 1;
	}
	if (at != TREE_PATHS)
		return 0;
	path = arena_alloc(arena, length + 2);
	if (!path)
		return -ENOMEM;
	path[0] = '/';
	end = path + length;
	for (size_t i = place; i >= _TREE_ROOTS; i = key_of(tree, i).parent) {
		const char *text = intern_at(&tree->literals, key_of(tree, i).id, &size);

		end -= size;
		memcpy(end, text, size);
		*--end = '/';
	}
	*ret = path;
	return 0;
}

/* Nothing on the node is meant: such patterns are added last, so nobody else has the place. */
static bool is_elsewhere(const struct tree *tree, size_t place)
{
	return tree->origin[tree->place[place].origin].elsewhere;
}

int tree_path(const struct tree *tree, size_t place, struct arena *arena, const char **ret)
{
	*ret = NULL;
	if (!tree->place[place].literal || tree->place[place].first_use == TREE_NONE || is_elsewhere(tree, place))
		return 0;
	return literal_path(tree, place, arena, ret);
}

int tree_prefix(const struct tree *tree, size_t place, struct arena *arena, const char **ret)
{
	size_t parent = place < _TREE_ROOTS ? 0 : key_of(tree, place).parent;

	*ret = NULL;
	if (tree->place[place].literal || !tree->place[parent].literal || is_elsewhere(tree, place))
		return 0;
	return literal_path(tree, parent, arena, ret);
}

void tree_done(struct tree *tree)
{
	free(tree->place);
	intern_done(&tree->keys);
	free(tree->use);
	free(tree->origin);
	intern_done(&tree->literals);
	free(tree->hash);
	intern_done(&tree->sets);
	free(tree->node);
	free(tree->edge);
	*tree = (struct tree){ 0 };
}

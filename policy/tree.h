/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All path patterns as one tree over components: the nondeterministic automaton that the tables' automaton is
 * made from. Its nodes are positions in patterns; patterns that begin alike share nodes, and after
 * tree_finish() those that end alike do too.
 */
#ifndef POLICY_TREE_H
#define POLICY_TREE_H

#include "globs.h"
#include "intern.h"
#include "policy.h"
#include "words.h"

#define TREE_NONE UINT32_MAX

/* Where a pattern comes from, for messages. */
struct tree_origin {
	const struct policy *policy;
	const struct path_value *value;
	bool elsewhere; /* the place is one in containers' roots */
};

/* Where patterns begin; their numbers are those of places too, and in the order of BW_STATE_ROOT and those after it. */
enum tree_root {
	TREE_PATHS,    /* "/" */
	TREE_ABSTRACT, /* abstract names */
	TREE_CGROUPS,  /* "/" of the cgroups */
	_TREE_ROOTS,
};

/* A position while patterns are added. */
struct tree_place {
	uint32_t first_use; /* of `use`; TREE_NONE */
	uint32_t origin;
	bool literal; /* no wildcard leads here: it names one file */
};

struct tree_use {
	uint32_t use;
	uint32_t next;
};

/* What leads from a node to a child: a literal or a glob, by number. */
struct tree_edge {
	uint32_t id;
	uint32_t child;
};

/* A node of the finished tree. */
struct tree_node {
	uint32_t first; /* of `edge`: literals by rising id, then globs by rising id */
	uint32_t n_literals;
	uint32_t n_globs;
	uint32_t any;  /* child that any component leads to; TREE_NONE */
	uint32_t deep; /* child that no component leads to: the start of a `**` in the middle; TREE_NONE */
	uint32_t tail; /* child that any component leads to: the `**` at the end; TREE_NONE */
	uint32_t uses; /* set of `sets`: who uses a pattern that ends here */
	uint32_t origin;
	bool loop; /* any component leads back here, as well as on */
};

struct tree {
	struct globs *globs;
	struct tree_place *place;
	size_t n_places, places_capacity;
	struct intern keys; /* of places from number _TREE_ROOTS on: parent, kind, id */
	struct tree_use *use;
	size_t n_uses, uses_capacity;
	struct tree_origin *origin;
	size_t n_origins, origins_capacity;
	struct intern literals;
	__u64 *hash;	    /* of literals, after tree_finish() */
	struct intern sets; /* of uses, after tree_finish(); 0 is the empty one */
	struct tree_node *node;
	size_t n_nodes, nodes_capacity;
	struct tree_edge *edge;
	size_t n_edges, edges_capacity;
	uint32_t root[_TREE_ROOTS]; /* nodes */
};

int tree_init(struct tree *tree, struct globs *globs);

/* Patterns added from now on come from here. */
int tree_origin(struct tree *tree, const struct tree_origin *origin);

/* Adds a pattern of `n` components and who uses it (see labels.h). */
int tree_add(struct tree *tree, enum tree_root root, const struct component *component, size_t n, uint32_t use);

/* Folds equal subtrees together and hashes the literals. -EUCLEAN: two literals have one hash. */
int tree_finish(struct tree *tree, const __u64 key[2]);

/* The path of a file's place on the node that one pattern without wildcards names; NULL for any other place. */
int tree_path(const struct tree *tree, size_t place, struct arena *arena, const char **ret);

/* Above a file's place where the first wildcard of a pattern stands: the path of what is before it; NULL for any other.
 */
int tree_prefix(const struct tree *tree, size_t place, struct arena *arena, const char **ret);

void tree_done(struct tree *tree);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One YAML document as a tree, each part with its place: the form between parse and check. It knows scalars, lists
 * and maps; what the words in them mean is check's business.
 */
#ifndef POLICY_DOCUMENT_H
#define POLICY_DOCUMENT_H

#include "source.h"
#include <base/arena.h>
#include <stdbool.h>

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAP,
	NODE_BROKEN, /* a mistake that was reported stands here: whoever reads it is silent */
};

struct node {
	enum node_kind kind;
	struct span span;
	const struct node *key; /* of a member of a map: the scalar that it stands under; else NULL */
	struct node *first;	/* of a list or map: its items or members, in the order of the text */
	struct node *next;	/* the item or member after this one */
	size_t n;		/* items or members */
	const char *text;	/* of a scalar: UTF-8 without NUL bytes */
	size_t size;
	size_t at;     /* offset in the source of the text's first byte, if verbatim */
	bool plain;    /* scalar without quotes */
	bool verbatim; /* the text stands in the source byte for byte: no escapes, no folded lines */
};

struct document {
	struct arena arena; /* owns the tree */
	struct node *root;
	size_t text_from; /* the document's bytes in the source, from after its "---" to before the next one */
	size_t text_size;
};

void document_done(struct document *document);

/* A scalar that says nothing: `key:`, `~`, `null`. */
bool document_is_null(const struct node *node);

/* "a list", "a map", "text", "nothing": what an author would call it. */
const char *document_kind(const struct node *node);

/* The member of a map under `key`, or NULL. */
const struct node *document_member(const struct node *map, const char *key);

/* The place of `size` bytes of a scalar's text from `offset` on; of the whole scalar where that cannot be said. */
struct span document_span(const struct node *node, const struct source *source, size_t offset, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tree that parse built. Out: answers about it. Nothing here changes the tree or reports a mistake.
 */
#include "document.h"
#include <string.h>

void document_done(struct document *document)
{
	arena_done(&document->arena);
	*document = (struct document){ 0 };
}

bool document_is_null(const struct node *node)
{
	if (node->kind != NODE_SCALAR || !node->plain)
		return false;
	return node->size == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0 ||
	       strcmp(node->text, "Null") == 0 || strcmp(node->text, "NULL") == 0;
}

const char *document_kind(const struct node *node)
{
	switch (node->kind) {
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map";
	case NODE_SCALAR:
		return document_is_null(node) ? "nothing" : "text";
	case NODE_BROKEN:
		break;
	}
	return "something else";
}

const struct node *document_member(const struct node *map, const char *key)
{
	const struct node *member;

	if (map->kind != NODE_MAP)
		return NULL;
	for (member = map->first; member; member = member->next)
		if (strcmp(member->key->text, key) == 0)
			return member;
	return NULL;
}

struct span document_span(const struct node *node, const struct source *source, size_t offset, size_t size)
{
	if (!node->verbatim || offset > node->size)
		return node->span;
	return source_span(source, node->at + offset, node->at + offset + size);
}

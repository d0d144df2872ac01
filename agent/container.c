/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: names and labels, in the order in which their sources are believed. Out: one set of them.
 */
#include "container.h"
#include <string.h>

static char *keep(struct container *container, const char *text)
{
	char *owned = arena_text(&container->arena, text, strlen(text));

	container->failed |= !owned;
	return owned;
}

void container_begin(struct container *container, const char *id)
{
	*container = (struct container){ 0 };
	container->id = keep(container, id);
}

void container_done(struct container *container)
{
	arena_done(&container->arena);
	*container = (struct container){ 0 };
}

void container_set(struct container *container, const char **member, const char *text)
{
	if (!*member && text && *text && strlen(text) <= CONTAINER_TEXT_MAX)
		*member = keep(container, text);
}

static bool has_label(const struct container_names *names, const char *key)
{
	size_t i;

	for (i = 0; i < names->n_labels; i++)
		if (strcmp(names->label[i].key, key) == 0)
			return true;
	return false;
}

void container_add_label(struct container *container, const char *key, const char *value)
{
	struct container_names *names = &container->names;
	struct container_label *list = (struct container_label *)names->label;
	const char *owned_key, *owned_value;

	if (!value || names->n_labels == CONTAINER_LABELS_MAX || strlen(key) > CONTAINER_TEXT_MAX ||
	    strlen(value) > CONTAINER_TEXT_MAX || has_label(names, key))
		return;
	if (!list)
		names->label = list = arena_array(&container->arena, CONTAINER_LABELS_MAX, sizeof(*list));
	owned_key = keep(container, key);
	owned_value = keep(container, value);
	container->failed |= !list;
	if (list && owned_key && owned_value)
		list[names->n_labels++] = (struct container_label){ owned_key, owned_value };
}

void container_merge(struct container *to, const struct container_names *from)
{
	size_t i;

	container_set(to, &to->names.name, from->name);
	container_set(to, &to->names.image, from->image);
	container_set(to, &to->names.namespace, from->namespace);
	container_set(to, &to->names.pod, from->pod);
	for (i = 0; i < from->n_labels; i++)
		container_add_label(to, from->label[i].key, from->label[i].value);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool container_same(const struct container_names *a, const struct container_names *b)
{
	size_t i;

	if (!same_text(a->name, b->name) || !same_text(a->image, b->image) || !same_text(a->namespace, b->namespace) ||
	    !same_text(a->pod, b->pod) || a->n_labels != b->n_labels)
		return false;
	for (i = 0; i < a->n_labels; i++)
		if (strcmp(a->label[i].key, b->label[i].key) != 0 || strcmp(a->label[i].value, b->label[i].value) != 0)
			return false;
	return true;
}

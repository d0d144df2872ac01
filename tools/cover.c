/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: two conditions, paths, endpoints or rules. Out: whether the one holds wherever the other does, as far as it shows
 * in their texts.
 */
#include "cover.h"
#include <string.h>

/* --- paths --------------------------------------------------------------------------------------------------- */

static bool same_literal(const struct component *a, const struct component *b)
{
	return a->kind == COMPONENT_LITERAL && b->kind == COMPONENT_LITERAL && a->size == b->size &&
	       memcmp(a->text, b->text, a->size) == 0;
}

/* A literal component against any other. */
static bool component_covers(const struct component *wide, const struct component *narrow)
{
	if (narrow->kind == COMPONENT_LITERAL)
		return wide->kind != COMPONENT_DEEP && pattern_component_matches(wide, narrow->text, narrow->size);
	return wide->kind == COMPONENT_ANY && narrow->kind != COMPONENT_DEEP;
}

/* Component by component; a `**` at the end of the wide one stands for one component or more. */
static bool pattern_covers(const struct pattern *wide, const struct pattern *narrow)
{
	bool deep = wide->n && wide->component[wide->n - 1].kind == COMPONENT_DEEP;
	size_t n = wide->n - deep;

	if (wide->abstract != narrow->abstract)
		return false;
	if (deep ? narrow->n <= n : narrow->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!same_literal(&wide->component[i], &narrow->component[i]) &&
		    !component_covers(&wide->component[i], &narrow->component[i]))
			return false;
	return true;
}

bool cover_path(const struct path_value *wide, const struct path_value *narrow)
{
	if (strcmp(wide->text, narrow->text) == 0)
		return true;
	for (size_t i = 0; i < narrow->n; i++) {
		size_t at = 0;

		while (at < wide->n && !pattern_covers(&wide->pattern[at], &narrow->pattern[i]))
			at++;
		if (at == wide->n)
			return false;
	}
	return narrow->n > 0;
}

static bool cover_paths(const struct path_value *wide, size_t n_wide, const struct path_value *narrow, size_t n_narrow)
{
	for (size_t i = 0; i < n_narrow; i++) {
		size_t at = 0;

		while (at < n_wide && !cover_path(&wide[at], &narrow[i]))
			at++;
		if (at == n_wide)
			return false;
	}
	return n_narrow > 0;
}

bool cover_is_everything(const struct path_value *value)
{
	for (size_t i = 0; i < value->n; i++)
		if (value->pattern[i].n == 1 && value->pattern[i].component[0].kind == COMPONENT_DEEP &&
		    !value->pattern[i].abstract)
			return true;
	return false;
}

/* --- conditions ------------------------------------------------------------------------------------------------ */

static bool cover_ids(const struct condition *wide, const struct condition *narrow)
{
	for (size_t i = 0; i < narrow->n_ids; i++) {
		size_t at = 0;

		while (at < wide->n_ids &&
		       (wide->id[at].from > narrow->id[i].from || wide->id[at].to < narrow->id[i].to))
			at++;
		if (at == wide->n_ids)
			return false;
	}
	return narrow->n_ids > 0;
}

static bool cover_digests(const struct condition *wide, const struct condition *narrow)
{
	for (size_t i = 0; i < narrow->n_digests; i++) {
		size_t at = 0;

		while (at < wide->n_digests &&
		       memcmp(&wide->digest[at], &narrow->digest[i], sizeof(*wide->digest)) != 0)
			at++;
		if (at == wide->n_digests)
			return false;
	}
	return narrow->n_digests > 0;
}

/* Only what is in a container has such a name. */
static bool names_container(unsigned int key)
{
	return key >= SUBJECT_IMAGE && key <= SUBJECT_LABEL;
}

bool cover_condition(const struct condition *wide, const struct condition *narrow)
{
	if (wide->key == SUBJECT_CONTAINER && names_container(narrow->key))
		return wide->yes;
	if (wide->key != narrow->key)
		return false;
	switch ((unsigned int)wide->key) {
	case SUBJECT_USER:
	case SUBJECT_GROUP:
		return cover_ids(wide, narrow);
	case SUBJECT_CAPABILITY:
		return narrow->capabilities && !(narrow->capabilities & ~wide->capabilities);
	case SUBJECT_OWNER:
	case SUBJECT_CONTAINER:
		return wide->yes == narrow->yes;
	case OBJECT_MEMORY:
		return true;
	case OBJECT_DIGEST:
		return cover_digests(wide, narrow);
	default:
		return cover_paths(wide->path, wide->n_paths, narrow->path, narrow->n_paths);
	}
}

static bool any_covered(const struct condition *wide, const struct selector *narrow)
{
	for (size_t i = 0; narrow && i < narrow->n; i++)
		if (cover_condition(wide, &narrow->condition[i]))
			return true;
	return false;
}

bool cover_selector(const struct selector *wide, const struct cover_subject *narrow)
{
	for (size_t i = 0; i < wide->n; i++)
		if (!any_covered(&wide->condition[i], narrow->policy) &&
		    !any_covered(&wide->condition[i], narrow->rule))
			return false;
	return true;
}

/* --- objects ---------------------------------------------------------------------------------------------------- */

static bool same_prefix(const struct endpoint *wide, const struct endpoint *narrow)
{
	unsigned int whole = wide->length / 8, rest = wide->length % 8;

	if (wide->length > narrow->length || memcmp(wide->address, narrow->address, whole) != 0)
		return false;
	return !rest || !((wide->address[whole] ^ narrow->address[whole]) >> (8 - rest));
}

static bool endpoint_covers(const struct endpoint *wide, const struct endpoint *narrow)
{
	if (wide->kind != narrow->kind)
		return false;
	if (wide->kind == ENDPOINT_UNIX)
		return cover_path(&wide->path, &narrow->path);
	if (wide->protocol >= 0 && wide->protocol != narrow->protocol)
		return false;
	if (wide->port_from > narrow->port_from || wide->port_to < narrow->port_to)
		return false;
	return !wide->family || (wide->family == narrow->family && same_prefix(wide, narrow));
}

static bool cover_endpoints(const struct rule *wide, const struct rule *narrow)
{
	for (size_t i = 0; i < narrow->n_endpoints; i++) {
		size_t at = 0;

		while (at < wide->n_endpoints && !endpoint_covers(&wide->endpoint[at], &narrow->endpoint[i]))
			at++;
		if (at == wide->n_endpoints)
			return false;
	}
	return true;
}

static bool socket_covers(const struct bw_socket *wide, const struct bw_socket *narrow)
{
	return wide->family == narrow->family && (wide->type == BW_SOCKET_ANY || wide->type == narrow->type) &&
	       (wide->protocol == BW_SOCKET_ANY_PROTOCOL || wide->protocol == narrow->protocol);
}

static bool cover_sockets(const struct rule *wide, const struct rule *narrow)
{
	for (size_t i = 0; i < narrow->n_sockets; i++) {
		size_t at = 0;

		while (at < wide->n_sockets && !socket_covers(&wide->socket[at].key, &narrow->socket[i].key))
			at++;
		if (at == wide->n_sockets)
			return false;
	}
	return true;
}

bool cover_objects(const struct rule *wide, const struct rule *narrow)
{
	const struct cover_subject asked = { .policy = &narrow->object };

	if (wide->operation != narrow->operation || !cover_selector(&wide->object, &asked))
		return false;
	if (wide->n_paths && !cover_paths(wide->path, wide->n_paths, narrow->path, narrow->n_paths))
		return false;
	return cover_endpoints(wide, narrow) && cover_sockets(wide, narrow) &&
	       !(narrow->facilities & ~wide->facilities);
}

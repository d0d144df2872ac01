/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the rules about facilities and kinds of sockets. Out: their labels.
 *
 * A kind may contain another: AF_INET all of AF_INET/SOCK_RAW. The kernel side takes the first key that it finds, the
 * narrowest first, so the label of each has to hold the rules of those around it too. Sorted so that the wider come
 * first, a kind is met after all that contain it, and only those of the same family and type need to be carried.
 */
#include "kinds.h"
#include "grow.h"

/* A kind that a rule names. */
struct named {
	struct bw_socket key;
	uint32_t rule;
	const struct socket_kind *from;
};

struct kinds {
	struct diag *diag;
	const struct rules *rules;
	struct labels *labels;
	struct named *named;
	size_t n, capacity;
	struct table_socket *socket;
	size_t n_sockets, sockets_capacity;
	struct words family, type, own; /* rules about all of the family, all of the type, this kind */
};

static int build_facilities(const struct kinds *kinds, struct tables *tables)
{
	struct words ids = { 0 };
	int r = 0;

	for (unsigned int facility = 0; !r && facility < _BW_FACILITY_MAX; facility++) {
		ids.n = 0;
		for (size_t i = 0; !r && i < kinds->rules->n; i++) {
			const struct rule *rule = kinds->rules->list[i].from;

			if (rule && rule->facilities >> facility & 1)
				r = words_push(&ids, (uint32_t)i);
		}
		if (!r)
			r = labels_intern(kinds->labels, ids.word, ids.n, &tables->header.facility[facility]);
	}
	words_done(&ids);
	return r;
}

/* --- kinds of sockets ------------------------------------------------------------------------------------ */

/* "Any" comes first: as a number it is the greatest, and one more is zero. */
static uint64_t rank(const struct bw_socket *key)
{
	return (uint64_t)key->family << 48 | (uint64_t)(uint16_t)(key->type + 1) << 32 | (uint32_t)(key->protocol + 1);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = rank(&((const struct named *)a)->key), y = rank(&((const struct named *)b)->key);

	return (x > y) - (x < y);
}

static int list_named(struct kinds *kinds)
{
	for (size_t i = 0; i < kinds->rules->n; i++) {
		const struct rule *rule = kinds->rules->list[i].from;

		for (size_t k = 0; rule && k < rule->n_sockets; k++) {
			int r = grow_to(&kinds->named, &kinds->capacity, kinds->n + 1, sizeof(*kinds->named));

			if (r < 0)
				return r;
			kinds->named[kinds->n++] = (struct named){ rule->socket[k].key, (uint32_t)i, &rule->socket[k] };
		}
	}
	if (kinds->n)
		qsort(kinds->named, kinds->n, sizeof(*kinds->named), compare);
	return 0;
}

static int refuse(const struct kinds *kinds, const struct named *named)
{
	const struct policy *policy = kinds->rules->list[named->rule].policy;

	diag_error(kinds->diag, policy->source, named->from->span, "too-many-sockets",
		   "name families or types in place of single protocols",
		   "with '%.120s' of policy '%s' the policies name more than %d kinds of sockets", named->from->text,
		   policy->name, BW_SOCKETS_MAX);
	return -EINVAL;
}

/* Enters one kind, which `own` holds the rules about. */
static int add_kind(struct kinds *kinds, const struct named *named)
{
	struct table_socket *socket;
	struct words rules = { 0 };
	__u32 label = 0;
	int r;

	if (kinds->n_sockets == BW_SOCKETS_MAX)
		return refuse(kinds, named);
	r = words_append(&rules, kinds->family.word, kinds->family.n);
	r = r ?: words_append(&rules, kinds->type.word, kinds->type.n);
	r = r ?: words_append(&rules, kinds->own.word, kinds->own.n);
	if (!r) {
		words_sort(&rules);
		r = labels_intern(kinds->labels, rules.word, rules.n, &label);
	}
	words_done(&rules);
	r = r ?: grow_to(&kinds->socket, &kinds->sockets_capacity, kinds->n_sockets + 1, sizeof(*kinds->socket));
	if (r < 0)
		return r;
	socket = &kinds->socket[kinds->n_sockets++];
	*socket = (struct table_socket){ named->key, label };
	return 0;
}

/* What is around the next kind: nothing of another family, nothing of another type. */
static void leave(struct kinds *kinds, const struct bw_socket *last, const struct bw_socket *next)
{
	kinds->own.n = 0;
	if (last->family != next->family)
		kinds->family.n = 0;
	if (last->family != next->family || last->type != next->type)
		kinds->type.n = 0;
}

static int build_sockets(struct kinds *kinds)
{
	int r = list_named(kinds);

	for (size_t i = 0, end; !r && i < kinds->n; i = end) {
		const struct bw_socket *key = &kinds->named[i].key;

		if (i)
			leave(kinds, &kinds->named[i - 1].key, key);
		for (end = i; !r && end < kinds->n && rank(&kinds->named[end].key) == rank(key); end++)
			r = words_push(&kinds->own, kinds->named[end].rule);
		r = r ?: add_kind(kinds, &kinds->named[i]);
		if (!r && key->type == BW_SOCKET_ANY)
			r = words_append(&kinds->family, kinds->own.word, kinds->own.n);
		else if (!r && key->protocol == BW_SOCKET_ANY_PROTOCOL)
			r = words_append(&kinds->type, kinds->own.word, kinds->own.n);
	}
	return r;
}

int kinds_build(const struct rules *rules, struct labels *labels, struct tables *tables, struct diag *diag)
{
	struct kinds kinds = { .diag = diag, .rules = rules, .labels = labels };
	int r = build_facilities(&kinds, tables);

	r = r ?: build_sockets(&kinds);
	if (!r) {
		tables->socket = tables_keep(tables, kinds.socket, kinds.n_sockets, sizeof(*kinds.socket));
		tables->n_sockets = kinds.n_sockets;
		r = tables->socket ? 0 : -ENOMEM;
	}
	free(kinds.named);
	free(kinds.socket);
	words_done(&kinds.family);
	words_done(&kinds.type);
	words_done(&kinds.own);
	return r;
}

/* --- at a desk ------------------------------------------------------------------------------------------- */

static const struct table_socket *find(const struct tables *tables, const struct bw_socket *key)
{
	for (size_t i = 0; i < tables->n_sockets; i++)
		if (rank(&tables->socket[i].key) == rank(key))
			return &tables->socket[i];
	return NULL;
}

__u32 kinds_label(const struct tables *tables, struct bw_socket kind)
{
	const struct table_socket *found = find(tables, &kind);

	kind.protocol = BW_SOCKET_ANY_PROTOCOL;
	found = found ?: find(tables, &kind);
	kind.type = BW_SOCKET_ANY;
	found = found ?: find(tables, &kind);
	return found ? found->label : 0;
}

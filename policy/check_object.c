/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the value of an operation's key. Out: the rule's objects: path patterns, endpoints, facilities; kinds of sockets
 * by check_socket.c.
 *
 * Forms that the kernel side cannot judge yet are read, so that their mistakes show, and refused.
 */
#include "check.h"
#include "endpoint.h"
#include "expect.h"
#include "known.h"
#include "names.h"
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct form path_form = { "a path pattern or a list of them", "[/bin/sh, /usr/bin/python3*]" };

static void read_paths(struct check *check, const struct node *value, struct rule *rule)
{
	check_paths(check, value, &path_form, &rule->path, &rule->n_paths);
}

/* --- exec as a map ------------------------------------------------------------------------------------- */

static void read_exec_paths(struct check *check, const struct node *value, void *into)
{
	read_paths(check, value, into);
}

/* A condition of the rule; its list is read into it. NULL: no memory. */
static struct condition *add_condition(struct check *check, const struct node *value, struct rule *rule,
				       enum subject_key key)
{
	static const unsigned int most = _OBJECT_MAX - OBJECT_MEMORY;
	struct selector *object = &rule->object;
	struct condition *added;

	if (!object->condition)
		object->condition = expect_memory(check, most, sizeof(*object->condition));
	if (!object->condition || object->n == most)
		return NULL;
	added = &object->condition[object->n++];
	*added = (struct condition){ .key = key, .span = value->key->span };
	return added;
}

static unsigned int hexadecimal(char digit)
{
	return digit <= '9' ? (unsigned int)(digit - '0') : ((unsigned int)digit | 0x20) - 'a' + 10;
}

void check_digest(struct check *check, const struct node *node, const struct form *form, struct bw_digest *ret)
{
	if (!expect_text(check, node, form))
		return;
	if (node->size != 2 * sizeof(ret->byte) ||
	    strspn(node->text, "0123456789abcdefABCDEF") != 2 * sizeof(ret->byte)) {
		expect_error(check, node, "digest", "take what sha256sum prints",
			     "a SHA-256 digest has 64 hexadecimal digits");
		return;
	}
	for (size_t i = 0; i < sizeof(ret->byte); i++)
		ret->byte[i] = (__u8)(hexadecimal(node->text[2 * i]) << 4 | hexadecimal(node->text[2 * i + 1]));
}

static void read_digests(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "SHA-256 digests", "[\"e3b0c442...\"], 64 hexadecimal digits each" };
	struct condition *condition = add_condition(check, value, into, OBJECT_DIGEST);
	const struct node *node;
	struct items items;

	if (!condition || !expect_items(check, value, &form, &items))
		return;
	condition->digest = expect_memory(check, items.n, sizeof(*condition->digest));
	for (node = items.first; condition->digest && condition->n_digests < items.n; node = node->next)
		check_digest(check, node, &form, &condition->digest[condition->n_digests++]);
}

static void read_arguments(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a text with wildcards or a list of them", "[\"--privileged*\"]" };
	struct condition *condition = add_condition(check, value, into, OBJECT_ARGUMENTS);

	if (condition)
		check_texts(check, value, &form, &condition->path, &condition->n_paths);
}

static void read_memory(struct check *check, const struct node *value, void *into)
{
	if (expect_boolean(check, value) && strcmp(value->text, "true") != 0)
		expect_error(check, value, "boolean", "leave it out, or write memory: true",
			     "'memory: false' says nothing");
	add_condition(check, value, into, OBJECT_MEMORY);
}

static int compare_conditions(const void *left, const void *right)
{
	const struct condition *a = left, *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

static void read_exec(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct field fields[] = {
		{ "paths", read_exec_paths, false },
		{ "sha256", read_digests, false },
		{ "args", read_arguments, false },
		{ "memory", read_memory, false },
		{ NULL, NULL, false },
	};

	if (value->kind != NODE_MAP) {
		read_paths(check, value, rule);
		return;
	}
	if (value->n == 0)
		expect_error(check, value, "missing-key", "exec: {paths: [/bin/sh]}", "'exec' without any object");
	expect_fields(check, value, "'exec'", fields, rule);
	if (rule->object.n)
		qsort(rule->object.condition, rule->object.n, sizeof(*rule->object.condition), compare_conditions);
}

/* --- endpoints ----------------------------------------------------------------------------------------- */

static void read_endpoint(struct check *check, const struct node *value, struct endpoint *ret)
{
	static const struct form form = { "an endpoint", "10.0.0.0/8:443" };
	struct endpoint_error error = { 0 };
	int r;

	if (!expect_text(check, value, &form))
		return;
	r = endpoint_parse(value->text, value->size, check->arena, ret, &error);
	ret->span = ret->path.span = value->span;
	if (r == -ENOMEM)
		check->no_memory = true;
	if (r == -EINVAL)
		diag_error(check->diag, check->source,
			   error.offset ? document_span(value, check->source, error.offset, 1) : value->span, error.id,
			   error.hint[0] ? error.hint : NULL, "%s", error.message);
}

static void read_endpoints(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct form form = { "an endpoint or a list of them", "[10.0.0.0/8:443, \"*:53/udp\"]" };
	const struct node *node;
	struct items items;

	if (!expect_items(check, value, &form, &items))
		return;
	rule->endpoint = expect_memory(check, items.n, sizeof(*rule->endpoint));
	for (node = items.first; rule->endpoint && rule->n_endpoints < items.n; node = node->next)
		read_endpoint(check, node, &rule->endpoint[rule->n_endpoints++]);
}

/* --- facilities ---------------------------------------------------------------------------------------- */

static void read_facility(struct check *check, const struct node *value, const struct form *form, struct rule *rule)
{
	struct unknown unknown = { "facility", "facility", value->text, known_facilities, NULL };

	if (!expect_text(check, value, form))
		return;
	for (unsigned int i = 0; known_facilities[i]; i++) {
		if (strcmp(known_facilities[i], value->text) != 0)
			continue;
		rule->facilities |= 1u << i;
		return;
	}
	expect_error_unknown(check, value, &unknown);
}

static void read_facilities(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct form form = { "facilities", "[ptrace, module-load]" };
	const struct node *node;
	struct items items;
	size_t i;

	if (!expect_items(check, value, &form, &items))
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		read_facility(check, node, &form, rule);
}

/* --- the door ------------------------------------------------------------------------------------------- */

void check_objects(struct check *check, const struct node *value, struct rule *rule)
{
	static void (*const readers[])(struct check * check, const struct node *value, struct rule *rule) = {
		[BW_OP_EXEC] = read_exec,	  [BW_OP_READ] = read_paths,	 [BW_OP_WRITE] = read_paths,
		[BW_OP_CONNECT] = read_endpoints, [BW_OP_BIND] = read_endpoints, [BW_OP_SOCKET] = check_sockets,
		[BW_OP_USE] = read_facilities,
	};
	static_assert(ARRAY_SIZE(readers) == _BW_OP_MAX, "every operation's objects are read");

	readers[rule->operation](check, value, rule);
}

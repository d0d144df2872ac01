/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the value of an operation's key. Out: the rule's objects: path patterns or endpoints.
 *
 * Operations and forms that the kernel side cannot judge yet are read, so that their mistakes show, and refused.
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

static void read_digests(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "SHA-256 digests", "[\"e3b0c442...\"], 64 hexadecimal digits each" };
	const struct node *node;
	struct items items;
	size_t i;

	(void)into;
	expect_error_unsupported(check, value->key, "the key");
	if (!expect_items(check, value, &form, &items))
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		if (expect_text(check, node, &form) &&
		    (node->size != 64 || strspn(node->text, "0123456789abcdefABCDEF") != 64))
			expect_error(check, node, "digest", "take what sha256sum prints",
				     "a SHA-256 digest has 64 hexadecimal digits");
}

static void read_arguments(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a text with wildcards or a list of them", "[\"--privileged*\"]" };

	(void)into;
	expect_error_unsupported(check, value->key, "the key");
	check_globs(check, value, &form);
}

static void read_memory(struct check *check, const struct node *value, void *into)
{
	(void)into;
	expect_error_unsupported(check, value->key, "the key");
	if (expect_boolean(check, value) && strcmp(value->text, "true") != 0)
		expect_error(check, value, "boolean", "leave it out, or write memory: true",
			     "'memory: false' says nothing");
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
}

/* --- endpoints ----------------------------------------------------------------------------------------- */

static void read_endpoint(struct check *check, const struct node *value, struct endpoint *ret)
{
	static const struct form form = { "an endpoint", "10.0.0.0/8:443" };
	struct endpoint_error error = { 0 };
	int r;

	if (!expect_text(check, value, &form))
		return;
	r = endpoint_parse(value->text, value->size, &check->policy->arena, ret, &error);
	ret->span = ret->path.span = value->span;
	if (r == -ENOMEM)
		check->no_memory = true;
	if (r == -EINVAL)
		diag_error(check->diag, check->policy->source,
			   error.offset ? document_span(value, check->policy->source, error.offset, 1) : value->span,
			   error.id, error.hint[0] ? error.hint : NULL, "%s", error.message);
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

/* --- sockets and facilities ---------------------------------------------------------------------------- */

/* A protocol's name (IPPROTO_ICMP, NETLINK_ROUTE) or number. */
static bool is_socket_protocol(const char *text)
{
	static const char digits[] = "0123456789", letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	return *text && (strspn(text, digits) == strlen(text) || strspn(text, letters) == strlen(text));
}

/* FAMILY[/TYPE[/PROTOCOL]] */
static void read_socket(struct check *check, const struct node *value, const struct form *form)
{
	char copy[96], *rest = copy, *family, *type;

	if (!expect_text(check, value, form))
		return;
	snprintf(copy, sizeof(copy), "%s", value->text);
	family = strsep(&rest, "/");
	type = strsep(&rest, "/");
	if (!known_word(known_families, family))
		expect_error_unknown(check, value,
				     &(struct unknown){ "socket", "family", family, known_families, NULL });
	else if (type && !known_word(known_types, type))
		expect_error_unknown(check, value, &(struct unknown){ "socket", "type", type, known_types, NULL });
	else if (rest && !is_socket_protocol(rest))
		expect_error(check, value, "socket", "for example: AF_INET/SOCK_RAW/IPPROTO_ICMP",
			     "unknown protocol '%s'", rest);
}

static void read_facility(struct check *check, const struct node *value, const struct form *form)
{
	struct unknown unknown = { "facility", "facility", value->text, known_facilities, NULL };

	if (expect_text(check, value, form) && !known_word(known_facilities, value->text))
		expect_error_unknown(check, value, &unknown);
}

/* Of an operation that cannot be enforced yet: its objects are checked all the same, none is kept. */
static void read_unsupported(struct check *check, const struct node *value, const struct form *form,
			     void (*read)(struct check *check, const struct node *value, const struct form *form))
{
	const struct node *node;
	struct items items;
	size_t i;

	expect_error_unsupported(check, value->key, "the operation");
	if (!expect_items(check, value, form, &items))
		return;
	for (i = 0, node = items.first; i < items.n; i++, node = node->next)
		read(check, node, form);
}

static void read_sockets(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct form form = { "kinds of sockets", "[AF_ALG, AF_PACKET/SOCK_RAW]" };

	(void)rule;
	read_unsupported(check, value, &form, read_socket);
}

static void read_facilities(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct form form = { "facilities", "[ptrace, module-load]" };

	(void)rule;
	read_unsupported(check, value, &form, read_facility);
}

/* --- the door ------------------------------------------------------------------------------------------- */

void check_objects(struct check *check, const struct node *value, struct rule *rule)
{
	static void (*const readers[])(struct check * check, const struct node *value, struct rule *rule) = {
		[BW_OP_EXEC] = read_exec,	  [BW_OP_READ] = read_paths,	 [BW_OP_WRITE] = read_paths,
		[BW_OP_CONNECT] = read_endpoints, [BW_OP_BIND] = read_endpoints, [BW_OP_SOCKET] = read_sockets,
		[BW_OP_USE] = read_facilities,
	};
	static_assert(ARRAY_SIZE(readers) == _BW_OP_MAX, "every operation's objects are read");

	readers[rule->operation](check, value, rule);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the value of `socket`. Out: the rule's kinds of sockets: FAMILY[/TYPE[/PROTOCOL]], each by name or number, in
 * the form in which the kernel side looks them up.
 */
#include "check.h"
#include "expect.h"
#include "numbers.h"
#include <bulwark/socket.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 128 /* names of one list */

/* One part of the text. */
struct part {
	const char *what; /* "family" */
	const char *text;
	const struct number *list; /* NULL: it has numbers only */
	unsigned int most;
};

static void error_unknown(struct check *check, const struct node *value, const struct part *part)
{
	const char *words[WORDS_MAX + 1] = { NULL };
	struct unknown unknown = { "socket", part->what, part->text, words, NULL };

	for (size_t i = 0; part->list && part->list[i].name && i < WORDS_MAX; i++)
		words[i] = part->list[i].name;
	if (words[0])
		expect_error_unknown(check, value, &unknown);
	else
		expect_error(check, value, "socket", "write its number, as in socket(2)",
			     "the protocols of this family have no names: '%.80s'", part->text);
}

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* The number of a part; false: reported. */
static bool read_part(struct check *check, const struct node *value, const struct part *part, unsigned int *ret)
{
	const struct number *known = part->list ? numbers_find(part->list, part->text) : NULL;
	unsigned long number;

	if (known) {
		*ret = known->value;
		return true;
	}
	if (!is_number(part->text)) {
		error_unknown(check, value, part);
		return false;
	}
	number = strlen(part->text) > 9 ? part->most + 1ul : strtoul(part->text, NULL, 10);
	if (number > part->most) {
		expect_error(check, value, "socket", NULL, "the greatest number of a %s is %u", part->what, part->most);
		return false;
	}
	*ret = (unsigned int)number;
	return true;
}

/* As socket(2) has it: the protocol of a packet socket in network order. */
static void set_protocol(struct bw_socket *key, unsigned int protocol)
{
	key->protocol = protocol;
	if (key->family == BW_PF_PACKET)
		key->protocol = (protocol & 0xff) << 8 | protocol >> 8;
}

/* What the kernel takes as the greatest of each, and what its word is. */
static bool read_kind(struct check *check, const struct node *value, char *text, struct bw_socket *ret)
{
	struct bw_socket key = { .type = BW_SOCKET_ANY, .protocol = BW_SOCKET_ANY_PROTOCOL };
	struct part part = { "family", strsep(&text, "/"), numbers_families, 63 };
	unsigned int number;

	if (!read_part(check, value, &part, &number))
		return false;
	key.family = (__u16)number;
	if (text) {
		part = (struct part){ "type", strsep(&text, "/"), numbers_types, 10 };
		if (!read_part(check, value, &part, &number))
			return false;
		key.type = (__u16)number;
		bw_socket_normalise(&key);
	}
	if (text) {
		part = (struct part){ "protocol", text, numbers_protocols(key.family), 0xffff };
		if (!read_part(check, value, &part, &number))
			return false;
		set_protocol(&key, number);
	}
	if (key.protocol != BW_SOCKET_ANY_PROTOCOL)
		bw_socket_normalise(&key);
	*ret = key;
	return true;
}

static void read_socket(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct form form = { "a kind of sockets", "AF_PACKET/SOCK_RAW" };
	struct socket_kind *kind = &rule->socket[rule->n_sockets];
	char *copy;

	if (!expect_text(check, value, &form))
		return;
	kind->span = value->span;
	kind->text = expect_copy(check, value->text, value->size);
	copy = kind->text ? arena_text(check->arena, value->text, value->size) : NULL;
	if (!copy)
		check->no_memory = true;
	else if (strlen(copy) != value->size)
		expect_error(check, value, "socket", NULL, "a NUL byte in a kind of sockets");
	else if (read_kind(check, value, copy, &kind->key))
		rule->n_sockets++;
}

void check_sockets(struct check *check, const struct node *value, struct rule *rule)
{
	static const struct form form = { "kinds of sockets", "[AF_ALG, AF_PACKET/SOCK_RAW]" };
	const struct node *node;
	struct items items;
	size_t i;

	if (!expect_items(check, value, &form, &items))
		return;
	rule->socket = expect_memory(check, items.n, sizeof(*rule->socket));
	for (i = 0, node = items.first; rule->socket && i < items.n; i++, node = node->next)
		read_socket(check, node, rule);
}

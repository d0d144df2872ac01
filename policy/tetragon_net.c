/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: conditions on addresses, ports and protocols. Out: endpoints of ours: every combination of them.
 *
 * "All but these" is said by what is left of the address space: the prefixes beside those that are named.
 */
#include "tetragon.h"
#include <arpa/inet.h>
#include <base/cleanup.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIXES_MAX 512 /* that one condition may become */

struct prefix {
	int family; /* 4 or 6 */
	unsigned int length;
	unsigned char address[16];
};

struct prefixes {
	struct prefix list[PREFIXES_MAX];
	size_t n;
};

static void clear_host(struct prefix *prefix)
{
	for (unsigned int i = prefix->length; i < (prefix->family == 4 ? 32 : 128); i++)
		prefix->address[i / 8] &= (unsigned char)~(0x80 >> i % 8);
}

static bool read_prefix(const char *text, struct prefix *ret)
{
	char address[64], *slash, *end = NULL;
	unsigned long length;

	*ret = (struct prefix){ 0 };
	if (snprintf(address, sizeof(address), "%s", text) >= (int)sizeof(address))
		return false;
	slash = strchr(address, '/');
	if (slash)
		*slash++ = '\0';
	if (inet_pton(AF_INET, address, ret->address) == 1)
		ret->family = 4;
	else if (inet_pton(AF_INET6, address, ret->address) == 1)
		ret->family = 6;
	else
		return false;
	length = slash ? strtoul(slash, &end, 10) : (ret->family == 4 ? 32 : 128);
	if ((slash && (!*slash || *end)) || length > (ret->family == 4 ? 32u : 128u))
		return false;
	ret->length = (unsigned int)length;
	clear_host(ret);
	return true;
}

static bool contains(const struct prefix *outer, const struct prefix *inner)
{
	struct prefix cut = *inner;

	if (outer->family != inner->family || outer->length > inner->length)
		return false;
	cut.length = outer->length;
	clear_host(&cut);
	return memcmp(cut.address, outer->address, sizeof(cut.address)) == 0;
}

/* What is left of `whole` without the excluded ones; false: too many. The depth is that of an address, 128. */
static bool subtract(const struct prefix *whole, const struct prefixes *excluded, struct prefixes *ret)
{
	bool touched = false;
	struct prefix half = *whole;

	for (size_t i = 0; i < excluded->n; i++) {
		if (contains(&excluded->list[i], whole))
			return true;
		touched = touched || contains(whole, &excluded->list[i]);
	}
	if (!touched) {
		if (ret->n == PREFIXES_MAX)
			return false;
		ret->list[ret->n++] = *whole;
		return true;
	}
	half.length++;
	if (!subtract(&half, excluded, ret))
		return false;
	half.address[whole->length / 8] |= (unsigned char)(0x80 >> whole->length % 8);
	return subtract(&half, excluded, ret);
}

/* --- conditions ------------------------------------------------------------------------------------------------ */

static bool refuse(struct tetragon_selector *selector, const struct node *at, const char *hint, const char *what)
{
	return tetragon_refuse(selector, at, "import-condition", hint, what);
}

static bool take_addresses(struct tetragon_selector *selector, const struct node *argument, bool negated)
{
	const struct node *value = import_items(selector->import, document_member(argument, "values"));
	struct prefix prefix;

	if (selector->net.addresses.n)
		return refuse(selector, argument, "divide the selector", "a second condition about addresses");
	selector->net.not_addresses = negated;
	for (; value; value = value->next) {
		if (value->kind != NODE_SCALAR || !read_prefix(value->text, &prefix))
			return refuse(selector, value, NULL, "what is no address");
		draft_add(selector->import, &selector->net.addresses, value->text, value);
	}
	return selector->net.addresses.n > 0;
}

/* "min:max" is a range there. */
static bool read_ports(const char *text, unsigned long *from, unsigned long *to)
{
	char *end = NULL;

	*from = *to = strtoul(text, &end, 10);
	if (end != text && *end == ':')
		*to = strtoul(end + 1, &end, 10);
	return end != text && !*end && *from <= *to && *to <= 65535;
}

static void add_ports(struct tetragon_selector *selector, unsigned long from, unsigned long to)
{
	draft_add(selector->import, &selector->net.ports,
		  from == to ? import_format(selector->import, "%lu", from)
			     : import_format(selector->import, "%lu-%lu", from, to),
		  NULL);
}

static int compare_ports(const void *left, const void *right)
{
	const unsigned long *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* What is left beside these ranges. */
static void add_other_ports(struct tetragon_selector *selector, unsigned long (*range)[2], size_t n)
{
	unsigned long next = 0;

	qsort(range, n, sizeof(*range), compare_ports);
	for (size_t i = 0; i < n; i++) {
		if (range[i][0] > next)
			add_ports(selector, next, range[i][0] - 1);
		if (range[i][1] + 1 > next)
			next = range[i][1] + 1;
	}
	if (next <= 65535)
		add_ports(selector, next, 65535);
}

static bool take_ports(struct tetragon_selector *selector, const struct node *argument, bool negated, bool privileged)
{
	const struct node *value = import_items(selector->import, document_member(argument, "values"));
	unsigned long range[64][2] = { { 0, 1023 } };
	size_t n = privileged;

	if (selector->net.ports.n)
		return refuse(selector, argument, "divide the selector", "a second condition about ports");
	for (; !privileged && value; value = value->next, n++)
		if (n == ARRAY_SIZE(range) || value->kind != NODE_SCALAR ||
		    !read_ports(value->text, &range[n][0], &range[n][1]))
			return refuse(selector, value, NULL, "what is no port, or more than 64 of them");
	if (negated)
		add_other_ports(selector, range, n);
	for (size_t i = 0; !negated && i < n; i++)
		add_ports(selector, range[i][0], range[i][1]);
	return selector->net.ports.n > 0 || refuse(selector, argument, NULL, "a condition about no port");
}

static bool take_families(struct tetragon_selector *selector, const struct node *argument)
{
	const struct node *value = import_items(selector->import, document_member(argument, "values"));

	selector->net.families = true;
	for (; value; value = value->next) {
		const char *text = value->kind == NODE_SCALAR ? value->text : "";

		if (strcmp(text, "AF_INET") == 0 || strcmp(text, "2") == 0)
			selector->net.inet4 = true;
		else if (strcmp(text, "AF_INET6") == 0 || strcmp(text, "10") == 0)
			selector->net.inet6 = true;
		else if (strcmp(text, "AF_UNIX") == 0 || strcmp(text, "AF_LOCAL") == 0 || strcmp(text, "1") == 0)
			selector->net.local = true;
		else
			return refuse(selector, value, "'socket' is about making sockets of any family",
				      "a family that has no endpoints");
	}
	return true;
}

static bool take_protocols(struct tetragon_selector *selector, const struct node *argument)
{
	static const struct {
		const char *name, *number, *ours;
	} known[] = {
		{ "IPPROTO_TCP", "6", "tcp" },
		{ "IPPROTO_UDP", "17", "udp" },
		{ "IPPROTO_SCTP", "132", "sctp" },
	};
	const struct node *value = import_items(selector->import, document_member(argument, "values"));

	for (; value; value = value->next) {
		size_t i = 0;

		while (i < ARRAY_SIZE(known) && value->kind == NODE_SCALAR && strcmp(value->text, known[i].name) != 0 &&
		       strcmp(value->text, known[i].name + strlen("IPPROTO_")) != 0 &&
		       strcmp(value->text, known[i].number) != 0)
			i++;
		if (i == ARRAY_SIZE(known) || value->kind != NODE_SCALAR)
			return refuse(selector, value, "TCP, UDP and SCTP are converted", "another protocol");
		draft_add(selector->import, &selector->net.protocols, known[i].ours, value);
	}
	return true;
}

bool tetragon_net_condition(struct tetragon_selector *selector, enum hook_role role, const struct node *argument,
			    const char *relation)
{
	bool negated = strncmp(relation, "Not", 3) == 0;
	const char *word = negated ? relation + 3 : relation;

	selector->net.asked = true;
	if (strcmp(relation, "Family") == 0)
		return take_families(selector, argument);
	if (strcmp(relation, "Protocol") == 0)
		return take_protocols(selector, argument);
	if (*word != 'S' && *word != 'D')
		return refuse(selector, argument, NULL,
			      import_format(selector->import, "the operator '%.40s'", relation));
	if (role != ROLE_SOCKADDR && (*word == 'S') != selector->hook->ours)
		return refuse(selector, argument, NULL, "a condition about the other end of the connection");
	if (strcmp(word + 1, "Addr") == 0)
		return take_addresses(selector, argument, negated);
	if (strcmp(word + 1, "Port") == 0 || strcmp(word + 1, "PortPriv") == 0)
		return take_ports(selector, argument, negated, word[5] != '\0');
	return refuse(selector, argument, NULL, import_format(selector->import, "the operator '%.40s'", relation));
}

/* --- endpoints --------------------------------------------------------------------------------------------------- */

static bool wants_family(const struct tetragon_selector *selector, int family)
{
	const struct tetragon_net *net = &selector->net;

	if (selector->hook->family && selector->hook->family != family)
		return false;
	return !net->families || (family == 4 ? net->inet4 : net->inet6);
}

static void add_prefix(struct import *import, const struct prefix *prefix, struct draft_list *to)
{
	char text[INET6_ADDRSTRLEN];

	if (prefix->length == 0) {
		draft_add(import, to, prefix->family == 4 ? "0.0.0.0/0" : "::/0", NULL);
		return;
	}
	inet_ntop(prefix->family == 4 ? AF_INET : AF_INET6, prefix->address, text, sizeof(text));
	if (prefix->length == (prefix->family == 4 ? 32 : 128))
		draft_add(import, to, text, NULL);
	else
		draft_add(import, to, import_format(import, "%s/%u", text, prefix->length), NULL);
}

static bool list_addresses(struct tetragon_selector *selector, struct draft_list *ret)
{
	struct tetragon_net *net = &selector->net;
	struct prefixes *named = arena_alloc(&selector->import->arena, sizeof(*named));
	struct prefixes *left = arena_alloc(&selector->import->arena, sizeof(*left));
	const struct draft_text *address;
	bool fits = true;

	if (!named || !left) {
		selector->import->no_memory = true;
		return false;
	}
	if (!net->addresses.n && wants_family(selector, 4) && wants_family(selector, 6)) {
		draft_add(selector->import, ret, "*", NULL);
		return true;
	}
	for (address = net->addresses.first; address && named->n < PREFIXES_MAX; address = address->next)
		if (read_prefix(address->text, &named->list[named->n]))
			named->n++;
	for (int family = 4; family <= 6; family += 2) {
		struct prefix all = { .family = family };

		if (!wants_family(selector, family) || (net->addresses.n && !net->not_addresses))
			continue;
		fits = fits && subtract(&all, named, left);
	}
	for (size_t i = 0; net->addresses.n && !net->not_addresses && i < named->n; i++)
		if (wants_family(selector, named->list[i].family))
			left->list[left->n++] = named->list[i];
	for (size_t i = 0; i < left->n; i++)
		add_prefix(selector->import, &left->list[i], ret);
	return fits && net->addresses.n <= PREFIXES_MAX;
}

static const char *endpoint(struct import *import, const char *address, const char *port, const char *protocol)
{
	bool brackets = port && strchr(address, ':');

	return import_format(import, "%s%s%s%s%s%s%s", brackets ? "[" : "", address, brackets ? "]" : "",
			     port ? ":" : "", port ?: "", protocol ? "/" : "", protocol ?: "");
}

/* The protocols that are left by the function and the author; "": every one. */
static void list_protocols(struct tetragon_selector *selector, struct draft_list *ret)
{
	static const char *const names[] = {
		[BW_PROTOCOL_TCP] = "tcp", [BW_PROTOCOL_UDP] = "udp", [BW_PROTOCOL_SCTP] = "sctp"
	};
	const char *only = selector->hook->protocol >= 0 ? names[selector->hook->protocol] : NULL;

	if (!selector->net.protocols.n)
		draft_add(selector->import, ret, only ?: "", NULL);
	else if (!only)
		*ret = selector->net.protocols;
	else if (draft_has(&selector->net.protocols, only))
		draft_add(selector->import, ret, only, NULL);
}

bool tetragon_net_endpoints(struct tetragon_selector *selector, struct draft_list *ret)
{
	struct draft_list addresses = { 0 }, protocols = { 0 };
	struct tetragon_net *net = &selector->net;
	const struct draft_text *address, *port, *protocol;

	if (selector->hook->role[2] == ROLE_PACKET && !net->ports.n)
		return refuse(selector, selector->node, "say which DPort is meant",
			      "packets to every port, answers to others among them");
	if (net->local || (!net->asked && selector->hook->protocol < 0 && !selector->hook->family)) {
		draft_add(selector->import, ret, "unix:/**", NULL);
		draft_add(selector->import, ret, "unix:@*", NULL);
	}
	if (net->families && !net->inet4 && !net->inet6)
		return true;
	if (!list_addresses(selector, &addresses))
		return refuse(selector, selector->node, NULL, "addresses that become more than 512 networks");
	list_protocols(selector, &protocols);
	if (addresses.n * protocols.n * (net->ports.n ?: 1) > 8 * PREFIXES_MAX)
		return refuse(selector, selector->node, NULL, "too many combinations of addresses and ports");
	for (address = addresses.first; address; address = address->next)
		for (protocol = protocols.first; protocol; protocol = protocol->next) {
			const char *name = *protocol->text ? protocol->text : NULL;

			if (!net->ports.n)
				draft_add(selector->import, ret, endpoint(selector->import, address->text, NULL, name),
					  NULL);
			for (port = net->ports.first; port; port = port->next)
				draft_add(selector->import, ret,
					  endpoint(selector->import, address->text, port->text, name), NULL);
		}
	return ret->n > 0 || refuse(selector, selector->node, NULL, "conditions that no address meets");
}

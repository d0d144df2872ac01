/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: endpoints, and others that are to be taken out of them. Out: endpoints of which none is among the others.
 *
 * An endpoint is a network times a range of ports times a protocol or all of them. Of a network that holds another the
 * halves are taken until one of them is the other; of a range what is below and above.
 */
#include "endpoint.h"
#include "grow.h"
#include "tetragon.h"
#include <base/cleanup.h>
#include <stdio.h>
#include <string.h>

#define ENDPOINTS_MAX 4096

struct endpoints {
	struct endpoint *list;
	size_t n;
	size_t capacity;
};

static void endpoints_done(struct endpoints *endpoints)
{
	free(endpoints->list);
}

/* 0, -ENOMEM, -E2BIG. */
static int push(struct endpoints *to, const struct endpoint *endpoint)
{
	if (to->n == ENDPOINTS_MAX)
		return -E2BIG;
	if (grow_to(&to->list, &to->capacity, to->n + 1, sizeof(*to->list)) < 0)
		return -ENOMEM;
	to->list[to->n++] = *endpoint;
	return 0;
}

/* "*" is two: an address has a family. */
static int push_families(struct endpoints *to, const struct endpoint *endpoint)
{
	struct endpoint half = *endpoint;
	int r = 0;

	if (endpoint->kind == ENDPOINT_UNIX || endpoint->family)
		return push(to, endpoint);
	for (half.family = 4; half.family <= 6 && r == 0; half.family += 2)
		r = push(to, &half);
	return r;
}

static bool contains(const struct endpoint *outer, const struct endpoint *inner)
{
	for (unsigned int i = 0; i < outer->length; i++)
		if ((outer->address[i / 8] ^ inner->address[i / 8]) & 0x80 >> i % 8)
			return false;
	return outer->length <= inner->length;
}

static bool apart(const struct endpoint *a, const struct endpoint *b)
{
	return a->kind == ENDPOINT_UNIX || b->kind == ENDPOINT_UNIX || a->family != b->family ||
	       a->port_from > b->port_to || b->port_from > a->port_to ||
	       (a->protocol >= 0 && b->protocol >= 0 && a->protocol != b->protocol) ||
	       (!contains(a, b) && !contains(b, a));
}

/* Of the same network. */
static int push_other_ports(struct endpoints *to, const struct endpoint *whole, const struct endpoint *part)
{
	struct endpoint left = *whole;
	int r = 0;

	if (whole->port_from < part->port_from) {
		left.port_to = (uint16_t)(part->port_from - 1);
		r = push(to, &left);
	}
	if (whole->port_to > part->port_to && r == 0) {
		left.port_from = (uint16_t)(part->port_to + 1);
		left.port_to = whole->port_to;
		r = push(to, &left);
	}
	return r;
}

/* 0, -ENOMEM, -E2BIG; -EDOM: of all protocols but one there is no word. */
static int push_without(struct endpoints *to, struct endpoint whole, const struct endpoint *part)
{
	if (!apart(&whole, part) && whole.protocol < 0 && part->protocol >= 0)
		return -EDOM;
	while (!apart(&whole, part) && !contains(part, &whole)) {
		struct endpoint other = whole;
		unsigned char bit = (unsigned char)(0x80 >> whole.length % 8);
		bool upper = part->address[whole.length / 8] & bit;
		int r;

		whole.address[whole.length / 8] |= upper ? bit : 0;
		other.address[other.length / 8] |= upper ? 0 : bit;
		whole.length++;
		other.length++;
		r = push(to, &other);
		if (r < 0)
			return r;
	}
	return apart(&whole, part) ? push(to, &whole) : push_other_ports(to, &whole, part);
}

static int parse_all(struct import *import, const struct draft_list *texts, struct endpoints *ret)
{
	const struct draft_text *text;
	struct endpoint_error error;
	struct endpoint endpoint;
	int r = 0;

	for (text = texts->first; text && r == 0; text = text->next) {
		endpoint = (struct endpoint){ 0 };
		r = endpoint_parse(text->text, strlen(text->text), &import->arena, &endpoint, &error);
		r = r ?: push_families(ret, &endpoint);
	}
	return r;
}

static int subtract(struct endpoints *from, const struct endpoints *minus)
{
	int r = 0;

	for (size_t i = 0; i < minus->n && r == 0; i++) {
		struct endpoints left = { 0 };

		for (size_t k = 0; k < from->n && r == 0; k++)
			r = push_without(&left, from->list[k], &minus->list[i]);
		endpoints_done(from);
		*from = left;
	}
	return r;
}

static void write_all(struct import *import, const struct endpoints *endpoints, struct draft_list *ret)
{
	*ret = (struct draft_list){ 0 };
	for (size_t i = 0; i < endpoints->n; i++) {
		char text[128] = "";
		FILE *to = fmemopen(text, sizeof(text), "w");

		if (!to) {
			import->no_memory = true;
			return;
		}
		if (endpoints->list[i].kind == ENDPOINT_UNIX)
			fputs(endpoints->list[i].text, to);
		else
			endpoint_print(&endpoints->list[i], to);
		fclose(to);
		draft_add(import, ret, text, NULL);
	}
}

bool tetragon_minus(struct tetragon_selector *selector, struct draft_list *endpoints)
{
	_cleanup_(endpoints_done) struct endpoints whole = { 0 };
	_cleanup_(endpoints_done) struct endpoints minus = { 0 };
	int r;

	if (!selector->minus.n)
		return true;
	r = parse_all(selector->import, endpoints, &whole);
	r = r ?: parse_all(selector->import, &selector->minus, &minus);
	r = r ?: subtract(&whole, &minus);
	if (r == -ENOMEM) {
		selector->import->no_memory = true;
		return false;
	}
	if (r < 0)
		return tetragon_refuse(selector, selector->node, "import-condition",
				       "write an allow-list instead: default: {connect: deny}, and allow rules",
				       "what is left of its addresses without those of a selector before it");
	write_all(selector->import, &whole, endpoints);
	return true;
}

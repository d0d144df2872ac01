/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables and the places that they tell apart. Out: objects to ask about. Prefixes and ranges of ports divide what
 * there is at their ends, so that an address and a port at each end stand for all; so do the values that kinds of
 * sockets name, with one that none of them names.
 */
#include "objects.h"
#include "kinds.h"
#include <base/cleanup.h>
#include <bulwark/socket.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct objects {
	const struct tables *tables;
	enum bw_operation operation;
	bool *seen; /* by label */
	objects_each_fn *each;
	void *context;
};

static int give(const struct objects *objects, const struct simulate_object *from, __u32 label)
{
	const struct object object = { *from, label };

	if (objects->seen[label])
		return 0;
	objects->seen[label] = true;
	return objects->each(objects->context, objects->operation, &object);
}

/* Paths and abstract names, each with a label of its own: one for the files of an operation, or its unix sockets. */
static int give_places(const struct objects *objects, const struct places *places, bool abstract)
{
	int r = 0;

	for (size_t i = 0; !r && i < places->n; i++) {
		const struct place *place = &places->list[i];
		const struct simulate_object object = {
			.path = abstract ? NULL : place->path,
			.abstract = abstract ? place->path : NULL,
		};
		const struct object given = { object, place->label };

		if (*place->path)
			r = objects->each(objects->context, objects->operation, &given);
	}
	return r;
}

static int give_memory(const struct objects *objects)
{
	const struct object memory = { { .memory = true }, 0 };

	return objects->each(objects->context, objects->operation, &memory);
}

/* --- endpoints ------------------------------------------------------------------------------------------------- */

static int give_ports(const struct objects *objects, struct simulate_object *object)
{
	const struct tables *tables = objects->tables;
	int r = 0;

	for (object->protocol = 0; !r && object->protocol < _BW_PROTOCOL_MAX; object->protocol++)
		for (size_t i = 0; !r && i <= tables->n_port_ranges; i++) {
			object->port = i ? tables->port_range[i - 1].from : 0;
			r = give(objects, object,
				 simulate_endpoint(tables, object->family, object->address, object->port,
						   object->protocol));
		}
	return r;
}

/* The address behind the last one of a prefix; false: there is none. */
static bool step_over(const struct table_prefix *prefix, __u8 address[16])
{
	memcpy(address, prefix->address, 16);
	for (unsigned int bit = prefix->length; bit > 0; bit--) {
		__u8 mask = (__u8)(0x80 >> (bit - 1) % 8);

		address[(bit - 1) / 8] ^= mask;
		if (address[(bit - 1) / 8] & mask)
			return true;
	}
	return false;
}

static int give_endpoints(const struct objects *objects)
{
	const struct tables *tables = objects->tables;
	struct simulate_object four = { .family = 4 }, six = { .family = 6 };
	int r = give_ports(objects, &four);

	r = r ?: give_ports(objects, &six);
	for (size_t i = 0; !r && i < tables->n_prefixes; i++) {
		const struct table_prefix *prefix = &tables->prefix[i];
		struct simulate_object object = { .family = prefix->family };

		memcpy(object.address, prefix->address, sizeof(object.address));
		r = give_ports(objects, &object);
		if (!r && step_over(prefix, object.address))
			r = give_ports(objects, &object);
	}
	return r;
}

/* --- kinds of sockets and facilities ---------------------------------------------------------------------------- */

static int give_kind(const struct objects *objects, __u16 family, __u16 type, __u32 protocol)
{
	struct bw_socket kind = { family, type, protocol };
	const struct simulate_object object = { .socket = kind };

	bw_socket_normalise(&kind);
	return give(objects, &object, kinds_label(objects->tables, kind));
}

static int give_protocols(const struct objects *objects, __u16 family, __u16 type)
{
	const struct tables *tables = objects->tables;
	int r = give_kind(objects, family, type, 0);

	r = r ?: give_kind(objects, family, type, 0xfe);
	for (size_t i = 0; !r && i < tables->n_sockets; i++)
		if (tables->socket[i].key.protocol != BW_SOCKET_ANY_PROTOCOL) {
			__u32 protocol = tables->socket[i].key.protocol;

			if (family == BW_PF_PACKET)
				protocol = (protocol & 0xff) << 8 | (protocol >> 8 & 0xff);
			r = give_kind(objects, family, type, protocol);
		}
	return r;
}

static int give_sockets(const struct objects *objects)
{
	static const __u16 types[] = { 1, 2, 3, 4, 5, 6, 10 };
	const struct tables *tables = objects->tables;
	int r = give_kind(objects, 0, BW_SOCK_STREAM, 0); /* AF_UNSPEC: no rule names it */

	for (size_t i = 0; !r && i < tables->n_sockets; i++)
		for (size_t j = 0; !r && j < ARRAY_SIZE(types); j++)
			r = give_protocols(objects, tables->socket[i].key.family, types[j]);
	return r;
}

/* Defaults of facilities differ with what they move, so that each is asked. */
static int give_facilities(const struct objects *objects)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < _BW_FACILITY_MAX; i++) {
		const struct object object = { { .facility = i }, objects->tables->header.facility[i] };

		r = objects->each(objects->context, objects->operation, &object);
	}
	return r;
}

int objects_each(const struct tables *tables, enum bw_operation operation, const struct places *paths,
		 const struct places *names, objects_each_fn *each, void *context)
{
	_free_ bool *seen = calloc(tables->n_labels + 1, sizeof(*seen));
	const struct objects objects = { tables, operation, seen, each, context };
	int r;

	if (!seen)
		return -ENOMEM;
	switch (operation) {
	case BW_OP_USE:
		return give_facilities(&objects);
	case BW_OP_SOCKET:
		return give_sockets(&objects);
	case BW_OP_CONNECT:
	case BW_OP_BIND:
		r = give_endpoints(&objects);
		r = r ?: give_places(&objects, names, true);
		return r ?: give_places(&objects, paths, false);
	default:
		r = give_places(&objects, paths, false);
		return r || operation != BW_OP_EXEC ? r : give_memory(&objects);
	}
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the IP endpoints of all rules. Out: prefixes, each with its network: its own services and those of every
 * prefix around it. Prefixes are sorted so that each comes after all that contain it, and one stack of containing
 * prefixes is carried along; a prefix that adds nothing to the one around it is left out.
 */
#include "networks.h"
#include "grow.h"
#include "ports.h"

/* Bytes of the services of all networks: bounds scratch memory and the time of the sweeps over ports. */
#define SETS_BYTES_MAX (32u << 20)
#define LENGTH_MAX     128

/* One endpoint at one prefix. */
struct place {
	uint8_t family; /* 4 or 6 */
	uint8_t length;
	uint8_t address[16]; /* zero beyond the length */
	uint32_t service;
	uint32_t rule;
	const struct endpoint *endpoint;
};

struct networks {
	const struct rules *rules;
	struct diag *diag;
	struct intern services; /* struct ports_service */
	struct place *place;
	size_t n_places, places_capacity;
	struct intern sets; /* of services: the number is the network; 0 is empty */
	struct bw_network *network;
	size_t networks_capacity;
	struct table_prefix *prefix;
	size_t n_prefixes, prefixes_capacity;
	struct table_prefix around[LENGTH_MAX + 1]; /* the stack, outermost first */
	size_t n_around;
	struct ports ports;
	struct words set; /* scratch, as all below */
	struct ports_service *service;
	size_t services_capacity;
};

static int refuse(const struct networks *networks, const struct place *place, const char *id, const char *what,
		  unsigned int bound)
{
	const struct policy *policy = networks->rules->list[place->rule].policy;

	diag_error(networks->diag, policy->source, place->endpoint->span, id,
		   "join neighbouring prefixes and ports, or let the endpoints of different rules overlap less",
		   "with '%.120s' of policy '%s' the endpoints of the policies need more than %u %s",
		   place->endpoint->text, policy->name, bound, what);
	return -EINVAL;
}

/* --- endpoints to places --------------------------------------------------------------------------------- */

static void mask(struct place *place)
{
	for (unsigned int i = 0; i < sizeof(place->address); i++) {
		unsigned int bits = place->length > 8 * i ? place->length - 8 * i : 0;

		if (bits < 8)
			place->address[i] &= (uint8_t)(0xff00 >> bits);
	}
}

/* An IPv4-mapped IPv6 address is its IPv4 address. */
static void unmap(struct place *place)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (place->family != 6 || place->length < 96 || memcmp(place->address, mapped, sizeof(mapped)) != 0)
		return;
	place->family = 4;
	place->length -= 96;
	memmove(place->address, place->address + 12, 4);
	memset(place->address + 4, 0, 12);
}

static int add_place(struct networks *networks, struct place place)
{
	int r = grow_to(&networks->place, &networks->places_capacity, networks->n_places + 1, sizeof(*networks->place));

	if (r)
		return r;
	mask(&place);
	unmap(&place);
	networks->place[networks->n_places++] = place;
	return 0;
}

static int add_endpoint(struct networks *networks, const struct endpoint *endpoint, uint32_t rule)
{
	const struct ports_service service = {
		.rule = rule,
		.protocol = endpoint->protocol < 0 ? PORTS_EVERY_PROTOCOL : (uint32_t)endpoint->protocol,
		.from = endpoint->port_from,
		.to = endpoint->port_to,
	};
	struct place place = { .family = endpoint->family, .rule = rule, .endpoint = endpoint };
	int r = intern_add(&networks->services, &service, sizeof(service), &place.service);

	if (r < 0)
		return r;
	if (place.family) {
		place.length = endpoint->length;
		memcpy(place.address, endpoint->address, sizeof(place.address));
		return add_place(networks, place);
	}
	place.family = 4;
	r = add_place(networks, place);
	place.family = 6;
	return r ?: add_place(networks, place);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	order = memcmp(x->address, y->address, sizeof(x->address));
	if (order)
		return order;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return (x->service > y->service) - (x->service < y->service);
}

static int collect(struct networks *networks)
{
	int r = 0;

	for (size_t i = 0; i < networks->rules->n_whole; i++) {
		const struct rule *rule = networks->rules->list[i].from;

		for (size_t j = 0; !r && rule && j < rule->n_endpoints; j++)
			if (rule->endpoint[j].kind == ENDPOINT_INET)
				r = add_endpoint(networks, &rule->endpoint[j], (uint32_t)i);
	}
	if (networks->n_places)
		qsort(networks->place, networks->n_places, sizeof(*networks->place), compare_places);
	return r;
}

/* --- places to networks ---------------------------------------------------------------------------------- */

static bool contains(const struct table_prefix *prefix, const struct place *place)
{
	unsigned int whole = prefix->length / 8, rest = prefix->length % 8;

	if (prefix->family != place->family || prefix->length > place->length)
		return false;
	if (memcmp(prefix->address, place->address, whole) != 0)
		return false;
	return !rest || !((prefix->address[whole] ^ place->address[whole]) >> (8 - rest));
}

static int make_ports(struct networks *networks, uint32_t number, const struct place *place)
{
	struct bw_network *network;
	size_t n;
	const uint32_t *set = intern_words_at(&networks->sets, number, &n);
	int r = grow_to(&networks->network, &networks->networks_capacity, (size_t)number + 1,
			sizeof(*networks->network));

	r = r ?: grow_to(&networks->service, &networks->services_capacity, n, sizeof(*networks->service));
	if (r)
		return r;
	for (size_t i = 0; i < n; i++) {
		size_t size;

		networks->service[i] = *(const struct ports_service *)intern_at(&networks->services, set[i], &size);
	}
	network = &networks->network[number];
	for (unsigned int p = 0; !r && p < _BW_PROTOCOL_MAX; p++)
		r = ports_slice(&networks->ports, networks->service, n, p, &network->ports[p]);
	if (r == -E2BIG)
		return refuse(networks, place, "too-many-ports", "ranges of ports", BW_PORT_RANGES_MAX);
	return r;
}

/* The network of networks->set, made if it is new. `place` is whom to blame. */
static int intern_set(struct networks *networks, const struct place *place, uint32_t *ret)
{
	int r;

	words_sort(&networks->set);
	r = intern_add_words(&networks->sets, networks->set.word, networks->set.n, ret);
	if (r <= 0)
		return r;
	if (networks->sets.n > BW_NETWORKS_MAX)
		return refuse(networks, place, "too-many-networks", "sets of overlapping prefixes", BW_NETWORKS_MAX);
	if (networks->sets.n_bytes > SETS_BYTES_MAX)
		return refuse(networks, place, "too-many-networks",
			      "bytes of memory to tell overlapping prefixes apart", SETS_BYTES_MAX);
	return make_ports(networks, *ret, place);
}

static int add_prefix(struct networks *networks, const struct place *place, uint32_t network)
{
	int r;

	if (networks->n_prefixes >= BW_PREFIXES_MAX)
		return refuse(networks, place, "too-many-prefixes", "address prefixes", BW_PREFIXES_MAX);
	r = grow_to(&networks->prefix, &networks->prefixes_capacity, networks->n_prefixes + 1,
		    sizeof(*networks->prefix));
	if (r)
		return r;
	networks->prefix[networks->n_prefixes] = (struct table_prefix){
		.family = place->family,
		.length = place->length,
		.network = network,
	};
	memcpy(networks->prefix[networks->n_prefixes].address, place->address, sizeof(place->address));
	networks->around[networks->n_around++] = networks->prefix[networks->n_prefixes++];
	return 0;
}

/* Places [from, to) are one prefix. */
static int make_prefix(struct networks *networks, size_t from, size_t to)
{
	const struct place *place = &networks->place[from];
	uint32_t outer = 0, network;
	const uint32_t *set;
	size_t n;
	int r;

	while (networks->n_around && !contains(&networks->around[networks->n_around - 1], place))
		networks->n_around--;
	if (networks->n_around)
		outer = networks->around[networks->n_around - 1].network;
	set = intern_words_at(&networks->sets, outer, &n);
	networks->set.n = 0;
	r = words_append(&networks->set, set, n);
	for (size_t i = from; !r && i < to; i++)
		r = words_push(&networks->set, networks->place[i].service);
	r = r ?: intern_set(networks, place, &network);
	if (r || network == outer)
		return r;
	return add_prefix(networks, place, network);
}

static bool same_prefix(const struct place *x, const struct place *y)
{
	return x->family == y->family && x->length == y->length &&
	       memcmp(x->address, y->address, sizeof(x->address)) == 0;
}

/* Network 0: no endpoint holds the address, so it has no ports. */
static int make_none(struct networks *networks)
{
	uint32_t none;
	int r = intern_add_words(&networks->sets, NULL, 0, &none);

	if (r < 0)
		return r;
	r = grow_to(&networks->network, &networks->networks_capacity, 1, sizeof(*networks->network));
	if (!r)
		networks->network[none] = (struct bw_network){ 0 };
	return r;
}

static int build(struct networks *networks)
{
	int r = collect(networks);

	r = r ?: make_none(networks);
	for (size_t from = 0, to; !r && from < networks->n_places; from = to) {
		for (to = from + 1; to < networks->n_places; to++)
			if (!same_prefix(&networks->place[from], &networks->place[to]))
				break;
		r = make_prefix(networks, from, to);
	}
	return r;
}

static int keep(const struct networks *networks, struct tables *tables)
{
	tables->n_prefixes = networks->n_prefixes;
	tables->prefix = tables_keep(tables, networks->prefix, tables->n_prefixes, sizeof(*tables->prefix));
	tables->n_networks = networks->sets.n;
	tables->network = tables_keep(tables, networks->network, tables->n_networks, sizeof(*tables->network));
	if (!tables->prefix || !tables->network)
		return -ENOMEM;
	return ports_finish(&networks->ports, tables);
}

int networks_build(const struct rules *rules, struct labels *labels, struct tables *tables, struct diag *diag)
{
	struct networks networks = { .rules = rules, .diag = diag, .ports.labels = labels };
	int r = build(&networks);

	r = r ?: keep(&networks, tables);
	intern_done(&networks.services);
	free(networks.place);
	intern_done(&networks.sets);
	free(networks.network);
	free(networks.prefix);
	ports_done(&networks.ports);
	words_done(&networks.set);
	free(networks.service);
	return r;
}

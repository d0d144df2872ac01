/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the services of one network. Out: elementary ranges of ports, in which the rules do not change, by one
 * sweep over the ends of the services' ranges; equal slices of them once.
 */
#include "ports.h"
#include "grow.h"

#define PORTS_END 65536u

/* From this port on, one service more of the rule holds, or one less. */
struct ports_turn {
	uint32_t at;
	uint32_t rule;
	bool begins;
};

static int compare_turns(const void *a, const void *b)
{
	const struct ports_turn *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	/* Beginnings first: a service that ends where its rule's next one begins keeps its place in the set. */
	return (int)y->begins - (int)x->begins;
}

static int collect(struct ports *ports, const struct ports_service *service, size_t n, uint32_t protocol)
{
	int r = grow_to(&ports->turn, &ports->turns_capacity, 2 * n, sizeof(*ports->turn));

	if (r)
		return r;
	ports->n_turns = 0;
	for (size_t i = 0; i < n; i++) {
		if (service[i].protocol != PORTS_EVERY_PROTOCOL && service[i].protocol != protocol)
			continue;
		ports->turn[ports->n_turns++] = (struct ports_turn){ service[i].from, service[i].rule, true };
		ports->turn[ports->n_turns++] = (struct ports_turn){ service[i].to + 1, service[i].rule, false };
	}
	if (ports->n_turns)
		qsort(ports->turn, ports->n_turns, sizeof(*ports->turn), compare_turns);
	return 0;
}

/* The place of a rule in the active set, or where it belongs. */
static size_t find_active(const struct ports *ports, uint32_t rule)
{
	size_t low = 0, high = ports->active.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ports->active.word[middle] < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int insert(struct words *words, size_t at, uint32_t word)
{
	int r = words_push(words, word);

	if (r)
		return r;
	memmove(words->word + at + 1, words->word + at, (words->n - 1 - at) * sizeof(word));
	words->word[at] = word;
	return 0;
}

static void take_out(struct words *words, size_t at)
{
	words->n--;
	memmove(words->word + at, words->word + at + 1, (words->n - at) * sizeof(*words->word));
}

static int turn(struct ports *ports, const struct ports_turn *turn)
{
	size_t at = find_active(ports, turn->rule);
	bool active = at < ports->active.n && ports->active.word[at] == turn->rule;
	int r;

	if (active) {
		ports->count.word[at] += turn->begins ? 1 : -1u;
		if (!ports->count.word[at]) {
			take_out(&ports->active, at);
			take_out(&ports->count, at);
		}
		return 0;
	}
	r = insert(&ports->active, at, turn->rule);
	return r ?: insert(&ports->count, at, 1);
}

static int sweep(struct ports *ports)
{
	uint32_t from = 0;
	size_t i = 0;
	int r = 0;

	ports->active.n = ports->count.n = ports->slice.n = 0;
	while (!r && from < PORTS_END) {
		__u32 label = 0;

		for (; !r && i < ports->n_turns && ports->turn[i].at == from; i++)
			r = turn(ports, &ports->turn[i]);
		r = r ?: labels_intern(ports->labels, ports->active.word, ports->active.n, &label);
		if (!r && (!ports->slice.n || ports->slice.word[ports->slice.n - 1] != label)) {
			r = words_push(&ports->slice, from);
			r = r ?: words_push(&ports->slice, label);
		}
		from = i < ports->n_turns ? ports->turn[i].at : PORTS_END;
	}
	return r;
}

int ports_slice(struct ports *ports, const struct ports_service *service, size_t n, uint32_t protocol,
		struct bw_slice *ret)
{
	uint32_t number = 0;
	int r = collect(ports, service, n, protocol);

	*ret = (struct bw_slice){ 0 };
	if (r || !ports->n_turns)
		return r;
	r = sweep(ports);
	r = r ?: intern_add_words(&ports->slices, ports->slice.word, ports->slice.n, &number);
	if (r < 0)
		return r;
	if (r) {
		if ((ports->ranges.n + ports->slice.n) / 2 > BW_PORT_RANGES_MAX)
			return -E2BIG;
		r = words_push(&ports->first, (uint32_t)ports->ranges.n / 2);
		r = r ?: words_append(&ports->ranges, ports->slice.word, ports->slice.n);
		if (r)
			return r;
	}
	*ret = (struct bw_slice){ .first = ports->first.word[number], .count = (__u32)ports->slice.n / 2 };
	return 0;
}

int ports_finish(const struct ports *ports, struct tables *tables)
{
	tables->n_port_ranges = ports->ranges.n / 2;
	tables->port_range =
		tables_keep(tables, ports->ranges.word, tables->n_port_ranges, sizeof(*tables->port_range));
	return tables->port_range ? 0 : -ENOMEM;
}

void ports_done(struct ports *ports)
{
	intern_done(&ports->slices);
	words_done(&ports->first);
	words_done(&ports->ranges);
	free(ports->turn);
	words_done(&ports->active);
	words_done(&ports->count);
	words_done(&ports->slice);
}

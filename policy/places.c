/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the automaton of finished tables and the names of its literals. Out: for each label that some path has, the
 * shortest such path. The states are gone through breadth first; every name that is tried is read by the automaton as
 * the kernel side does, so what is found is a fact, and what is not found for a state that edges lead to is told.
 */
#include "places.h"
#include "grow.h"
#include "walk.h"
#include <base/cleanup.h>
#include <stdio.h>

/* Strings that are tried for each row, since one may be a literal that leads elsewhere. */
#define STRINGS_PER_ROW 4
#define NAME_LENGTH_MAX 255

/* --- strings that globs tell apart --------------------------------------------------------------------------- */

/* A string is the byte at its end and the string before it. */
struct link {
	size_t before;
	__u32 row;
	__u16 size;
	char byte;
};

struct strings {
	const struct tables *tables;
	struct link *list;
	size_t n, capacity;
	__u8 *met; /* by row */
	char byte_of[256];
};

/* One byte of each class that may stand in a name, letters first. */
static unsigned int choose_bytes(struct strings *strings)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	const __u8 *class = strings->tables->header.glob_class;

	for (const char *byte = first; *byte; byte++)
		if (!strings->byte_of[class[(unsigned char)*byte]])
			strings->byte_of[class[(unsigned char)*byte]] = *byte;
	for (unsigned int i = 1; i < 256; i++)
		if (i != '/' && !strings->byte_of[class[i]])
			strings->byte_of[class[i]] = (char)i;
	return strings->tables->header.glob_classes;
}

static int spell(const struct strings *strings, size_t at, places_string_fn *each, void *context)
{
	const struct link *link = &strings->list[at];
	char text[NAME_LENGTH_MAX + 1];
	size_t size = link->size;
	__u32 row = link->row;

	text[size] = '\0';
	for (size_t i = size; i > 0; i--, link = &strings->list[link->before])
		text[i - 1] = link->byte;
	return each(context, text, size, row);
}

static int follow(struct strings *strings, size_t at, unsigned int classes)
{
	const struct link from = strings->list[at];

	for (unsigned int i = 0; i < classes && from.size < NAME_LENGTH_MAX; i++) {
		__u32 row = from.row ? strings->tables->glob_cell[(size_t)from.row * classes + i] : 0;
		int r;

		if (!strings->byte_of[i] || strings->met[row] >= STRINGS_PER_ROW)
			continue;
		strings->met[row]++;
		r = grow_to(&strings->list, &strings->capacity, strings->n + 1, sizeof(*strings->list));
		if (r)
			return r;
		strings->list[strings->n++] = (struct link){ at, row, (__u16)(from.size + 1), strings->byte_of[i] };
	}
	return 0;
}

int places_strings(const struct tables *tables, __u32 row, places_string_fn *each, void *context)
{
	struct strings strings = { .tables = tables };
	unsigned int classes = choose_bytes(&strings);
	int r = grow_to(&strings.list, &strings.capacity, 1, sizeof(*strings.list));

	strings.met = calloc(tables->n_glob_rows + 1, 1);
	if (r || !strings.met)
		r = -ENOMEM;
	else
		strings.list[strings.n++] = (struct link){ .row = row };
	for (size_t i = 0; !r && i < strings.n; i++) {
		r = i ? spell(&strings, i, each, context) : 0;
		r = r ?: follow(&strings, i, classes);
	}
	free(strings.list);
	free(strings.met);
	return r;
}

/* --- states ---------------------------------------------------------------------------------------------------- */

struct search {
	const struct tables *tables;
	const struct literals *literals;
	struct places *places;
	const char **path; /* by state; NULL: not met */
	bool *wanted;	   /* by state: something leads there */
	bool *labelled;	   /* by label */
	__u32 *queue;
	size_t n;
	__u32 at; /* the state whose names are tried */
};

static int meet(struct search *search, __u32 state, const char *path)
{
	struct places *places = search->places;
	__u32 label = search->tables->state[state].label;
	int r;

	search->path[state] = path;
	search->queue[search->n++] = state;
	if (search->labelled[label])
		return 0;
	r = grow_to(&places->list, &places->capacity, places->n + 1, sizeof(*places->list));
	if (r)
		return r;
	search->labelled[label] = true;
	places->list[places->n++] = (struct place){ path, label };
	return 0;
}

/* A name below the state at work. "/" itself and the place that abstract names are read from end in no slash. */
static int try_name(struct search *search, const char *name, size_t size)
{
	__u32 state = walk_component(search->tables, search->at, name, size);
	const char *above = search->path[search->at];
	size_t length = strlen(above);
	bool slash = search->at != BW_STATE_ABSTRACT && (length == 0 || above[length - 1] != '/');
	char *path;

	if (search->path[state])
		return 0;
	path = arena_alloc(&search->places->arena, length + slash + size + 1);
	if (!path)
		return -ENOMEM;
	memcpy(path, above, length + 1);
	if (slash)
		path[length] = '/';
	memcpy(path + length + slash, name, size);
	return meet(search, state, path);
}

static int try_string(void *context, const char *text, size_t size, __u32 row)
{
	struct search *search = context;

	if (search->tables->glob_row[row])
		search->wanted[search->tables->glob_row[row]] = true;
	if ((size == 1 && text[0] == '.') || (size == 2 && text[0] == '.' && text[1] == '.'))
		return 0;
	return try_name(search, text, size);
}

static size_t first_edge(const struct tables *tables, __u32 state)
{
	size_t low = 0, high = tables->n_edges;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tables->edge[middle].key.state < state)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int try_literals(struct search *search)
{
	const struct tables *tables = search->tables;
	int r = 0;

	for (size_t i = first_edge(tables, search->at);
	     !r && i < tables->n_edges && tables->edge[i].key.state == search->at; i++) {
		const char *name = literals_find(search->literals, tables->edge[i].key.name);

		search->wanted[tables->edge[i].next] = true;
		if (name)
			r = try_name(search, name, strlen(name));
	}
	return r;
}

/* A name that no literal is, of a state without globs. */
static int try_any(struct search *search)
{
	char name[32] = "any";
	__u32 next = search->tables->state[search->at].next;

	search->wanted[next] = true;
	for (unsigned int i = 2; walk_component(search->tables, search->at, name, strlen(name)) != next && i < 99; i++)
		snprintf(name, sizeof(name), "any%u", i);
	return try_name(search, name, strlen(name));
}

static int go_on(struct search *search)
{
	const struct bw_state *state = &search->tables->state[search->at];
	int r = try_literals(search);

	if (!r && !state->glob)
		return try_any(search);
	return r ?: places_strings(search->tables, state->glob, try_string, search);
}

int places_list(const struct tables *tables, const struct literals *literals, __u32 from, struct places *ret)
{
	_free_ const char **path = calloc(tables->n_states, sizeof(*path));
	_free_ bool *wanted = calloc(tables->n_states, sizeof(*wanted));
	_free_ bool *labelled = calloc(tables->n_labels, sizeof(*labelled));
	_free_ __u32 *queue = calloc(tables->n_states, sizeof(*queue));
	struct search search = { tables, literals, ret, path, wanted, labelled, queue, 0, from };
	int r;

	*ret = (struct places){ 0 };
	if (!path || !wanted || !labelled || !queue)
		return -ENOMEM;
	r = meet(&search, from, from == BW_STATE_ABSTRACT ? "" : "/");
	for (size_t i = 0; !r && i < search.n; i++) {
		search.at = queue[i];
		if (from != BW_STATE_ABSTRACT || !i)
			r = go_on(&search);
	}
	for (size_t i = 0; i < tables->n_states; i++)
		ret->cut |= wanted[i] && !path[i];
	return r;
}

void places_done(struct places *places)
{
	arena_done(&places->arena);
	free(places->list);
	*places = (struct places){ 0 };
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables, a process, an object. Out: the verdict that the kernel programs would give, by the same decision
 * code. Reads tables only; opens no file and asks no kernel.
 */
#include "simulate.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <bulwark/hash.h>

/* --- what decide.h reads tables through ------------------------------------------------------------------ */

typedef const struct tables *bw_set_t;

static const struct bw_label *bw_label_at(bw_set_t set, __u32 number)
{
	return number < set->n_labels ? &set->label[number] : NULL;
}

static const struct bw_rule *bw_rule_at(bw_set_t set, __u32 number)
{
	return number < set->n_rules ? &set->rule[number] : NULL;
}

static struct bw_slice bw_default_at(bw_set_t set, __u32 operation)
{
	return set->header.defaults[operation % BW_OP_SLOTS];
}

static __u32 bw_mode_of(bw_set_t set, __u32 policy)
{
	return policy < set->n_policies ? set->policy[policy].mode : BW_MODE_ENFORCE;
}

static void bw_repeat(__u32 n, long (*each)(__u32, void *), void *context)
{
	for (__u32 i = 0; i < n; i++)
		if (each(i, context))
			return;
}

#include <bulwark/decide.h>

/* --- the automaton --------------------------------------------------------------------------------------- */

/* The next state of a literal's edge; false when there is none. */
static bool follow_edge(const struct tables *tables, __u32 state, __u64 name, __u32 *ret)
{
	size_t low = 0, high = tables->n_edges;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct table_edge *edge = &tables->edge[middle];

		if (edge->key.state == state && edge->key.name == name) {
			*ret = edge->next;
			return true;
		}
		if (edge->key.state < state || (edge->key.state == state && edge->key.name < name))
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* The state that a glob row accepts a component with; 0: none. */
static __u32 match_globs(const struct tables *tables, __u32 row, const char *bytes, size_t size)
{
	const struct bw_header *header = &tables->header;

	for (size_t i = 0; row && i < size; i++)
		row = tables->glob_cell[row * header->glob_classes + header->glob_class[(unsigned char)bytes[i]]];
	return tables->glob_row[row];
}

static __u32 read_component(const struct tables *tables, __u32 from, const char *bytes, size_t size)
{
	const struct bw_state *state = &tables->state[from];
	__u32 next;

	if (state->flags & BW_STATE_EDGES &&
	    follow_edge(tables, from, bw_hash(tables->header.hash_key, bytes, (__u32)size), &next))
		return next;
	next = state->glob ? match_globs(tables, state->glob, bytes, size) : 0;
	return next ? next : state->next;
}

__u32 simulate_walk(const struct tables *tables, __u32 from, const char *path)
{
	__u32 state = from;

	while (*path && !(tables->state[state].flags & BW_STATE_SINK)) {
		size_t size = strcspn(path, "/");

		if (size)
			state = read_component(tables, state, path, size);
		path += size;
		path += strspn(path, "/");
	}
	return state;
}

static __u32 label_of(const struct tables *tables, const char *path)
{
	return tables->state[simulate_walk(tables, BW_STATE_ROOT, path)].label;
}

/* --- endpoints ------------------------------------------------------------------------------------------- */

static bool holds(const struct table_prefix *prefix, unsigned int family, const __u8 *address)
{
	unsigned int whole = prefix->length / 8, rest = prefix->length % 8;

	if (prefix->family != family || memcmp(prefix->address, address, whole) != 0)
		return false;
	return !rest || !((prefix->address[whole] ^ address[whole]) >> (8 - rest));
}

static __u32 network_of(const struct tables *tables, unsigned int family, const __u8 *address)
{
	const struct table_prefix *longest = NULL;

	for (size_t i = 0; i < tables->n_prefixes; i++)
		if (holds(&tables->prefix[i], family, address) &&
		    (!longest || tables->prefix[i].length > longest->length))
			longest = &tables->prefix[i];
	return longest ? longest->network : 0;
}

__u32 simulate_endpoint(const struct tables *tables, unsigned int family, const __u8 *address, unsigned int port,
			unsigned int protocol)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	const struct bw_port_range *range;
	struct bw_slice slice;
	__u32 label = 0;

	if (family == 6 && !memcmp(address, mapped, sizeof(mapped))) {
		family = 4;
		address += sizeof(mapped);
	}
	if (protocol >= _BW_PROTOCOL_MAX)
		protocol = BW_PROTOCOL_OTHER;
	slice = tables->network[network_of(tables, family, address)].ports[protocol];
	range = &tables->port_range[slice.first];
	for (__u32 i = 0; i < slice.count && range[i].from <= port; i++)
		label = range[i].label;
	return label;
}

/* --- processes ------------------------------------------------------------------------------------------- */

static const struct bw_traits *traits_of_id(const struct tables *tables, struct bw_slice slice, __u32 id)
{
	const struct bw_id_range *range = &tables->id_range[slice.first];
	__u32 set = 0;

	for (__u32 i = 0; i < slice.count && range[i].from <= id; i++)
		set = range[i].traits;
	return &tables->trait_set[set];
}

static const struct bw_traits *traits_of_program(const struct tables *tables, const char *path)
{
	return &tables->trait_set[path ? tables->label[label_of(tables, path)].traits : 0];
}

static void traits_of(const struct tables *tables, const struct simulate_process *process, struct bw_traits *any,
		      struct bw_traits *all)
{
	const char *stored = process->binary && process->binary_stored ? process->binary_stored : process->binary;
	const struct bw_traits *mounted_as = traits_of_program(tables, process->binary);
	const struct bw_traits *stored_as = traits_of_program(tables, stored);
	const struct bw_traits *user = traits_of_id(tables, tables->header.users, process->uid);
	const struct bw_traits *group = traits_of_id(tables, tables->header.groups, process->gid);

	for (unsigned int i = 0; i < BW_TRAIT_WORDS; i++) {
		__u64 ids = user->word[i] | group->word[i];

		any->word[i] = mounted_as->word[i] | stored_as->word[i] | ids;
		all->word[i] = (mounted_as->word[i] & stored_as->word[i]) | ids;
	}
}

/* --- the question ---------------------------------------------------------------------------------------- */

static bool is_file(__u32 operation)
{
	return operation == BW_OP_EXEC || operation == BW_OP_READ || operation == BW_OP_WRITE;
}

static bool is_network(__u32 operation)
{
	return operation == BW_OP_CONNECT || operation == BW_OP_BIND;
}

/* The labels of the object, as views of it. -EINVAL when it is no object of the operation. */
static int view_object(const struct tables *tables, const struct simulate_object *object, struct bw_question *question)
{
	if (object->path) {
		const char *stored = object->path_stored ? object->path_stored : object->path;

		question->views = 2;
		question->label[0] = label_of(tables, object->path);
		question->label[1] = label_of(tables, stored);
		return 0;
	}
	if (is_file(question->operation) || (!object->abstract && object->family != 4 && object->family != 6))
		return -EINVAL;
	question->views = 1;
	if (object->abstract) {
		__u32 state = read_component(tables, BW_STATE_ABSTRACT, object->abstract, strlen(object->abstract));

		question->label[0] = tables->state[state].label;
		return 0;
	}
	question->label[0] = simulate_endpoint(tables, object->family, object->address, object->port, object->protocol);
	return 0;
}

int simulate_decide(const struct tables *tables, enum bw_operation operation, const struct simulate_process *process,
		    const struct simulate_object *object, struct simulate_verdict *ret)
{
	struct bw_traits any, all;
	struct bw_question question = { .operation = operation, .any = &any, .all = &all };
	struct bw_decision decision = { 0 };
	int r;

	if (!is_file(operation) && !is_network(operation))
		return -EINVAL;
	r = view_object(tables, object, &question);
	if (r < 0)
		return r;
	traits_of(tables, process, &any, &all);
	/* Allow-lists of connect and bind are about IP endpoints: no default judges a unix socket. */
	question.no_default = is_network(operation) && (object->path || object->abstract);
	bw_decide(tables, &question, &decision);
	if (decision.error)
		return -EINVAL;
	*ret = (struct simulate_verdict){ .verdict = decision.verdict, .n = decision.n };
	for (__u32 i = 0; i < decision.n; i++) {
		ret->outcome[i].rule = decision.outcome[i].rule;
		ret->outcome[i].policy = decision.outcome[i].policy;
		ret->outcome[i].verdict = decision.outcome[i].verdict;
		ret->outcome[i].mode = decision.outcome[i].mode;
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables, a process, an object. Out: the verdict that the kernel programs would give, by the same decision
 * code. Reads tables only; opens no file and asks no kernel.
 */
#include "simulate_inner.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <bulwark/facility.h>
#include <bulwark/socket.h>
#include "kinds.h"

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

static struct bw_slice bw_default_at(bw_set_t set, __u32 slot)
{
	return set->header.defaults[slot % BW_OP_SLOTS];
}

static struct bw_slice bw_anywhere_at(bw_set_t set, __u32 operation)
{
	return set->header.anywhere[operation % BW_OP_SLOTS];
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

/* --- the attempt ------------------------------------------------------------------------------------------ */

static __u32 traits_of_digest(const struct tables *tables, const struct bw_digest *digest)
{
	for (size_t i = 0; i < tables->n_digests; i++)
		if (!memcmp(&tables->digest[i].digest, digest, sizeof(*digest)))
			return tables->digest[i].traits;
	return 0;
}

/* By which names a box would be called: as in kern/arguments.h. */
static void traits_of_names(const struct tables *tables, const char *const *argument, struct bw_traits *ret)
{
	__u32 row = tables->header.applets, wanted = ~0u;

	for (size_t i = 0; row && wanted && argument && argument[i]; i++) {
		const char *name = alias_name(argument[i]);
		__u32 value = walk_globs(tables, row, name, strlen(name));

		if (value & wanted)
			add_traits(tables, value & BW_APPLET_TRAITS, ret);
		if (wanted == BW_APPLET_OPTION)
			return;
		if (!(value & BW_APPLET_BOX))
			wanted = BW_APPLET_OPTION;
	}
}

/* What holds for the object of an exec. */
static void traits_of_object(const struct tables *tables, const struct simulate_object *object, struct bw_traits *ret)
{
	__u32 row = tables->header.arguments;

	if (object->memory)
		add_traits(tables, tables->header.memory, ret);
	if (object->digest)
		add_traits(tables, traits_of_digest(tables, object->digest), ret);
	for (size_t i = 0; row && object->argument && object->argument[i]; i++)
		add_traits(tables, walk_globs(tables, row, object->argument[i], strlen(object->argument[i])), ret);
	traits_of_names(tables, object->argument, ret);
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

/* Facilities and kinds of sockets: one view, told by numbers. */
static int view_kind(const struct tables *tables, const struct simulate_object *object, struct bw_question *question)
{
	struct bw_socket kind = object->socket;

	question->views = 1;
	if (question->operation == BW_OP_SOCKET) {
		bw_socket_normalise(&kind);
		question->label[0] = kinds_label(tables, kind);
		return 0;
	}
	if (object->facility >= _BW_FACILITY_MAX)
		return -EINVAL;
	question->label[0] = tables->header.facility[object->facility];
	question->default_slot = bw_facility_slot(object->facility);
	return 0;
}

/* The labels of the object, as views of it. -EINVAL when it is no object of the operation. */
static int view_object(const struct tables *tables, const struct simulate_object *object, struct bw_question *question)
{
	if (question->operation == BW_OP_SOCKET || question->operation == BW_OP_USE)
		return view_kind(tables, object, question);
	if (object->path) {
		const char *stored = object->path_stored ? object->path_stored : object->path;

		question->views = 2;
		question->label[0] = label_of(tables, object->path);
		question->label[1] = label_of(tables, stored);
		if (object->path_kept)
			question->kept[0] = label_of(tables, object->path_kept);
		return 0;
	}
	if (question->operation == BW_OP_EXEC && object->memory)
		return 0;
	if (is_file(question->operation) || (!object->abstract && object->family != 4 && object->family != 6))
		return -EINVAL;
	question->views = 1;
	if (object->abstract) {
		__u32 state = walk_component(tables, BW_STATE_ABSTRACT, object->abstract, strlen(object->abstract));

		question->label[0] = tables->state[state].label;
		return 0;
	}
	question->label[0] = simulate_endpoint(tables, object->family, object->address, object->port, object->protocol);
	return 0;
}

/*
 * Denials require traits in `any`, and allows and `except` those in `all`: what may be there is in the one and not in
 * the other, and the other way round where the mildest answer is wanted.
 */
static void guess(const struct tables *tables, unsigned int untold, enum simulate_reading reading,
		  struct bw_traits *any, struct bw_traits *all)
{
	struct bw_traits maybe = { 0 };

	simulate_untold(tables, untold, &maybe);
	add_words(&maybe, reading == SIMULATE_STRICTEST ? any : all);
}

/* --- the door ------------------------------------------------------------------------------------------------ */

static void list_outcomes(const struct bw_decision *decision, struct simulate_verdict *ret)
{
	*ret = (struct simulate_verdict){ .verdict = decision->verdict, .n = decision->n };
	for (__u32 i = 0; i < decision->n; i++) {
		ret->outcome[i].rule = decision->outcome[i].rule;
		ret->outcome[i].policy = decision->outcome[i].policy;
		ret->outcome[i].verdict = decision->outcome[i].verdict;
		ret->outcome[i].mode = decision->outcome[i].mode;
	}
}

/* A question as decide.h takes it, with what it points to. */
struct asked {
	struct bw_question question;
	struct bw_traits any, all, object;
};

static int make_question(const struct tables *tables, const struct simulate_question *from,
			 const struct simulate_traits *traits, enum simulate_reading reading, struct asked *ret)
{
	const struct simulate_object *object = &from->object;
	int r;

	*ret = (struct asked){
		.question = { .operation = from->operation, .default_slot = from->operation },
		.any = traits->any,
		.all = traits->all,
	};
	ret->question.any = &ret->any;
	ret->question.all = &ret->all;
	ret->question.object = &ret->object;
	if (from->operation >= _BW_OP_MAX)
		return -EINVAL;
	r = view_object(tables, object, &ret->question);
	if (r < 0)
		return r;
	if (is_file(from->operation) && !(from->untold & SIMULATE_OWNER))
		ret->object = tables->trait_set[tables->header.owner[object->owner]];
	if (from->operation == BW_OP_EXEC)
		traits_of_object(tables, object, &ret->object);
	guess(tables, from->untold, reading, &ret->any, &ret->all);
	/* Allow-lists of connect and bind are about IP endpoints: no default judges a unix socket. */
	ret->question.no_default = is_network(from->operation) && (object->path || object->abstract);
	return 0;
}

int simulate_ask_with(const struct tables *tables, const struct simulate_question *question,
		      const struct simulate_traits *traits, enum simulate_reading reading, struct simulate_verdict *ret)
{
	struct bw_decision decision = { 0 };
	struct asked asked;
	int r = make_question(tables, question, traits, reading, &asked);

	if (r < 0)
		return r;
	bw_decide(tables, &asked.question, &decision);
	if (decision.error)
		return -EINVAL;
	list_outcomes(&decision, ret);
	return 0;
}

/* Rules of one slice that match, by the traits that their action asks for. */
static void reach_slice(const struct tables *tables, const struct bw_question *question, struct bw_slice slice,
			bool *reached)
{
	for (__u32 i = 0; i < slice.count; i++) {
		const struct bw_rule *rule = bw_rule_at(tables, slice.first + i);
		bool allows = rule && rule->action == BW_VERDICT_ALLOW;

		if (rule && bw_rule_matches(rule, allows ? question->all : question->any,
					    allows ? question->any : question->all, question->object))
			reached[rule->id] = true;
	}
}

int simulate_reach(const struct tables *tables, const struct simulate_question *question, bool *reached)
{
	struct bw_decision decision = { 0 };
	struct simulate_traits traits;
	struct bw_slice defaults;
	struct asked asked;
	int r;

	simulate_traits(tables, question, &traits);
	r = make_question(tables, question, &traits, SIMULATE_STRICTEST, &asked);
	if (r < 0)
		return r;
	for (__u32 i = 0; i < asked.question.views; i++)
		reach_slice(tables, &asked.question, tables->label[asked.question.label[i]].rules[question->operation],
			    reached);
	reach_slice(tables, &asked.question, bw_anywhere_at(tables, question->operation), reached);
	defaults = bw_default_at(tables, asked.question.default_slot);
	for (__u32 i = 0; i < defaults.count && !asked.question.no_default; i++) {
		struct bw_pass pass = { .set = tables, .question = &asked.question, .decision = &decision };
		const struct bw_rule *rule = bw_rule_at(tables, defaults.first + i);

		if (rule && bw_rule_matches(rule, &asked.any, &asked.all, &asked.object) &&
		    !bw_allowed(&pass, rule->policy))
			reached[rule->id] = true;
	}
	return 0;
}

int simulate_ask(const struct tables *tables, const struct simulate_question *question, enum simulate_reading reading,
		 struct simulate_verdict *ret)
{
	struct simulate_traits traits;

	simulate_traits(tables, question, &traits);
	return simulate_ask_with(tables, question, &traits, reading, ret);
}

int simulate_decide(const struct tables *tables, enum bw_operation operation, const struct simulate_process *process,
		    const struct simulate_object *object, struct simulate_verdict *ret)
{
	const struct simulate_question question = { .operation = operation, .process = *process, .object = *object };

	return simulate_ask(tables, &question, SIMULATE_STRICTEST, ret);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: checked policies. Out: one set of tables, or diagnostics; never half of one. This is the ladder of the
 * rooms beside it, in the order in which they need each other:
 *
 *	rules, traits     subjects become bits, rules become conjunctions of bits with a number
 *	paths, tree       path patterns become one tree over components
 *	automaton, globs  the tree becomes states; what ends in a state becomes its label
 *	networks, ports   endpoints become prefixes and ranges of ports, again with labels
 *	labels            sets of rules become slices of the table of rules
 *	id_ranges, marks  what processes and files carry beyond that
 */
#include "compile.h"
#include "automaton.h"
#include "id_ranges.h"
#include "labels.h"
#include "marks.h"
#include "networks.h"
#include "paths.h"
#include "rollout.h"
#include "rules.h"
#include "traits.h"
#include "tree.h"
#include <base/cleanup.h>
#include <errno.h>

struct compile {
	const struct policy *const *policy;
	size_t n;
	const struct compile_options *options;
	struct diag *diag;
	struct tables *tables;
	struct traits traits;
	struct rules rules;
	struct globs globs;
	struct tree tree;
	struct labels labels;
};

static int refuse_twins(const struct compile *compile)
{
	struct intern names = { 0 };
	struct words first = { 0 }; /* by name: the policy that has it */
	bool twins = false;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < compile->n; i++) {
		const struct policy *policy = compile->policy[i], *twin;
		uint32_t number;

		r = intern_add(&names, policy->name, strlen(policy->name), &number);
		if (r > 0)
			r = words_push(&first, (uint32_t)i);
		if (r < 0 || number >= first.n || first.word[number] == i)
			continue;
		twin = compile->policy[first.word[number]];
		diag_error(compile->diag, policy->source, policy->span, "duplicate-policy",
			   "names of policies are unique on a node: rename one of them",
			   "policy '%s' exists already, at %s:%u:%u", policy->name,
			   twin->source ? twin->source->name : "?", twin->span.line, twin->span.column);
		twins = true;
	}
	intern_done(&names);
	words_done(&first);
	if (r < 0)
		return r;
	return twins ? -EINVAL : 0;
}

static int lower_rule(const struct paths *paths, const struct rule_entry *entry)
{
	const struct rule *rule = entry->from;
	int r = 0;

	for (size_t i = 0; !r && i < rule->n_paths; i++)
		r = paths_lower(paths, entry->policy, &rule->path[i], entry->rule.id);
	for (size_t i = 0; !r && i < rule->n_endpoints; i++)
		if (rule->endpoint[i].kind == ENDPOINT_UNIX)
			r = paths_lower(paths, entry->policy, &rule->endpoint[i].path, entry->rule.id);
	return r;
}

static int lower_paths(struct compile *compile)
{
	const struct paths paths = { &compile->tree, compile->options, compile->diag };
	int r = 0;

	for (size_t i = 0; !r && i < compile->rules.n; i++)
		if (compile->rules.list[i].from)
			r = lower_rule(&paths, &compile->rules.list[i]);
	for (uint32_t trait = 1; !r && trait < compile->traits.n; trait++) {
		const struct trait *from = &compile->traits.list[trait];

		if (from->condition->key != SUBJECT_BINARY)
			continue;
		for (size_t i = 0; !r && i < from->condition->n_paths; i++)
			r = paths_lower(&paths, from->policy, &from->condition->path[i], trait | LABELS_TRAIT);
	}
	r = r ?: tree_finish(&compile->tree, compile->options->hash_key);
	r = r ?: globs_finish(&compile->globs);
	if (r == -EUCLEAN) {
		diag_error(compile->diag, NULL, (struct span){ 0 }, "hash-collision",
			   "start the agent again: it draws a new key",
			   "two file names of the policies have the same hash under this start's key");
		return -EINVAL;
	}
	return r;
}

static int list_defaults(struct compile *compile)
{
	struct words ids = { 0 };
	int r = 0;

	for (unsigned int op = 0; !r && op < _BW_OP_MAX; op++) {
		ids.n = 0;
		for (size_t i = 0; !r && i < compile->rules.n; i++)
			if (!compile->rules.list[i].from && compile->rules.list[i].operation == op)
				r = words_push(&ids, (uint32_t)i);
		r = r ?: labels_slice(&compile->labels, ids.word, ids.n, &compile->tables->header.defaults[op]);
	}
	words_done(&ids);
	return r;
}

static int set_modes(struct compile *compile)
{
	struct tables *tables = compile->tables;

	tables->n_policies = compile->n;
	tables->policy = arena_array(&tables->arena, compile->n, sizeof(*tables->policy));
	if (!tables->policy)
		return -ENOMEM;
	for (size_t i = 0; i < compile->n; i++) {
		const struct policy *policy = compile->policy[i];

		tables->policy[i].mode = policy->mode;
		if (policy->mode != BW_MODE_ENFORCE ||
		    rollout_includes(compile->options->node_id, policy->name, policy->rollout))
			continue;
		tables->policy[i].mode = BW_MODE_AUDIT;
		tables->policy_name[i].rolled_out = false;
	}
	return 0;
}

static void fill_header(struct compile *compile)
{
	struct bw_header *header = &compile->tables->header;

	for (size_t i = 0; i < compile->rules.n; i++)
		header->judged |= 1u << compile->rules.list[i].operation;
	for (size_t i = 0; i < BW_OP_SLOTS; i++)
		if (header->defaults[i].count)
			header->defaulted |= 1u << i;
	header->enforced = tables_enforced(compile->tables);
}

static int run(struct compile *compile)
{
	struct tables *tables = compile->tables;
	int r = refuse_twins(compile);

	memcpy(tables->header.hash_key, compile->options->hash_key, sizeof(tables->header.hash_key));
	r = r ?: traits_init(&compile->traits, compile->diag);
	r = r ?: rules_lower(&compile->rules, compile->policy, compile->n, &compile->traits);
	r = r ?: traits_check(&compile->traits);
	r = r ?: tree_init(&compile->tree, &compile->globs);
	r = r ?: lower_paths(compile);
	r = r ?: labels_init(&compile->labels, compile->diag, &compile->rules, &compile->traits);
	r = r ?: automaton_build(&compile->tree, &compile->globs, &compile->labels, tables, compile->diag);
	r = r ?: networks_build(&compile->rules, &compile->labels, tables, compile->diag);
	r = r ?: list_defaults(compile);
	r = r ?: labels_finish(&compile->labels, tables);
	r = r ?: id_ranges_build(&compile->traits, tables);
	r = r ?: traits_finish(&compile->traits, tables);
	r = r ?: marks_build(&compile->tree, tables, compile->diag);
	r = r ?: rules_finish(&compile->rules, compile->policy, compile->n, tables);
	r = r ?: set_modes(compile);
	if (!r)
		fill_header(compile);
	return r;
}

int compile_tables(const struct policy *const *policies, size_t n, const struct compile_options *options,
		   struct tables **ret, struct diag *diag)
{
	struct compile compile = {
		.policy = policies,
		.n = n,
		.options = options,
		.diag = diag,
		.tables = calloc(1, sizeof(struct tables)),
		.rules.diag = diag,
	};
	int r = -ENOMEM;

	if (compile.tables)
		r = run(&compile);
	traits_done(&compile.traits);
	rules_done(&compile.rules);
	tree_done(&compile.tree);
	globs_done(&compile.globs);
	labels_done(&compile.labels);
	if (r < 0) {
		tables_free(compile.tables);
		return r;
	}
	*ret = compile.tables;
	return 0;
}

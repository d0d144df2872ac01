/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: checked policies. Out: one set of tables, or diagnostics; never half of one. This is the ladder of the
 * rooms beside it, in the order in which they need each other:
 *
 *	rules, traits     subjects become bits, rules become conjunctions of bits with a number
 *	paths, tree       path patterns become one tree over components
 *	copies            rules hold where links of theirs lead, in containers and for applets
 *	automaton, globs  the tree becomes states; what ends in a state becomes its label
 *	runtimes          where the cgroups of containers are
 *	attempt           what rules ask of an exec beyond the file's place
 *	networks, ports   endpoints become prefixes and ranges of ports, again with labels
 *	kinds             facilities and kinds of sockets, each again with a label
 *	labels            sets of rules become slices of the table of rules
 *	id_ranges, asked, reach, marks  what processes and files carry beyond that
 */
#include "compile.h"
#include "asked.h"
#include "attempt.h"
#include "automaton.h"
#include "copies.h"
#include "id_ranges.h"
#include "kinds.h"
#include "labels.h"
#include "marks.h"
#include "moves.h"
#include "networks.h"
#include "paths.h"
#include "reach.h"
#include "rollout.h"
#include "rules.h"
#include "runtimes.h"
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
	struct copies copies;
	struct attempt attempt;
	struct globs globs;
	struct tree tree;
	struct labels labels;
	size_t first_row; /* of the globs inside components; those of arguments come before */
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

/* See rules_follow(): of what a rule allows, too, nothing is to be added by a container. */
static int lower_rule(struct paths *paths, const struct rule_entry *entry, uint32_t use)
{
	const struct rule *rule = entry->from;
	int r = 0;

	paths->exec = entry->operation == BW_OP_EXEC;
	paths->elsewhere = entry->rule.action != BW_VERDICT_ALLOW;
	for (size_t i = 0; !r && i < rule->n_paths; i++)
		r = paths_lower(paths, entry->policy, &rule->path[i], use);
	for (size_t i = 0; !r && i < rule->n_endpoints; i++)
		if (rule->endpoint[i].kind == ENDPOINT_UNIX)
			r = paths_lower(paths, entry->policy, &rule->endpoint[i].path, use);
	return r;
}

static int lower_trait(const struct paths *paths, const struct trait *from, uint32_t use)
{
	const struct condition *condition = from->condition;
	int (*lower)(const struct paths *, const struct policy *, const struct path_value *, uint32_t) = NULL;
	int r = 0;

	switch ((unsigned int)condition->key) {
	case SUBJECT_BINARY:
	case SUBJECT_PARENT:
	case SUBJECT_ANCESTOR:
		lower = paths_lower;
		break;
	case SUBJECT_CGROUP:
		lower = paths_lower_cgroup;
		break;
	}
	for (size_t i = 0; !r && lower && i < condition->n_paths; i++)
		r = lower(paths, from->policy, &condition->path[i], use);
	return r;
}

static int lower_traits(struct compile *compile, struct paths *paths)
{
	const struct traits *traits = &compile->traits;
	int r = 0;

	paths->exec = false;
	for (uint32_t trait = 1; !r && trait < traits->n; trait++) {
		paths->elsewhere = traits_have(&compile->rules.followed, trait);
		r = lower_trait(paths, &traits->list[trait], trait | LABELS_TRAIT);
	}
	return r;
}

static int lower_links(struct compile *compile, const struct paths *paths)
{
	const struct copies *copies = &compile->copies;
	const struct rules *rules = &compile->rules;
	int r = 0;

	for (size_t i = rules->n_whole; !r && i < rules->n; i++)
		r = paths_lower_link(paths, rules->list[i].policy, rules->list[i].copy->link, (uint32_t)i);
	for (size_t i = 0; !r && i < copies->n_subjects; i++) {
		uint32_t trait = copies->subject[i].trait;

		r = paths_lower_link(paths, compile->traits.list[trait].policy, &copies->subject[i].link,
				     trait | LABELS_TRAIT);
	}
	return r ?: traits_check(&compile->traits);
}

static int tell_literals(const struct compile *compile)
{
	const struct compile_options *options = compile->options;
	const struct tree *tree = &compile->tree;
	int r = 0;

	for (uint32_t i = 0; !r && options->literal && i < tree->literals.n; i++) {
		size_t size;
		const char *text = intern_at(&tree->literals, i, &size);

		r = options->literal(options->literals, text, size, tree->hash[i]);
	}
	return r;
}

static int lower_paths(struct compile *compile)
{
	struct paths paths = { &compile->tree, compile->options, compile->diag, &compile->copies, false, false };
	struct rules *rules = &compile->rules;
	int r = lower_traits(compile, &paths);

	r = r ?: copies_make_subjects(&compile->copies, rules, &compile->traits);
	for (size_t i = 0; !r && i < rules->n_whole; i++)
		if (rules->list[i].from)
			r = lower_rule(&paths, &rules->list[i], (uint32_t)i);
	r = r ?: runtimes_lower(&compile->traits, &compile->tree);
	r = r ?: copies_make(&compile->copies, rules, &compile->traits);
	r = r ?: lower_links(compile, &paths);
	r = r ?: tree_finish(&compile->tree, compile->options->hash_key);
	r = r ?: tell_literals(compile);
	r = r ?: attempt_lower(&compile->attempt, &compile->globs);
	r = r ?: globs_finish(&compile->globs);
	if (r == -EUCLEAN) {
		diag_error(compile->diag, NULL, (struct span){ 0 }, "hash-collision",
			   "start the agent again: it draws a new key",
			   "two file names of the policies have the same hash under this start's key");
		return -EINVAL;
	}
	return r;
}

/* Rules that name no place, by operation. */
static int list_anywhere(struct compile *compile)
{
	struct bw_header *header = &compile->tables->header;
	struct words ids = { 0 };
	int r = 0;

	for (size_t i = 0; !r && i < compile->rules.n; i++) {
		const struct rule_entry *entry = &compile->rules.list[i];

		if (!entry->from || entry->operation != BW_OP_EXEC)
			continue;
		if (labels_asked(entry) & BW_LABEL_DIGEST)
			header->exec_anywhere |= BW_LABEL_DIGESTS;
		if (entry->from->n_paths)
			continue;
		header->exec_anywhere |= labels_asked(entry);
		r = words_push(&ids, (uint32_t)i);
	}
	r = r ?: labels_slice(&compile->labels, ids.word, ids.n, &header->anywhere[BW_OP_EXEC]);
	words_done(&ids);
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
	ids.n = 0;
	for (size_t i = 0; !r && i < compile->rules.n; i++) {
		const struct rule_entry *entry = &compile->rules.list[i];

		if (!entry->from && (int)entry->operation == moves_default(entry->policy))
			r = words_push(&ids, (uint32_t)i);
	}
	r = r ?: labels_slice(&compile->labels, ids.word, ids.n, &compile->tables->header.defaults[BW_DEFAULT_MOVES]);
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
	if (header->defaults[BW_DEFAULT_MOVES].count)
		header->judged |= 1u << BW_OP_USE;
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
	if (!r && compile->options->no_digests)
		r = attempt_refuse_digests(&compile->traits);
	r = r ?: tree_init(&compile->tree, &compile->globs);
	r = r ?: lower_paths(compile);
	r = r ?: labels_init(&compile->labels, compile->diag, &compile->rules, &compile->traits);
	r = r ?: attempt_build(&compile->attempt, &compile->globs, tables);
	compile->first_row = compile->globs.rows.n;
	r = r ?: automaton_build(&compile->tree, &compile->globs, &compile->labels, tables, compile->diag);
	r = r ?: networks_build(&compile->rules, &compile->labels, tables, compile->diag);
	r = r ?: kinds_build(&compile->rules, &compile->labels, tables, compile->diag);
	r = r ?: list_defaults(compile);
	r = r ?: list_anywhere(compile);
	r = r ?: labels_finish(&compile->labels, tables);
	r = r ?: id_ranges_build(&compile->traits, tables);
	r = r ?: asked_build(&compile->traits, tables);
	r = r ?: traits_finish(&compile->traits, tables);
	r = r ?: copies_finish(&compile->copies, tables);
	r = r ?: reach_build(tables, compile->first_row);
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

	compile.attempt.traits = &compile.traits;
	compile.copies.aliases = options->aliases;
	if (compile.tables) {
		compile.copies.arena = &compile.tables->arena;
		r = run(&compile);
	}
	copies_done(&compile.copies);
	attempt_done(&compile.attempt);
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

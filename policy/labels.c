/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: sets of uses, from places of the tree and from endpoints. Out: labels, the slices of rules that they point
 * to, and the traits that they give. Equal sets are one label and equal lists of rules one slice: a thousand
 * places with the same rules cost as much as one.
 */
#include "labels.h"
#include "copies.h"
#include "grow.h"

/* Bytes of all sets of uses: more than BW_ENTRIES_MAX entries could ever need, and a bound on scratch memory. */
#define SETS_BYTES_MAX (32u << 20)

int labels_init(struct labels *labels, struct diag *diag, const struct rules *rules, struct traits *traits)
{
	__u32 none;

	*labels = (struct labels){ .diag = diag, .rules = rules, .traits = traits };
	return labels_intern(labels, NULL, 0, &none);
}

static int refuse_slice(const struct labels *labels, const uint32_t *id)
{
	const struct rule_entry *over = &labels->rules->list[id[BW_SLICE_MAX]];
	char name[RULES_NAME_MAX];

	diag_error(
		labels->diag, over->policy->source, rules_span(over), "too-many-rules-in-one-place",
		"put equal rules into one rule with several subjects' values, or make their objects narrower",
		"'%s' is one rule too many about the same object: %d rules of one operation may cover one path or endpoint",
		rules_name(over, name), BW_SLICE_MAX);
	return -EINVAL;
}

static int refuse_entries(const struct labels *labels, const uint32_t *id, size_t n)
{
	const struct rule_entry *over = &labels->rules->list[id[n - 1]];
	char name[RULES_NAME_MAX];

	diag_error(
		labels->diag, over->policy->source, rules_span(over), "too-many-overlaps",
		"let the wildcards of different rules overlap less: name folders instead of everything",
		"the objects of the rules overlap in too many ways: with '%s' the places that they share hold more than %u rules",
		rules_name(over, name), BW_ENTRIES_MAX);
	return -EINVAL;
}

int labels_slice(struct labels *labels, const uint32_t *id, size_t n, struct bw_slice *ret)
{
	uint32_t number;
	int r;

	*ret = (struct bw_slice){ 0 };
	if (!n)
		return 0;
	if (n > BW_SLICE_MAX)
		return refuse_slice(labels, id);
	r = intern_add_words(&labels->slices, id, n, &number);
	if (r < 0)
		return r;
	if (r) {
		if (labels->entries.n + n > BW_ENTRIES_MAX)
			return refuse_entries(labels, id, n);
		r = words_push(&labels->first, (uint32_t)labels->entries.n);
		r = r ?: words_append(&labels->entries, id, n);
		if (r < 0)
			return r;
	}
	*ret = (struct bw_slice){ .first = labels->first.word[number], .count = (__u32)n };
	return 0;
}

/* Of `connect`, a place of the tree is the node of a unix socket. A name to bind to is nothing that is there already.
 */
static bool is_denial(const struct rule_entry *entry)
{
	/* What a container's link makes of a wildcard may cover much of the node, which would keep it. */
	if (entry->copy && !entry->copy->node && entry->copy->link->n_rest)
		return false;
	return entry->rule.action >= BW_VERDICT_DENY &&
	       (entry->operation <= BW_OP_WRITE || entry->operation == BW_OP_CONNECT);
}

__u32 labels_asked(const struct rule_entry *entry)
{
	__u32 asked = 0, named = BW_LABEL_NAMED;

	if (entry->operation != BW_OP_EXEC || !entry->from)
		return 0;
	for (size_t i = 0; i < entry->from->object.n; i++) {
		unsigned int key = entry->from->object.condition[i].key;

		if (key == OBJECT_MEMORY)
			named = 0;
		if (key == OBJECT_ARGUMENTS)
			asked |= BW_LABEL_ARGUMENTS;
		if (key == OBJECT_DIGEST)
			asked |= BW_LABEL_DIGEST;
	}
	if (entry->copy && entry->copy->applet)
		asked |= BW_LABEL_APPLET;
	return asked | named;
}

static uint32_t trait_of(uint32_t use)
{
	return use & ~(LABELS_TRAIT | LABELS_CONTAINER);
}

/* The traits that a place gives: to who runs it, or is in the cgroup; to whose parent does; to whose ancestor did. */
struct given {
	struct bw_traits own;
	struct bw_traits parents;
	struct bw_traits ancestors;
};

static void give(const struct labels *labels, uint32_t use, struct given *given, struct bw_label *label)
{
	const struct condition *condition = labels->traits->list[trait_of(use)].condition;

	if (use & LABELS_CONTAINER) {
		label->flags |= BW_LABEL_CONTAINER;
		return;
	}
	switch ((unsigned int)condition->key) {
	case SUBJECT_CGROUP: /* no place of a file, which could have other names */
		traits_flip(&given->own, trait_of(use));
		return;
	case SUBJECT_PARENT:
		traits_flip(&given->parents, trait_of(use));
		break;
	case SUBJECT_ANCESTOR:
		traits_flip(&given->ancestors, trait_of(use));
		break;
	default:
		traits_flip(&given->own, trait_of(use));
	}
	label->flags |= BW_LABEL_KEEPS;
}

static int make(struct labels *labels, const uint32_t *use, size_t n, struct bw_label *ret)
{
	struct given given = { 0 };
	int r = 0;

	*ret = (struct bw_label){ 0 };
	for (unsigned int op = 0; op < _BW_OP_MAX; op++)
		labels->ids[op].n = 0;
	for (size_t i = 0; !r && i < n; i++) {
		const struct rule_entry *entry;

		if (use[i] & LABELS_TRAIT) {
			give(labels, use[i], &given, ret);
			continue;
		}
		entry = &labels->rules->list[use[i]];
		if (is_denial(entry))
			ret->flags |= BW_LABEL_KEEPS;
		ret->flags |= labels_asked(entry) & (BW_LABEL_ARGUMENTS | BW_LABEL_DIGEST | BW_LABEL_APPLET);
		r = words_push(&labels->ids[entry->operation], use[i]);
	}
	for (unsigned int op = 0; !r && op < _BW_OP_MAX; op++)
		r = labels_slice(labels, labels->ids[op].word, labels->ids[op].n, &ret->rules[op]);
	r = r ?: traits_set(labels->traits, &given.own, &ret->traits);
	r = r ?: traits_set(labels->traits, &given.parents, &ret->parents);
	return r ?: traits_set(labels->traits, &given.ancestors, &ret->ancestors);
}

/* Names the policy whose rule or subject made the set that is one too many. */
static int refuse_label(const struct labels *labels, const uint32_t *set, size_t n)
{
	uint32_t use = set[n - 1];
	const struct policy *policy;
	struct span span;

	if (use & LABELS_TRAIT) {
		policy = labels->traits->list[trait_of(use)].policy;
		span = labels->traits->list[trait_of(use)].condition->span;
	} else {
		policy = labels->rules->list[use].policy;
		span = rules_span(&labels->rules->list[use]);
	}
	diag_error(
		labels->diag, policy->source, span, "too-many-labels",
		"let the wildcards of different rules overlap less: name folders instead of everything",
		"the patterns of the policies overlap in more than %d different ways, the last of them in policy '%s'",
		BW_LABELS_MAX, policy->name);
	return -EINVAL;
}

int labels_intern(struct labels *labels, const uint32_t *use, size_t n, __u32 *ret)
{
	int r = intern_add_words(&labels->sets, use, n, ret);

	if (r <= 0)
		return r;
	if (n && (labels->sets.n > BW_LABELS_MAX || labels->sets.n_bytes > SETS_BYTES_MAX))
		return refuse_label(labels, use, n);
	r = grow_to(&labels->list, &labels->capacity, labels->sets.n, sizeof(*labels->list));
	return r ?: make(labels, use, n, &labels->list[*ret]);
}

int labels_finish(const struct labels *labels, struct tables *tables)
{
	tables->n_labels = labels->sets.n;
	tables->label = tables_keep(tables, labels->list, labels->sets.n, sizeof(*tables->label));
	tables->n_rules = labels->entries.n;
	tables->rule = arena_array(&tables->arena, tables->n_rules, sizeof(*tables->rule));
	if (!tables->label || !tables->rule)
		return -ENOMEM;
	for (size_t i = 0; i < tables->n_rules; i++)
		tables->rule[i] = labels->rules->list[labels->entries.word[i]].rule;
	return 0;
}

void labels_done(struct labels *labels)
{
	intern_done(&labels->sets);
	free(labels->list);
	intern_done(&labels->slices);
	words_done(&labels->first);
	words_done(&labels->entries);
	for (unsigned int op = 0; op < _BW_OP_MAX; op++)
		words_done(&labels->ids[op]);
}

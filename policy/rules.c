/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: policies. Out: their rules and defaults as numbered conjunctions of traits, and the names behind the
 * numbers. Objects are not looked at here: what a rule is about comes from the label that it stands in.
 */
#include "rules.h"
#include "grow.h"
#include <stdio.h>

/* Adds the traits of `selector` to a list of them, each once; a list over its bound is counted, not stored. */
static int lower_selector(struct traits *traits, const struct policy *policy, const struct selector *selector,
			  __u16 *list, unsigned int *n)
{
	for (size_t i = 0; i < selector->n; i++) {
		uint32_t trait;
		unsigned int at = 0;
		int r = traits_number(traits, policy, &selector->condition[i], &trait);

		if (r < 0)
			return r;
		while (at < *n && at < BW_RULE_TRAITS && list[at] != trait)
			at++;
		if (at < *n && at < BW_RULE_TRAITS)
			continue;
		/* A number that does not fit here is over BW_TRAITS_MAX, and traits_check() refuses it. */
		if (at < BW_RULE_TRAITS)
			list[at] = (__u16)trait;
		*n += 1;
	}
	return 0;
}

static int lower_subjects(struct rules *rules, struct traits *traits, struct rule_entry *entry)
{
	const struct rule *from = entry->from;
	unsigned int n_required = 0, n_excepted = 0;
	char name[RULES_NAME_MAX];
	int r = lower_selector(traits, entry->policy, &entry->policy->subject, entry->rule.required, &n_required);

	if (r < 0)
		return r;
	entry->n_shared = (__u8)(n_required < BW_RULE_TRAITS ? n_required : BW_RULE_TRAITS);
	if (from) {
		r = lower_selector(traits, entry->policy, &from->subject, entry->rule.required, &n_required);
		r = r ?: lower_selector(traits, entry->policy, &from->object, entry->rule.required, &n_required);
		r = r ?: lower_selector(traits, entry->policy, &from->except, entry->rule.excepted, &n_excepted);
	}
	if (r < 0)
		return r;
	if (n_required > BW_RULE_TRAITS || n_excepted > BW_RULE_TRAITS) {
		diag_error(
			rules->diag, entry->policy->source, rules_span(entry), "too-many-conditions",
			"split the rule, or give the policy a narrower subject of fewer keys",
			"'%s' has %u subject conditions with those of its policy, and %u in 'except'; each may have %d",
			rules_name(entry, name), n_required, n_excepted, BW_RULE_TRAITS);
		return -EINVAL;
	}
	entry->rule.n_required = (__u8)n_required;
	entry->rule.n_excepted = (__u8)n_excepted;
	return 0;
}

bool rules_follow(const struct rule_entry *entry, unsigned int place)
{
	return entry->rule.action != BW_VERDICT_ALLOW || place < entry->n_shared;
}

/* Appends an entry, which may be one of the list. */
static int append(struct rules *rules, const struct rule_entry *entry)
{
	struct rule_entry copy = *entry;
	int r;

	if (rules->n >= BW_RULES_MAX) {
		diag_error(rules->diag, entry->policy->source, rules_span(entry), "too-many-rules",
			   "put paths or endpoints of equal rules into one list",
			   "policy '%s' brings the rules of the node, defaults included, over %d", entry->policy->name,
			   BW_RULES_MAX);
		return -EINVAL;
	}
	r = grow_to(&rules->list, &rules->capacity, rules->n + 1, sizeof(*rules->list));
	if (r < 0)
		return r;
	rules->list[rules->n++] = copy;
	return 0;
}

static int add(struct rules *rules, struct traits *traits, const struct rule_entry *entry)
{
	struct rule_entry *added;
	int r = append(rules, entry);

	if (r < 0)
		return r;
	added = &rules->list[rules->n - 1];
	added->rule.id = (__u32)(rules->n - 1);
	r = lower_subjects(rules, traits, added);
	for (unsigned int i = 0; !r && i < added->rule.n_required; i++)
		if (rules_follow(added, i))
			traits_add(&rules->followed, added->rule.required[i]);
	return r;
}

int rules_copy(struct rules *rules, size_t at, const struct copy *copy, const uint32_t *trait, size_t n)
{
	struct rule_entry *added;
	int r;

	if (rules->list[at].rule.n_required + n > BW_RULE_TRAITS)
		return -E2BIG;
	r = append(rules, &rules->list[at]);
	if (r < 0)
		return r;
	added = &rules->list[rules->n - 1];
	added->copy = copy;
	for (size_t i = 0; i < n; i++) /* a number that does not fit here is refused by traits_check() */
		added->rule.required[added->rule.n_required++] = (__u16)trait[i];
	return 0;
}

int rules_copy_whole(struct rules *rules, size_t at, unsigned int place, const uint32_t trait[2])
{
	int r = rules_copy(rules, at, NULL, &trait[1], 1);

	if (!r)
		rules->list[rules->n - 1].rule.required[place] = (__u16)trait[0];
	return r;
}

static int lower_policy(struct rules *rules, struct traits *traits, const struct policy *policy, __u16 number)
{
	struct rule_entry entry = { .rule.policy = number, .policy = policy };
	int r = 0;

	for (size_t i = 0; !r && i < policy->n_rules; i++) {
		entry.from = &policy->rule[i];
		entry.operation = entry.from->operation;
		entry.rule.action = (__u8)entry.from->action;
		r = add(rules, traits, &entry);
	}
	entry.from = NULL;
	entry.rule.flags = BW_RULE_DEFAULT;
	for (unsigned int op = 0; !r && op < _BW_OP_MAX; op++) {
		if (policy->fallback[op] < 0)
			continue;
		entry.operation = op;
		entry.rule.action = (__u8)policy->fallback[op];
		r = add(rules, traits, &entry);
	}
	return r;
}

int rules_lower(struct rules *rules, const struct policy *const *policies, size_t n, struct traits *traits)
{
	int r = 0;

	if (n > BW_POLICIES_MAX) {
		const struct policy *over = policies[BW_POLICIES_MAX];

		diag_error(rules->diag, over->source, over->span, "too-many-policies",
			   "put more rules into each policy",
			   "policy '%s' is one more than the %d that a node can have", over->name, BW_POLICIES_MAX);
		return -EINVAL;
	}
	for (size_t i = 0; !r && i < n; i++)
		r = lower_policy(rules, traits, policies[i], (__u16)i);
	rules->n_written = rules->n_whole = rules->n;
	return r;
}

const char *rules_name(const struct rule_entry *entry, char buffer[static RULES_NAME_MAX])
{
	snprintf(buffer, RULES_NAME_MAX, "%s/%s", entry->policy->name, entry->from ? entry->from->name : "default");
	return buffer;
}

struct span rules_span(const struct rule_entry *entry)
{
	return entry->from ? entry->from->span : entry->policy->fallback_span[entry->operation];
}

static const char *keep_text(struct tables *tables, const char *text)
{
	return tables_keep(tables, text, strlen(text) + 1, 1);
}

static int name_rule(const struct rule_entry *entry, struct tables *tables, struct table_rule_name *name)
{
	const char *message = entry->from ? entry->from->message : NULL;

	*name = (struct table_rule_name){
		.policy = entry->rule.policy,
		.name = keep_text(tables, entry->from ? entry->from->name : "default"),
		.message = message ? keep_text(tables, message) : NULL,
		.operation = (__u8)entry->operation,
		.action = entry->rule.action,
	};
	return !name->name || (message && !name->message) ? -ENOMEM : 0;
}

static int name_policy(const struct policy *policy, struct tables *tables, struct table_policy_name *name)
{
	name->name = keep_text(tables, policy->name);
	name->hash = keep_text(tables, policy->hash);
	name->tag = arena_array(&tables->arena, policy->n_tags, sizeof(*name->tag));
	name->n_tags = policy->n_tags;
	name->rolled_out = true;
	if (!name->name || !name->hash || !name->tag)
		return -ENOMEM;
	for (size_t i = 0; i < policy->n_tags; i++) {
		name->tag[i].key = keep_text(tables, policy->tag[i].key);
		name->tag[i].value = keep_text(tables, policy->tag[i].value);
		if (!name->tag[i].key || !name->tag[i].value)
			return -ENOMEM;
	}
	return 0;
}

int rules_finish(const struct rules *rules, const struct policy *const *policies, size_t n, struct tables *tables)
{
	int r = 0;

	tables->n_rule_names = rules->n_written;
	tables->rule_name = arena_array(&tables->arena, rules->n_written, sizeof(*tables->rule_name));
	tables->policy_name = arena_array(&tables->arena, n, sizeof(*tables->policy_name));
	if (!tables->rule_name || !tables->policy_name)
		return -ENOMEM;
	for (size_t i = 0; !r && i < n; i++)
		r = name_policy(policies[i], tables, &tables->policy_name[i]);
	for (size_t i = 0; !r && i < rules->n_written; i++) {
		struct table_policy_name *policy = &tables->policy_name[rules->list[i].rule.policy];

		if (!policy->n_rules++)
			policy->first_rule = (__u32)i;
		r = name_rule(&rules->list[i], tables, &tables->rule_name[i]);
	}
	return r;
}

void rules_done(struct rules *rules)
{
	free(rules->list);
	*rules = (struct rules){ 0 };
}

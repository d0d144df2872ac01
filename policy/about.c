/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: policies, what a process holds. Out: which conditions that are. Traits are numbered by the order of the text, and
 * copies of rules come with numbers behind those.
 */
#include "about.h"
#include <string.h>

int about_begin(const struct policy *const *policies, size_t n, struct about *ret)
{
	int r;

	*ret = (struct about){ 0 };
	r = traits_init(&ret->traits, NULL);
	return r ?: rules_lower(&ret->rules, policies, n, &ret->traits);
}

static bool is_of_object(const struct condition *condition)
{
	unsigned int key = condition->key;

	return key == SUBJECT_OWNER || (key >= OBJECT_MEMORY && key < CONTAINER_ALIAS);
}

static enum about_holds holds(const struct bw_held *held, uint32_t trait)
{
	if (traits_have(&held->all, trait))
		return ABOUT_YES;
	return traits_have(&held->any, trait) ? ABOUT_DENIALS : ABOUT_NO;
}

static bool has_id(const struct condition *condition, uint32_t id)
{
	for (size_t i = 0; i < condition->n_ids; i++)
		if (condition->id[i].from <= id && id <= condition->id[i].to)
			return true;
	return false;
}

void about_identify(const struct about *about, uint32_t uid, uint32_t gid, uint64_t capabilities, struct bw_held *held)
{
	for (uint32_t trait = 1; trait < about->traits.n; trait++) {
		const struct condition *condition = about->traits.list[trait].condition;
		bool has;

		if (condition->key == SUBJECT_CAPABILITY)
			has = condition->capabilities & capabilities;
		else if (condition->key == SUBJECT_USER || condition->key == SUBJECT_GROUP)
			has = has_id(condition, condition->key == SUBJECT_USER ? uid : gid);
		else
			continue;
		traits_put(&held->any, trait, has);
		traits_put(&held->all, trait, has);
	}
}

int about_condition(struct about *about, const struct policy *policy, const struct condition *condition,
		    const struct bw_held *held, enum about_holds *ret)
{
	uint32_t trait;
	int r = traits_number(&about->traits, policy, condition, &trait);

	if (!r)
		*ret = is_of_object(condition) ? ABOUT_OBJECT : holds(held, trait);
	return r;
}

static bool is_objects(const struct about *about, uint32_t trait)
{
	return trait < about->traits.n && is_of_object(about->traits.list[trait].condition);
}

/* As bw_rule_matches(), for some object. */
static bool may_match(const struct about *about, const struct bw_rule *rule, const struct bw_held *held)
{
	bool allows = rule->action == BW_VERDICT_ALLOW;
	const struct bw_traits *required = allows ? &held->all : &held->any;
	const struct bw_traits *excepted = allows ? &held->any : &held->all;

	for (unsigned int i = 0; i < rule->n_required; i++)
		if (!is_objects(about, rule->required[i]) && !traits_have(required, rule->required[i]))
			return false;
	for (unsigned int i = 0; i < rule->n_excepted; i++)
		if (!is_objects(about, rule->excepted[i]) && traits_have(excepted, rule->excepted[i]))
			return false;
	return true;
}

void about_rules(const struct about *about, const struct tables *tables, const struct bw_held *held, bool *ret)
{
	memset(ret, 0, tables->n_rule_names * sizeof(*ret));
	for (size_t i = 0; i < tables->n_rules; i++) {
		const struct bw_rule *rule = &tables->rule[i];

		if (!ret[rule->id])
			ret[rule->id] = may_match(about, rule, held);
	}
}

void about_done(struct about *about)
{
	rules_done(&about->rules);
	traits_done(&about->traits);
}

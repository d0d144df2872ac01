/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one set of tables. Out: its names, copied into one block: a pass that measures, then a pass that fills.
 */
#include "roster.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The parts of the block that are not filled yet. */
struct filling {
	struct table_tag *tag;
	char *text;
};

static size_t text_size(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static void measure(const struct tables *tables, size_t *ret_tags, size_t *ret_text)
{
	size_t i, k;

	*ret_tags = 0;
	*ret_text = 0;
	for (i = 0; i < tables->n_rule_names; i++)
		*ret_text += text_size(tables->rule_name[i].name) + text_size(tables->rule_name[i].message);
	for (i = 0; i < tables->n_policies; i++) {
		const struct table_policy_name *policy = &tables->policy_name[i];

		*ret_text += text_size(policy->name) + text_size(policy->hash);
		*ret_tags += policy->n_tags;
		for (k = 0; k < policy->n_tags; k++)
			*ret_text += text_size(policy->tag[k].key) + text_size(policy->tag[k].value);
	}
}

static const char *put(struct filling *filling, const char *text)
{
	size_t size = text_size(text);
	char *copy = filling->text;

	if (!text)
		return NULL;
	filling->text += size;
	return memcpy(copy, text, size);
}

static struct roster_policy copy_policy(struct filling *filling, const struct table_policy_name *from)
{
	struct roster_policy policy = { .tag = filling->tag, .n_tags = from->n_tags };
	size_t i;

	policy.name = put(filling, from->name);
	policy.hash = put(filling, from->hash);
	for (i = 0; i < from->n_tags; i++) {
		filling->tag[i].key = put(filling, from->tag[i].key);
		filling->tag[i].value = put(filling, from->tag[i].value);
	}
	filling->tag += from->n_tags;
	return policy;
}

int roster_new(const struct tables *tables, struct roster **ret)
{
	struct roster_policy *policy;
	struct roster_rule *rule;
	struct filling filling;
	struct roster *roster;
	size_t i, n_tags, n_text;

	measure(tables, &n_tags, &n_text);
	roster = malloc(sizeof(*roster) + tables->n_rule_names * sizeof(*rule) + tables->n_policies * sizeof(*policy) +
			n_tags * sizeof(*filling.tag) + n_text);
	if (!roster)
		return -ENOMEM;
	rule = (void *)(roster + 1);
	policy = (void *)(rule + tables->n_rule_names);
	filling.tag = (void *)(policy + tables->n_policies);
	filling.text = (void *)(filling.tag + n_tags);
	*roster = (struct roster){
		.n_rules = tables->n_rule_names,
		.n_policies = tables->n_policies,
		.rule = rule,
		.policy = policy,
	};
	for (i = 0; i < tables->n_rule_names; i++) {
		rule[i].policy = tables->rule_name[i].policy;
		rule[i].name = put(&filling, tables->rule_name[i].name);
		rule[i].message = put(&filling, tables->rule_name[i].message);
	}
	for (i = 0; i < tables->n_policies; i++)
		policy[i] = copy_policy(&filling, &tables->policy_name[i]);
	*ret = roster;
	return 0;
}

struct roster *roster_free(struct roster *roster)
{
	free(roster);
	return NULL;
}

const struct roster_rule *roster_rule(const struct roster *roster, __u32 rule)
{
	return roster && rule < roster->n_rules ? &roster->rule[rule] : NULL;
}

const struct roster_policy *roster_policy(const struct roster *roster, __u32 policy)
{
	return roster && policy < roster->n_policies ? &roster->policy[policy] : NULL;
}

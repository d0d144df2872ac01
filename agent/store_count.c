/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: counters of the set in force. Out: sums by policy and by rule that outlive the set.
 */
#include "store_count.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "counters.h"
#include "log.h"

/* Of one entry of a change: what it begins with. */
struct beginning {
	struct bw_counter policy;
	struct bw_counter *rule;
	size_t n_rules;
};

struct store_count {
	size_t n;
	struct beginning beginning[];
};

static void add(struct bw_counter *sum, const struct bw_counter *more)
{
	sum->hits += more->hits;
	sum->denials += more->denials;
	if (more->last > sum->last)
		sum->last = more->last;
}

/* By rule of the set in force; the caller frees. */
static int read_set(const struct store *store, struct bw_counter **ret)
{
	size_t n = store->tables ? store->tables->n_rule_names : 0;
	int r;

	*ret = calloc(n + 1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	r = n ? counters_rules(store->loader, *ret, n) : 0;
	if (r < 0) {
		free(*ret);
		*ret = NULL;
	}
	return r;
}

int store_counters(const struct store *store, struct bw_counter *ret)
{
	_free_ struct bw_counter *rule = NULL;
	const struct table_policy_name *policy;
	size_t i, k;
	int r = read_set(store, &rule);

	if (r < 0)
		return r;
	for (i = 0; i < store->n; i++) {
		policy = &store->tables->policy_name[i];
		ret[i] = store->entry[i]->before;
		for (k = 0; k < policy->n_rules; k++)
			add(&ret[i], &rule[policy->first_rule + k]);
	}
	return 0;
}

int store_rule_counters(const struct store *store, struct bw_counter *ret)
{
	_free_ struct bw_counter *rule = NULL;
	const struct store_entry *entry;
	size_t i, k, first;
	int r = read_set(store, &rule);

	if (r < 0)
		return r;
	for (i = 0; i < store->n; i++) {
		entry = store->entry[i];
		first = store->tables->policy_name[i].first_rule;
		for (k = 0; k < store->tables->policy_name[i].n_rules; k++) {
			ret[first + k] = rule[first + k];
			if (k < entry->n_rules_before)
				add(&ret[first + k], &entry->rule_before[k]);
		}
	}
	return 0;
}

/* --- from one set to the next ----------------------------------------------------------------------------- */

/* A rule of the policy that leaves, to be found by name: rules have one of their own, defaults their operation. */
struct leaving {
	const struct table_rule_name *name;
	struct bw_counter count;
};

static int compare(const struct table_rule_name *a, const struct table_rule_name *b)
{
	int by_name = strcmp(a->name, b->name);

	return by_name ?: (int)a->operation - (int)b->operation;
}

static int compare_leaving(const void *a, const void *b)
{
	return compare(((const struct leaving *)a)->name, ((const struct leaving *)b)->name);
}

/* The rules of entry `i` of the store with all they have counted, sorted; the caller frees. */
static struct leaving *list_leaving(const struct store *store, size_t i, const struct bw_counter *rule)
{
	const struct table_policy_name *policy = &store->tables->policy_name[i];
	const struct store_entry *entry = store->entry[i];
	struct leaving *list = calloc(policy->n_rules + 1, sizeof(*list));
	size_t k;

	for (k = 0; list && k < policy->n_rules; k++) {
		list[k].name = &store->tables->rule_name[policy->first_rule + k];
		list[k].count = rule[policy->first_rule + k];
		if (k < entry->n_rules_before)
			add(&list[k].count, &entry->rule_before[k]);
	}
	if (list)
		qsort(list, policy->n_rules, sizeof(*list), compare_leaving);
	return list;
}

/* What entry `i` of the store leaves to `to`, whose rules are `name`. */
static int hand_over(const struct store *store, size_t i, const struct bw_counter *rule,
		     const struct table_rule_name *name, struct beginning *to)
{
	size_t k, n = store->tables->policy_name[i].n_rules;
	_free_ struct leaving *list = list_leaving(store, i, rule);
	const struct leaving *found;
	struct leaving key = { 0 };

	if (!list)
		return -ENOMEM;
	to->policy = store->entry[i]->before;
	for (k = 0; k < n; k++)
		add(&to->policy, &rule[store->tables->policy_name[i].first_rule + k]);
	for (k = 0; k < to->n_rules; k++) {
		key.name = &name[k];
		found = bsearch(&key, list, n, sizeof(*list), compare_leaving);
		if (found)
			to->rule[k] = found->count;
	}
	return 0;
}

static int fill(const struct store_change *change, const struct tables *next, const struct bw_counter *rule,
		struct store_count *count)
{
	const struct store *store = change->store;
	const struct store_entry *old;
	struct beginning *to;
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < change->n; i++) {
		to = &count->beginning[i];
		to->n_rules = next->policy_name[i].n_rules;
		to->rule = calloc(to->n_rules + 1, sizeof(*to->rule));
		if (!to->rule)
			return -ENOMEM;
		old = store->tables ? store_find(store, change->entry[i]->policy->name) : NULL;
		if (old)
			r = hand_over(store, store_index(store, old), rule,
				      &next->rule_name[next->policy_name[i].first_rule], to);
	}
	return r;
}

int store_count_leaving(const struct store_change *change, const struct tables *next, struct store_count **ret)
{
	size_t room = sizeof(struct store_count) + change->n * sizeof(struct beginning);
	struct store_count *count = calloc(1, room);
	_free_ struct bw_counter *rule = NULL;
	int r;

	if (!count)
		return -ENOMEM;
	count->n = change->n;
	r = read_set(change->store, &rule);
	if (r < 0 && r != -ENOMEM) {
		log_debug("Cannot read the counters of the set that leaves, ignoring");
		rule = calloc(change->store->tables->n_rule_names + 1, sizeof(*rule));
		r = rule ? 0 : -ENOMEM;
	}
	r = r < 0 ? r : fill(change, next, rule, count);
	if (r < 0) {
		store_count_free(count);
		return r;
	}
	*ret = count;
	return 0;
}

void store_count_settle(struct store_change *change, struct store_count *count)
{
	size_t i;

	for (i = 0; i < count->n; i++) {
		struct store_entry *entry = change->entry[i];

		entry->before = count->beginning[i].policy;
		free(entry->rule_before);
		entry->rule_before = count->beginning[i].rule;
		entry->n_rules_before = count->beginning[i].n_rules;
		count->beginning[i].rule = NULL;
	}
	store_count_free(count);
}

void store_count_free(struct store_count *count)
{
	size_t i;

	for (i = 0; count && i < count->n; i++)
		free(count->beginning[i].rule);
	free(count);
}

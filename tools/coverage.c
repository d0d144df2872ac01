/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tests with their policies. Out: the rules that no case reaches, with their places.
 */
#include "coverage.h"
#include "policy/explain.h"
#include "policy/grow.h"
#include "policy/names.h"
#include <base/cleanup.h>
#include <errno.h>

struct coverage_rule {
	struct source *source; /* referenced: its policy is read anew for each test */
	struct span span;
	char *name;
	bool reached;
};

static int add_rule(struct coverage *coverage, const struct policy *policy, const struct rule *rule,
		    enum bw_operation fallback, bool reached)
{
	_free_ char *name = NULL, *key = NULL;
	struct coverage_rule *added;
	uint32_t number;
	int size, r;

	r = rule ? asprintf(&name, "rule '%s'", rule->name)
		 : asprintf(&name, "the default for %s", operation_name(fallback));
	name = r < 0 ? NULL : name;
	size = name ? asprintf(&key, "%s%c%s%c%s", policy->source->name, 0, policy->name, 0, name) : -1;
	if (size < 0) {
		key = NULL;
		return -ENOMEM;
	}
	r = intern_add(&coverage->keys, key, (size_t)size, &number);
	if (r > 0 && grow_to(&coverage->list, &coverage->capacity, number + 1, sizeof(*coverage->list)) < 0)
		return -ENOMEM;
	if (r < 0)
		return r;
	added = &coverage->list[number];
	if (r > 0) {
		*added = (struct coverage_rule){
			.source = source_ref(policy->source),
			.span = explain_span(policy, rule, fallback),
			.name = TAKE_PTR(name),
		};
		coverage->n++;
	}
	added->reached |= reached;
	return 0;
}

/* The rules of one policy; `reached` begins with its first. */
static int add_policy(struct coverage *coverage, const struct policy *policy, const bool *reached)
{
	size_t number = policy->n_rules;
	int r = 0;

	for (size_t i = 0; r == 0 && i < policy->n_rules; i++)
		r = add_rule(coverage, policy, &policy->rule[i], 0, reached[i]);
	for (unsigned int op = 0; r == 0 && op < _BW_OP_MAX; op++)
		if (policy->fallback[op] >= 0)
			r = add_rule(coverage, policy, NULL, op, reached[number++]);
	return r;
}

int coverage_add(struct coverage *coverage, const struct policytest *test, const struct policy_list *policies,
		 const struct tables *tables)
{
	_free_ bool *reached = calloc(tables->n_rule_names + 1, sizeof(*reached));
	int r = 0;

	if (!reached)
		return -ENOMEM;
	for (size_t i = 0; i < test->n; i++) {
		const struct simulate_question question = policytest_question(&test->list[i]);

		/* What cannot be judged has failed as a case. */
		(void)simulate_reach(tables, &question, reached);
	}
	for (size_t i = 0; r == 0 && i < policies->n; i++)
		r = add_policy(coverage, policies->policy[i], &reached[tables->policy_name[i].first_rule]);
	return r;
}

void coverage_finish(struct coverage *coverage, bool required, struct diag *diag)
{
	static const char hint[] = "add a case for it, and one that it just misses";

	for (size_t i = 0; i < coverage->n; i++) {
		const struct coverage_rule *rule = &coverage->list[i];

		coverage->n_reached += rule->reached;
		if (rule->reached)
			continue;
		if (required)
			diag_error(diag, rule->source, rule->span, "unreached-rule", hint, "no case reaches %s",
				   rule->name);
		else
			diag_warning(diag, rule->source, rule->span, "unreached-rule", hint, "no case reaches %s",
				     rule->name);
	}
}

int coverage_add_json(const struct coverage *coverage, struct json_object *document)
{
	struct json_object *object = json_object_new_object();
	int r;

	if (!object || json_object_object_add(document, "coverage", object) < 0) {
		json_object_put(object);
		return -ENOMEM;
	}
	r = json_object_object_add(object, "rules", json_object_new_uint64(coverage->n));
	return r ?: json_object_object_add(object, "reached", json_object_new_uint64(coverage->n_reached));
}

void coverage_done(struct coverage *coverage)
{
	for (size_t i = 0; i < coverage->n; i++) {
		source_unref(coverage->list[i].source);
		free(coverage->list[i].name);
	}
	free(coverage->list);
	intern_done(&coverage->keys);
	*coverage = (struct coverage){ 0 };
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a policy. Out: its mutants, and copies with one of them made. The policy itself is never touched.
 */
#include "mutate.h"
#include "grow.h"
#include "names.h"
#include <errno.h>
#include <stdio.h>

/* --- listing -------------------------------------------------------------------------------------------------- */

static int push(struct mutant_list *list, enum mutate_kind kind, size_t rule, size_t condition)
{
	int r = grow_to(&list->list, &list->capacity, list->n + 1, sizeof(*list->list));

	if (r == 0)
		list->list[list->n++] = (struct mutant){ kind, rule, condition };
	return r;
}

static int push_selector(struct mutant_list *list, enum mutate_kind kind, size_t rule, const struct selector *selector)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < selector->n; i++)
		r = push(list, kind, rule, i);
	return r;
}

static int list_rule(const struct policy *policy, size_t at, struct mutant_list *ret)
{
	const struct rule *rule = &policy->rule[at];
	int r = push(ret, MUTATE_RULE_GONE, at, 0);

	if (rule->action != BW_VERDICT_AUDIT) /* what is below is nothing, as if it were gone */
		r = r ?: push(ret, MUTATE_ACTION, at, 0);
	if (rule->except.n)
		r = r ?: push(ret, MUTATE_EXCEPT_GONE, at, 0);
	r = r ?: push_selector(ret, MUTATE_SUBJECT_GONE, at, &rule->subject);
	if (rule->n_paths || rule->object.n > 1)
		r = r ?: push_selector(ret, MUTATE_OBJECT_GONE, at, &rule->object);
	return r;
}

int mutate_list(const struct policy *policy, struct mutant_list *ret)
{
	int r = push_selector(ret, MUTATE_POLICY_SUBJECT_GONE, 0, &policy->subject);

	for (unsigned int op = 0; r == 0 && op < _BW_OP_MAX; op++) {
		if (policy->fallback[op] < 0)
			continue;
		r = push(ret, MUTATE_DEFAULT_GONE, 0, op);
		if (policy->fallback[op] == BW_VERDICT_KILL)
			r = r ?: push(ret, MUTATE_DEFAULT_ACTION, 0, op);
	}
	for (size_t i = 0; r == 0 && i < policy->n_rules; i++)
		r = list_rule(policy, i, ret);
	return r;
}

/* --- making ----------------------------------------------------------------------------------------------------- */

static enum bw_verdict other_action(enum bw_verdict action)
{
	switch (action) {
	case BW_VERDICT_KILL:
	case BW_VERDICT_ALLOW:
		return BW_VERDICT_DENY;
	default:
		return BW_VERDICT_AUDIT;
	}
}

/* The selector without one of its conditions. */
static int leave_out(struct mutated *mutated, const struct selector *from, size_t condition, struct selector *ret)
{
	size_t n = 0;

	mutated->conditions = calloc(from->n + 1, sizeof(*mutated->conditions));
	if (!mutated->conditions)
		return -ENOMEM;
	for (size_t i = 0; i < from->n; i++)
		if (i != condition)
			mutated->conditions[n++] = from->condition[i];
	ret->condition = mutated->conditions;
	ret->n = n;
	return 0;
}

static void remove_rule(struct policy *policy, size_t at)
{
	memmove(&policy->rule[at], &policy->rule[at + 1], (policy->n_rules - at - 1) * sizeof(*policy->rule));
	policy->n_rules--;
}

static int change(struct mutated *mutated, const struct mutant *mutant)
{
	struct policy *policy = &mutated->policy;
	struct rule *rule = &mutated->rules[mutant->rule]; /* there is room for one, if there is none */

	switch (mutant->kind) {
	case MUTATE_RULE_GONE:
		remove_rule(policy, mutant->rule);
		return 0;
	case MUTATE_ACTION:
		rule->action = other_action(rule->action);
		return 0;
	case MUTATE_EXCEPT_GONE:
		rule->except.n = 0;
		return 0;
	case MUTATE_SUBJECT_GONE:
		return leave_out(mutated, &rule->subject, mutant->condition, &rule->subject);
	case MUTATE_OBJECT_GONE:
		return leave_out(mutated, &rule->object, mutant->condition, &rule->object);
	case MUTATE_POLICY_SUBJECT_GONE:
		return leave_out(mutated, &policy->subject, mutant->condition, &policy->subject);
	case MUTATE_DEFAULT_GONE:
		policy->fallback[mutant->condition] = -1;
		return 0;
	case MUTATE_DEFAULT_ACTION:
		policy->fallback[mutant->condition] = BW_VERDICT_DENY;
		return 0;
	}
	return -EINVAL;
}

int mutate_make(const struct policy *policy, const struct mutant *mutant, struct mutated *ret)
{
	*ret = (struct mutated){ .policy = *policy };
	ret->rules = calloc(policy->n_rules + 1, sizeof(*ret->rules));
	if (!ret->rules)
		return -ENOMEM;
	if (policy->n_rules)
		memcpy(ret->rules, policy->rule, policy->n_rules * sizeof(*ret->rules));
	ret->policy.rule = ret->rules;
	return change(ret, mutant);
}

void mutate_done(struct mutated *mutated)
{
	free(mutated->rules);
	free(mutated->conditions);
	*mutated = (struct mutated){ 0 };
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

/* The condition that is left out; NULL: it is about something else. */
static const struct condition *condition_of(const struct policy *policy, const struct mutant *mutant)
{
	switch (mutant->kind) {
	case MUTATE_SUBJECT_GONE:
		return &policy->rule[mutant->rule].subject.condition[mutant->condition];
	case MUTATE_OBJECT_GONE:
		return &policy->rule[mutant->rule].object.condition[mutant->condition];
	case MUTATE_POLICY_SUBJECT_GONE:
		return &policy->subject.condition[mutant->condition];
	default:
		return NULL;
	}
}

static const char *rule_name(const struct policy *policy, const struct mutant *mutant)
{
	return policy->rule[mutant->rule].name;
}

char *mutate_text(const struct policy *policy, const struct mutant *mutant)
{
	const struct condition *condition = condition_of(policy, mutant);
	const char *key = condition ? condition_name(condition->key) : "";
	char *text = NULL;
	int r = -1;

	switch (mutant->kind) {
	case MUTATE_RULE_GONE:
		r = asprintf(&text, "rule '%s' is left out", rule_name(policy, mutant));
		break;
	case MUTATE_ACTION: {
		enum bw_verdict action = policy->rule[mutant->rule].action;

		r = asprintf(&text, "rule '%s' says %s in place of %s", rule_name(policy, mutant),
			     verdict_name(other_action(action)), verdict_name(action));
		break;
	}
	case MUTATE_EXCEPT_GONE:
		r = asprintf(&text, "rule '%s' has no 'except'", rule_name(policy, mutant));
		break;
	case MUTATE_SUBJECT_GONE:
	case MUTATE_OBJECT_GONE:
		r = asprintf(&text, "rule '%s' does not ask for '%s'", rule_name(policy, mutant), key);
		break;
	case MUTATE_POLICY_SUBJECT_GONE:
		r = asprintf(&text, "the policy's subject does not ask for '%s'", key);
		break;
	case MUTATE_DEFAULT_GONE:
		r = asprintf(&text, "there is no default for %s", operation_name((unsigned int)mutant->condition));
		break;
	case MUTATE_DEFAULT_ACTION:
		r = asprintf(&text, "the default for %s is deny in place of kill",
			     operation_name((unsigned int)mutant->condition));
		break;
	}
	return r < 0 ? NULL : text;
}

struct span mutate_span(const struct policy *policy, const struct mutant *mutant)
{
	const struct condition *condition = condition_of(policy, mutant);

	if (condition)
		return condition->span;
	if (mutant->kind == MUTATE_DEFAULT_GONE || mutant->kind == MUTATE_DEFAULT_ACTION)
		return policy->fallback_span[mutant->condition];
	return policy->rule[mutant->rule].span;
}

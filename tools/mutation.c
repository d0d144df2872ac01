/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tests with their policies. Out: the mutants that no case notices, with the places of what was changed.
 */
#include "mutation.h"
#include "policy/grow.h"
#include "policy/mutate.h"
#include <base/cleanup.h>
#include <errno.h>

struct mutation_mutant {
	struct source *source; /* referenced: its policy is read anew for each test */
	struct span span;
	char *text;
	const char *hint; /* static */
	bool killed;
};

/* Does a case fail with these policies? What they cannot be compiled to fails all. 1, 0, or -ENOMEM. */
static int fails(const struct policytest *test, const struct policy_list *policies)
{
	struct tables *tables = NULL;
	struct diag diag = { 0 };
	int r = policytest_compile(test, policies, &tables, &diag), failed = r == -EINVAL;

	for (size_t i = 0; r == 0 && !failed && i < test->n; i++) {
		struct policytest_result result = { 0 };

		failed = policytest_run(tables, &test->list[i], &result) < 0 || !result.passed;
	}
	tables_free(tables);
	diag_done(&diag);
	return r == -ENOMEM ? r : failed;
}

/* The same with one of the policies changed. */
static int fails_for(const struct policytest *test, const struct policy_list *policies, size_t at,
		     const struct mutant *mutant)
{
	_free_ struct policy **list = calloc(policies->n, sizeof(struct policy *));
	const struct policy_list changed = { .policy = list, .n = policies->n };
	struct mutated mutated = { 0 };
	int r = list ? mutate_make(policies->policy[at], mutant, &mutated) : -ENOMEM;

	if (r == 0) {
		memcpy(list, policies->policy, policies->n * sizeof(struct policy *));
		list[at] = &mutated.policy;
		r = fails(test, &changed);
	}
	mutate_done(&mutated);
	return r;
}

static const char *hint_of(enum mutate_kind kind)
{
	switch (kind) {
	case MUTATE_EXCEPT_GONE:
	case MUTATE_SUBJECT_GONE:
	case MUTATE_OBJECT_GONE:
	case MUTATE_POLICY_SUBJECT_GONE:
		return "add a case that nothing but this keeps out of the rule";
	default:
		return "add a case that nothing else decides, and name the rule with 'rule'";
	}
}

/* The mutant's row, made at first sight; NULL: no memory. */
static struct mutation_mutant *find(struct mutation *mutation, const struct policy *policy, const struct mutant *mutant)
{
	_free_ char *key = NULL, *text = mutate_text(policy, mutant);
	struct mutation_mutant *found;
	uint32_t number;
	int size, r;

	size = text ? asprintf(&key, "%s%c%s%c%u %zu %zu", policy->source->name, 0, policy->name, 0,
			       (unsigned int)mutant->kind, mutant->rule, mutant->condition)
		    : -1;
	if (size < 0) {
		key = NULL;
		return NULL;
	}
	r = intern_add(&mutation->keys, key, (size_t)size, &number);
	if (r > 0)
		r = grow_to(&mutation->list, &mutation->capacity, number + 1, sizeof(*mutation->list)) ?: 1;
	if (r < 0)
		return NULL;
	found = &mutation->list[number];
	if (r > 0) {
		*found = (struct mutation_mutant){
			.source = source_ref(policy->source),
			.span = mutate_span(policy, mutant),
			.text = TAKE_PTR(text),
			.hint = hint_of(mutant->kind),
		};
		mutation->n++;
	}
	return found;
}

static int add_policy(struct mutation *mutation, const struct policytest *test, const struct policy_list *policies,
		      size_t at)
{
	struct mutant_list mutants = { 0 };
	int r = mutate_list(policies->policy[at], &mutants);

	for (size_t i = 0; r >= 0 && i < mutants.n; i++) {
		struct mutation_mutant *mutant = find(mutation, policies->policy[at], &mutants.list[i]);

		if (mutant && mutant->killed)
			continue;
		r = mutant ? fails_for(test, policies, at, &mutants.list[i]) : -ENOMEM;
		if (r > 0)
			mutant->killed = true;
	}
	free(mutants.list);
	return r < 0 ? r : 0;
}

int mutation_add(struct mutation *mutation, const struct policytest *test, const struct policy_list *policies)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < policies->n; i++)
		r = add_policy(mutation, test, policies, i);
	return r;
}

void mutation_finish(struct mutation *mutation, struct diag *diag)
{
	for (size_t i = 0; i < mutation->n; i++) {
		const struct mutation_mutant *mutant = &mutation->list[i];

		mutation->n_killed += mutant->killed;
		if (!mutant->killed)
			diag_error(diag, mutant->source, mutant->span, "surviving-mutant", mutant->hint,
				   "no case fails when %s", mutant->text);
	}
}

int mutation_add_json(const struct mutation *mutation, struct json_object *document)
{
	struct json_object *object = json_object_new_object();
	int r;

	if (!object || json_object_object_add(document, "mutation", object) < 0) {
		json_object_put(object);
		return -ENOMEM;
	}
	r = json_object_object_add(object, "mutants", json_object_new_uint64(mutation->n));
	return r ?: json_object_object_add(object, "killed", json_object_new_uint64(mutation->n_killed));
}

void mutation_done(struct mutation *mutation)
{
	for (size_t i = 0; i < mutation->n; i++) {
		source_unref(mutation->list[i].source);
		free(mutation->list[i].text);
	}
	free(mutation->list);
	intern_done(&mutation->keys);
	*mutation = (struct mutation){ 0 };
}

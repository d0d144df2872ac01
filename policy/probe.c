/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: parts of a rule and a question. Out: whether they match, by the compiler and the decision code: a policy of one
 * rule, enforcing, is compiled and asked.
 */
#include "probe.h"
#include "compile.h"
#include "moves.h"
#include <bulwark/facility.h>
#include <errno.h>

static bool is_move(const struct simulate_question *question)
{
	return question->operation == BW_OP_USE && bw_facility_moves(question->object.facility);
}

bool probe_is_weighed(const struct policy *policy, enum bw_operation fallback, const struct simulate_question *question)
{
	const struct simulate_object *object = &question->object;

	if (is_move(question))
		return moves_default(policy) == (int)fallback;
	if (question->operation != fallback || policy->fallback[fallback] < 0)
		return false;
	/* Allow-lists of connect and bind are about IP endpoints. */
	return (fallback != BW_OP_CONNECT && fallback != BW_OP_BIND) || !(object->path || object->abstract);
}

/* A policy of one rule, and what the rule may need besides. */
struct made {
	struct policy policy;
	struct rule rule;
	struct condition condition[2 * _SUBJECT_MAX];
};

/* An allow rule is asked under a default for every process, so the policy's subject has to stand in the rule itself. */
static void join_subjects(const struct selector *subject, struct made *made)
{
	const struct selector *own = &made->rule.subject;
	size_t n = 0;

	for (size_t i = 0; i < subject->n && n < _SUBJECT_MAX; i++)
		made->condition[n++] = subject->condition[i];
	for (size_t i = 0; i < own->n && i < _SUBJECT_MAX; i++)
		made->condition[n++] = own->condition[i];
	made->rule.subject = (struct selector){ .condition = made->condition, .n = n };
	made->policy.subject = (struct selector){ 0 };
}

/* Of the policies that a node may have, one that says what is asked and nothing else. */
static void make(const struct probe *probe, bool lifts, struct made *made)
{
	struct policy *ret = &made->policy;
	struct rule *rule = &made->rule;

	*ret = (struct policy){
		.source = probe->policy->source,
		.name = probe->policy->name,
		.mode = BW_MODE_ENFORCE,
		.rollout = 100,
		.subject = probe->subject,
	};
	for (unsigned int op = 0; op < BW_OP_SLOTS; op++)
		ret->fallback[op] = -1;
	if (!probe->rule) {
		memcpy(ret->fallback, probe->policy->fallback, sizeof(ret->fallback));
		return;
	}
	*rule = *probe->rule;
	rule->action = lifts ? BW_VERDICT_ALLOW : BW_VERDICT_DENY;
	ret->rule = rule;
	ret->n_rules = 1;
	if (!lifts)
		return;
	ret->fallback[rule->operation] = BW_VERDICT_DENY;
	join_subjects(&probe->subject, made);
}

int probe_matches(const struct probe *probe, const struct simulate_question *question, bool *ret)
{
	const struct container_names *names = question->process.names;
	const struct compile_options options = { .aliases = names ? names->aliases : NULL };
	bool lifts = probe->rule && probe->rule->action == BW_VERDICT_ALLOW;
	struct simulate_verdict said;
	struct tables *tables = NULL;
	struct diag diag = { 0 };
	struct made made;
	const struct policy *list = &made.policy;
	int r;

	make(probe, lifts, &made);
	if (lifts && !probe_is_weighed(&made.policy, question->operation, question)) {
		make(probe, false, &made); /* there is no default that it could lift */
		lifts = false;
	}
	r = compile_tables(&list, 1, &options, &tables, &diag);
	r = r ?: simulate_ask(tables, question, SIMULATE_STRICTEST, &said);
	if (r == 0)
		*ret = (said.n > 0) != lifts;
	tables_free(tables);
	diag_done(&diag);
	return r;
}

int probe_rule(const struct policy *policy, const struct rule *rule, const struct simulate_question *question,
	       bool *ret)
{
	const struct probe probe = { .policy = policy, .rule = rule, .subject = policy->subject };

	return probe_matches(&probe, question, ret);
}

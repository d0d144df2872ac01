/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: policies and a question. Out: the verdict, the rule behind it, and a line for each rule of the operation. The
 * verdict comes from the tables of all policies, the lines from probes of one rule each.
 */
#include "explain.h"
#include "compile.h"
#include "grow.h"
#include "moves.h"
#include "probe.h"
#include <bulwark/facility.h>
#include <errno.h>

/* --- the verdict -------------------------------------------------------------------------------------------- */

/* The rule of an id of the tables: they are numbered rules first, then defaults by operation. */
static void find_rule(const struct policy_list *policies, const struct tables *tables, __u32 id,
		      struct explanation *ret)
{
	const struct table_rule_name *name = &tables->rule_name[id];
	size_t at = id - tables->policy_name[name->policy].first_rule;

	ret->policy = policies->policy[name->policy];
	ret->rule = at < ret->policy->n_rules ? &ret->policy->rule[at] : NULL;
	ret->fallback = (enum bw_operation)name->operation;
	ret->mode = (enum bw_mode)tables->policy[name->policy].mode;
}

/* What is carried out goes before what is stricter and only reported. */
static void judge(const struct policy_list *policies, const struct tables *tables, const struct simulate_verdict *said,
		  struct explanation *ret)
{
	bool found = false;

	ret->carried_out = (enum bw_verdict)said->verdict;
	for (__u32 i = 0; i < said->n; i++) {
		bool acts = said->outcome[i].mode == BW_MODE_ENFORCE && said->verdict >= BW_VERDICT_DENY &&
			    said->outcome[i].verdict == said->verdict;

		if (said->verdict >= BW_VERDICT_DENY ? !acts || found : said->outcome[i].verdict <= ret->verdict)
			continue;
		ret->verdict = (enum bw_verdict)said->outcome[i].verdict;
		find_rule(policies, tables, said->outcome[i].rule, ret);
		found = true;
	}
}

static int decide(const struct policy_list *policies, const struct simulate_question *question, struct explanation *ret,
		  struct diag *diag)
{
	const struct container_names *names = question->process.names;
	const struct compile_options options = { .aliases = names ? names->aliases : NULL };
	struct simulate_verdict said = { 0 };
	struct tables *tables = NULL;
	int r;

	r = compile_tables((const struct policy *const *)policies->policy, policies->n, &options, &tables, diag);
	r = r ?: simulate_ask(tables, question, SIMULATE_STRICTEST, &said);
	if (r == 0)
		judge(policies, tables, &said, ret);
	tables_free(tables);
	return r;
}

/* --- why a rule does not match ---------------------------------------------------------------------------------- */

/* The first condition of a selector that does not hold for the rule's objects; NULL: all do. */
static int find_failing(const struct probe *bare, const struct selector *selector,
			const struct simulate_question *question, const struct condition **ret)
{
	struct probe probe = *bare;
	int r = 0;

	*ret = NULL;
	for (size_t i = 0; r == 0 && !*ret && i < selector->n; i++) {
		bool holds = false;

		probe.subject = (struct selector){ .condition = &selector->condition[i], .n = 1 };
		r = probe_matches(&probe, question, &holds);
		if (r == 0 && !holds)
			*ret = &selector->condition[i];
	}
	return r;
}

static int find_selector(const struct probe *bare, const struct selector *selector, enum explain_reason reason,
			 const struct simulate_question *question, struct explain_line *line)
{
	int r;

	if (line->reason != EXPLAIN_MATCHES)
		return 0;
	r = find_failing(bare, selector, question, &line->condition);
	if (line->condition)
		line->reason = reason;
	return r;
}

/* Of a rule that does not match: the object first, then who, then who is excepted. */
static int find_reason(const struct simulate_question *question, struct explain_line *line)
{
	struct rule rule = *line->rule;
	const struct probe bare = { .policy = line->policy, .rule = &rule };
	bool matches = true;
	int r = 0;

	rule.subject = rule.except = rule.object = (struct selector){ 0 };
	/* An exec rule without paths is about every file. */
	if (rule.operation != BW_OP_EXEC || rule.n_paths)
		r = probe_matches(&bare, question, &matches);
	if (r < 0 || !matches) {
		line->reason = EXPLAIN_OBJECT;
		return r;
	}
	for (size_t i = 0; r == 0 && line->reason == EXPLAIN_MATCHES && i < line->rule->object.n; i++) {
		rule.object = (struct selector){ .condition = &line->rule->object.condition[i], .n = 1 };
		r = probe_matches(&bare, question, &matches);
		if (matches)
			continue;
		line->condition = &line->rule->object.condition[i];
		line->reason = EXPLAIN_OBJECT_CONDITION;
	}
	rule.object = line->rule->object;
	r = r ?: find_selector(&bare, &line->policy->subject, EXPLAIN_POLICY_SUBJECT, question, line);
	r = r ?: find_selector(&bare, &line->rule->subject, EXPLAIN_SUBJECT, question, line);
	if (line->reason == EXPLAIN_MATCHES)
		line->reason = EXPLAIN_EXCEPT;
	return r;
}

static int explain_rule(const struct simulate_question *question, struct explain_line *line)
{
	bool matches = false;
	int r = probe_rule(line->policy, line->rule, question, &matches);

	return r < 0 || matches ? r : find_reason(question, line);
}

/* --- defaults ---------------------------------------------------------------------------------------------------- */

/* The rule of the default's policy that matches and goes before it: one that allows, or one that denies. */
static void find_stronger(const struct explanation *explanation, struct explain_line *line)
{
	for (size_t i = 0; i < explanation->n; i++) {
		const struct explain_line *other = &explanation->list[i];
		enum bw_verdict action = other->rule ? other->rule->action : BW_VERDICT_AUDIT;

		if (other->policy != line->policy || other->reason != EXPLAIN_MATCHES || action == BW_VERDICT_AUDIT)
			continue;
		line->by = other->rule;
		line->reason = action == BW_VERDICT_ALLOW ? EXPLAIN_LIFTED : EXPLAIN_SUPERSEDED;
		if (line->reason == EXPLAIN_SUPERSEDED)
			return;
	}
}

static int explain_default(const struct simulate_question *question, const struct explanation *explanation,
			   struct explain_line *line)
{
	const struct probe bare = { .policy = line->policy };
	int r;

	if (!probe_is_weighed(line->policy, line->fallback, question)) {
		line->reason = EXPLAIN_NOT_ABOUT;
		return 0;
	}
	r = find_selector(&bare, &line->policy->subject, EXPLAIN_POLICY_SUBJECT, question, line);
	if (r == 0 && line->reason == EXPLAIN_MATCHES)
		find_stronger(explanation, line);
	return r;
}

/* The operation whose default the policy would have weighed, or -1. */
static int default_of(const struct policy *policy, const struct simulate_question *question)
{
	if (question->operation == BW_OP_USE && bw_facility_moves(question->object.facility))
		return moves_default(policy);
	return policy->fallback[question->operation] >= 0 ? (int)question->operation : -1;
}

/* --- all of them ---------------------------------------------------------------------------------------------------
 */

static int explain_policy(const struct policy *policy, const struct simulate_question *question, size_t *capacity,
			  struct explanation *ret)
{
	int fallback = default_of(policy, question);
	int r = grow_to(&ret->list, capacity, ret->n + policy->n_rules + 1, sizeof(*ret->list));

	for (size_t i = 0; r == 0 && i < policy->n_rules; i++) {
		struct explain_line line = { .policy = policy, .rule = &policy->rule[i] };

		if (line.rule->operation != question->operation)
			continue;
		r = explain_rule(question, &line);
		ret->list[ret->n++] = line;
	}
	if (r == 0 && fallback >= 0) {
		struct explain_line line = { .policy = policy, .fallback = (enum bw_operation)fallback };

		r = explain_default(question, ret, &line);
		ret->list[ret->n++] = line;
	}
	return r;
}

int explain_question(const struct policy_list *policies, const struct simulate_question *question,
		     struct explanation *ret, struct diag *diag)
{
	size_t capacity = 0;
	int r;

	*ret = (struct explanation){ 0 };
	r = decide(policies, question, ret, diag);
	for (size_t i = 0; r == 0 && i < policies->n; i++)
		r = explain_policy(policies->policy[i], question, &capacity, ret);
	return r;
}

struct span explain_span(const struct policy *policy, const struct rule *rule, enum bw_operation fallback)
{
	return rule ? rule->span : policy->fallback_span[fallback];
}

void explain_done(struct explanation *explanation)
{
	free(explanation->list);
	*explanation = (struct explanation){ 0 };
}

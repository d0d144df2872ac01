/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: counts of questions and what they came to then. Out: what changed, in groups of equal rule, operation, program
 * and object, the largest first.
 */
#include "replay_inner.h"
#include "policy/grow.h"
#include "policy/names.h"
#include <base/cleanup.h>
#include <errno.h>

const char *replay_change_name(unsigned int change)
{
	static const char *const names[] = {
		[REPLAY_DENIED] = "newly-denied", [REPLAY_ALLOWED] = "newly-allowed", [REPLAY_STRICTER] = "stricter",
		[REPLAY_MILDER] = "milder",	  [REPLAY_OTHER_RULE] = "other-rule", [REPLAY_UNTOLD] = "untold",
		[REPLAY_SAME] = "same",
	};

	return change < ARRAY_SIZE(names) ? names[change] : NULL;
}

/* The strictest that any policy says; all of them enforce here, but an outcome may also be an audit. */
static enum bw_verdict verdict_of(const struct simulate_verdict *said)
{
	__u32 verdict = said->verdict;

	for (__u32 i = 0; i < said->n; i++)
		if (said->outcome[i].verdict > verdict)
			verdict = said->outcome[i].verdict;
	return (enum bw_verdict)verdict;
}

static bool is_called(const struct tables *tables, __u32 rule, const char *text)
{
	const struct table_rule_name *name = &tables->rule_name[rule];
	const char *policy = tables->policy_name[name->policy].name;
	size_t size = strlen(policy);

	return strncmp(text, policy, size) == 0 && text[size] == '/' && strcmp(text + size + 1, name->name) == 0;
}

/* The rule behind the verdict: the one that it was then, if that is among them; ~0 when there is none. */
static __u32 rule_of(const struct tables *tables, const struct simulate_verdict *said, const char *old_rule)
{
	enum bw_verdict verdict = verdict_of(said);
	__u32 found = ~0u;

	for (__u32 i = 0; i < said->n; i++) {
		if (said->outcome[i].verdict != verdict)
			continue;
		if (is_called(tables, said->outcome[i].rule, old_rule))
			return said->outcome[i].rule;
		if (found == ~0u)
			found = said->outcome[i].rule;
	}
	return found;
}

/* Was it this verdict, and by the same rule as then? */
static bool is_same(const struct tables *tables, const struct simulate_verdict *said, enum bw_verdict was,
		    const char *old_rule)
{
	__u32 rule = rule_of(tables, said, old_rule);

	return verdict_of(said) == was && rule != ~0u && is_called(tables, rule, old_rule);
}

/* `ret_said`: what is said now, of the readings the one that the change is about. */
static enum replay_change compare(const struct replay *replay, const struct replay_answer *answer, enum bw_verdict was,
				  const char *old_rule, const struct simulate_verdict **ret_said)
{
	const struct simulate_verdict *mildest = replay_verdict(replay, answer->mildest);
	const struct simulate_verdict *strictest = replay_verdict(replay, answer->strictest);
	const struct simulate_verdict *worst = replay_verdict(replay, answer->worst);
	enum bw_verdict least = verdict_of(mildest), most = verdict_of(strictest);

	*ret_said = was < least ? mildest : strictest;
	if (was < least)
		return least >= BW_VERDICT_DENY && was < BW_VERDICT_DENY ? REPLAY_DENIED : REPLAY_STRICTER;
	if (is_same(replay->tables, strictest, was, old_rule) || is_same(replay->tables, mildest, was, old_rule))
		return REPLAY_SAME;
	if (was <= most)
		return least == most ? REPLAY_OTHER_RULE : REPLAY_UNTOLD;
	if (was >= BW_VERDICT_DENY && verdict_of(worst) >= was) {
		*ret_said = worst;
		return is_same(replay->tables, worst, was, old_rule) ? REPLAY_SAME : REPLAY_UNTOLD;
	}
	return most < BW_VERDICT_DENY && was >= BW_VERDICT_DENY ? REPLAY_ALLOWED : REPLAY_MILDER;
}

/* --- groups ----------------------------------------------------------------------------------------------------- */

static int name_rule(struct replay *replay, __u32 rule, const char **ret)
{
	const struct table_rule_name *name;
	const char *policy;
	char *text;

	*ret = NULL;
	if (rule == ~0u)
		return 0;
	name = &replay->tables->rule_name[rule];
	policy = replay->tables->policy_name[name->policy].name;
	text = arena_array(&replay->arena, strlen(policy) + strlen(name->name) + 2, 1);
	if (!text)
		return -ENOMEM;
	stpcpy(stpcpy(stpcpy(text, policy), "/"), name->name);
	*ret = text;
	return 0;
}

/* Equal groups have equal keys: numbers, then texts, each ended by NUL. */
static int number_group(struct intern *groups, const struct replay_group *group, __u32 rule, uint32_t *ret)
{
	_free_ char *key = NULL;
	int size = asprintf(&key, "%u %u %u %u %s %s%c%s%c%s", (unsigned int)group->change, (unsigned int)group->was,
			    (unsigned int)group->is, rule, group->operation, group->old_rule, 0, group->binary, 0,
			    group->object);
	int r;

	if (size < 0) {
		key = NULL;
		return -ENOMEM;
	}
	r = intern_add(groups, key, (size_t)size, ret);
	return r;
}

static int add_count(struct replay *replay, struct intern *groups, size_t *capacity, const struct replay_count *count)
{
	const struct replay_answer *answer = &replay->answer[count->question];
	const struct simulate_verdict *said;
	struct replay_group group = {
		.was = count->old.verdict,
		.operation = operation_name(replay->what[answer->what].operation),
		.binary = replay->who[answer->who].process.binary ?: "-",
		.object = replay->what[answer->what].text,
		.line = count->line,
	};
	uint32_t number;
	size_t size;
	__u32 rule;
	int r;

	group.old_rule = arena_text(&replay->arena, intern_at(&replay->rules, count->old.rule, &size),
				    strlen(intern_at(&replay->rules, count->old.rule, &size)));
	if (!group.old_rule)
		return -ENOMEM;
	group.change = compare(replay, answer, group.was, group.old_rule, &said);
	group.is = verdict_of(said);
	rule = rule_of(replay->tables, said, group.old_rule);
	replay->n_changes[group.change] += count->n;
	r = number_group(groups, &group, rule, &number);
	if (r > 0) {
		r = name_rule(replay, rule, &group.new_rule);
		r = r ?: grow_to(&replay->group, capacity, groups->n, sizeof(*replay->group));
		if (r == 0)
			replay->group[replay->n_groups++] = group;
	}
	if (r < 0)
		return r;
	replay->group[number].count += count->n;
	if (count->line < replay->group[number].line)
		replay->group[number].line = count->line;
	return 0;
}

const char *replay_leading_rule(const struct replay_group *group)
{
	bool milder = group->change == REPLAY_ALLOWED || group->change == REPLAY_MILDER;

	return milder || !group->new_rule ? group->old_rule : group->new_rule;
}

/* By change, then by the rule that it is due to, then the most frequent first; what is left makes the order one. */
static int compare_groups(const void *left, const void *right)
{
	const struct replay_group *a = left, *b = right;
	int r = (a->change > b->change) - (a->change < b->change);

	r = r ?: strcmp(replay_leading_rule(a), replay_leading_rule(b));
	r = r ?: (a->count < b->count) - (a->count > b->count);
	r = r ?: strcmp(a->binary, b->binary);
	r = r ?: strcmp(a->object, b->object);
	return r ?: (a->line > b->line) - (a->line < b->line);
}

int replay_group(struct replay *replay)
{
	struct intern groups = { 0 };
	size_t capacity = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < replay->counts.n; i++)
		r = add_count(replay, &groups, &capacity, &replay->count[i]);
	intern_done(&groups);
	if (r == 0 && replay->n_groups)
		qsort(replay->group, replay->n_groups, sizeof(*replay->group), compare_groups);
	return r;
}

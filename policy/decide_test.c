/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * decide.h over compiled tables against the words of the policy language: an evaluator that works on policies
 * directly, knows no labels and no traits, and is written to be read beside "What is decided".
 */
#include "sample.h"
#include "simulate.h"

#define POLICIES_MAX 6
#define RULES_MAX    5

/* A question, as the language sees it. */
struct question {
	enum bw_operation operation;
	const char *program[2]; /* its views; NULL: no program */
	uint32_t uid;
	uint32_t gid;
	bool owner; /* of the file */
	bool inet;
	const char *object[2]; /* views of a file or socket */
	uint32_t address;
	uint32_t port;
};

/* --- the words of the language --------------------------------------------------------------------------- */

static bool path_in(const struct path_value *value, size_t n, const char *path)
{
	for (size_t i = 0; path && i < n; i++)
		for (size_t j = 0; j < value[i].n; j++)
			if (pattern_matches(&value[i].pattern[j], path))
				return true;
	return false;
}

static bool id_in(const struct condition *condition, uint32_t id)
{
	for (size_t i = 0; i < condition->n_ids; i++)
		if (id >= condition->id[i].from && id <= condition->id[i].to)
			return true;
	return false;
}

/* Does the process meet the condition: in any view of its program, or in all of them? */
static bool meets(const struct condition *condition, const struct question *question, bool all)
{
	bool first, second;

	if (condition->key == SUBJECT_USER)
		return id_in(condition, question->uid);
	if (condition->key == SUBJECT_GROUP)
		return id_in(condition, question->gid);
	if (condition->key == SUBJECT_OWNER)
		return question->operation <= BW_OP_WRITE && condition->yes == question->owner;
	first = path_in(condition->path, condition->n_paths, question->program[0]);
	second = path_in(condition->path, condition->n_paths, question->program[1]);
	return all ? first && second : first || second;
}

static bool selected(const struct selector *selector, const struct question *question, bool all)
{
	for (size_t i = 0; i < selector->n; i++)
		if (!meets(&selector->condition[i], question, all))
			return false;
	return true;
}

/* Is the process one that the rule is about? A denial takes any view for it, an allow needs all. */
static bool subject_matches(const struct policy *policy, const struct rule *rule, const struct question *question,
			    bool all)
{
	return selected(&policy->subject, question, all) && selected(&rule->subject, question, all) &&
	       !(rule->except.n && selected(&rule->except, question, !all));
}

static bool endpoint_matches(const struct endpoint *endpoint, const struct question *question, unsigned int view)
{
	uint32_t address = 0;

	if (endpoint->kind == ENDPOINT_UNIX)
		return !question->inet && path_in(&endpoint->path, 1, question->object[view]);
	for (unsigned int i = 0; i < 4; i++)
		address = address << 8 | endpoint->address[i];
	return question->inet && (!endpoint->length || !((address ^ question->address) >> (32 - endpoint->length))) &&
	       question->port >= endpoint->port_from && question->port <= endpoint->port_to;
}

static bool object_matches(const struct rule *rule, const struct question *question, unsigned int view)
{
	if (rule->operation != question->operation)
		return false;
	for (size_t i = 0; i < rule->n_endpoints; i++)
		if (endpoint_matches(&rule->endpoint[i], question, view))
			return true;
	return path_in(rule->path, rule->n_paths, question->object[view]);
}

static bool rule_matches(const struct policy *policy, const struct rule *rule, const struct question *question)
{
	return subject_matches(policy, rule, question, false) &&
	       (object_matches(rule, question, 0) || object_matches(rule, question, 1));
}

static bool any_rule(const struct policy *policy, const struct question *question, enum bw_verdict action)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (policy->rule[i].action == action && rule_matches(policy, &policy->rule[i], question))
			return true;
	return false;
}

static bool view_allowed(const struct policy *policy, const struct question *question, unsigned int view)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rule[i];

		if (rule->action == BW_VERDICT_ALLOW && subject_matches(policy, rule, question, true) &&
		    object_matches(rule, question, view))
			return true;
	}
	return false;
}

/*
 * "Within a policy: kill, else deny, if any such rule matches; else, if the operation has a `default` and no allow
 * rule of this policy matches, the default; else audit if an audit rule matches; else nothing."
 */
static enum bw_verdict outcome_of(const struct policy *policy, const struct question *question)
{
	bool is_socket = question->operation >= BW_OP_CONNECT && !question->inet;

	if (any_rule(policy, question, BW_VERDICT_KILL))
		return BW_VERDICT_KILL;
	if (any_rule(policy, question, BW_VERDICT_DENY))
		return BW_VERDICT_DENY;
	if (policy->fallback[question->operation] >= 0 && !is_socket && selected(&policy->subject, question, false) &&
	    !(view_allowed(policy, question, 0) && view_allowed(policy, question, 1)))
		return (enum bw_verdict)policy->fallback[question->operation];
	return any_rule(policy, question, BW_VERDICT_AUDIT) ? BW_VERDICT_AUDIT : BW_VERDICT_ALLOW;
}

/* --- random policies and questions ----------------------------------------------------------------------- */

static const char *const tree[] = { "/a", "/b", "/a/b", "/a/c", "/b/b", "/b/c/a" };
static const char *const pattern[] = { "/a", "/a/*", "/**/b", "/a/", "/*/c", "/**/[ac]", "/b/b", "/**" };

static void random_selector(struct sample_random *random, struct policy *policy, struct selector *selector,
			    uint32_t chance)
{
	for (unsigned int key = SUBJECT_BINARY; key <= SUBJECT_GROUP; key++) {
		struct condition *condition;

		if (!sample_chance(random, chance))
			continue;
		condition = sample_condition(policy, selector, key);
		for (uint32_t n = 1 + sample_below(random, 2); n > 0; n--) {
			uint32_t from = sample_below(random, 4);

			if (key == SUBJECT_BINARY)
				sample_binary(policy, condition, pattern[sample_below(random, ARRAY_SIZE(pattern))]);
			else
				sample_ids(policy, condition, from, from + sample_below(random, 2));
		}
	}
	if (sample_chance(random, chance / 2))
		sample_condition(policy, selector, SUBJECT_OWNER)->yes = sample_chance(random, 50);
}

static void random_endpoint(struct sample_random *random, struct policy *policy, struct rule *rule)
{
	struct endpoint *endpoint;

	if (sample_chance(random, 40)) {
		sample_socket(policy, rule, pattern[sample_below(random, ARRAY_SIZE(pattern))]);
		return;
	}
	endpoint = sample_prefix4(policy, rule, sample_below(random, 4) << 30, (uint8_t)sample_below(random, 3));
	if (sample_chance(random, 50))
		endpoint->port_from = (uint16_t)sample_below(random, 3);
}

static struct policy *random_policy(struct sample_random *random, unsigned int number)
{
	char name[16];
	struct policy *policy;

	snprintf(name, sizeof(name), "policy-%u", number);
	policy = sample_policy(name, RULES_MAX);
	policy->mode = sample_chance(random, 70) ? BW_MODE_ENFORCE : BW_MODE_AUDIT;
	random_selector(random, policy, &policy->subject, 15);
	if (sample_chance(random, 40))
		policy->fallback[BW_OP_READ] = BW_VERDICT_AUDIT + (int)sample_below(random, 3);
	if (sample_chance(random, 40))
		policy->fallback[BW_OP_CONNECT] = BW_VERDICT_AUDIT + (int)sample_below(random, 3);
	for (uint32_t n = sample_below(random, RULES_MAX + 1); n > 0; n--) {
		enum bw_operation operation = sample_chance(random, 60) ? BW_OP_READ : BW_OP_CONNECT;
		struct rule *rule = sample_rule(policy, operation, sample_below(random, _BW_VERDICT_MAX));

		random_selector(random, policy, &rule->subject, 20);
		random_selector(random, policy, &rule->except, 12);
		for (uint32_t objects = 1 + sample_below(random, 2); objects > 0; objects--) {
			if (operation == BW_OP_READ)
				sample_object(policy, rule, pattern[sample_below(random, ARRAY_SIZE(pattern))]);
			else
				random_endpoint(random, policy, rule);
		}
	}
	return policy;
}

static struct question random_question(struct sample_random *random)
{
	struct question question = {
		.operation = sample_chance(random, 60) ? BW_OP_READ : BW_OP_CONNECT,
		.uid = sample_below(random, 5),
		.gid = sample_below(random, 5),
		.owner = sample_chance(random, 50),
	};

	for (unsigned int view = 0; view < 2; view++) {
		question.program[view] = tree[sample_below(random, ARRAY_SIZE(tree))];
		question.object[view] = tree[sample_below(random, ARRAY_SIZE(tree))];
	}
	if (sample_chance(random, 10))
		question.program[0] = question.program[1] = NULL;
	if (question.operation == BW_OP_READ || sample_chance(random, 40))
		return question;
	question.inet = true;
	question.object[0] = question.object[1] = NULL;
	question.address = sample_below(random, 4) << 30;
	question.port = sample_below(random, 3);
	return question;
}

/* --- the comparison -------------------------------------------------------------------------------------- */

static struct simulate_verdict simulate(const struct tables *tables, const struct question *question)
{
	const struct simulate_process process = {
		.binary = question->program[0],
		.binary_stored = question->program[1],
		.uid = question->uid,
		.gid = question->gid,
	};
	const struct simulate_object object = {
		.path = question->object[0],
		.path_stored = question->object[1],
		.owner = question->owner,
		.family = question->inet ? 4 : 0,
		.address = { (__u8)(question->address >> 24) },
		.port = question->port,
		.protocol = BW_PROTOCOL_UDP,
	};
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(tables, question->operation, &process, &object, &verdict), 0);
	return verdict;
}

/* The outcome's rule is one of the policy that says this and matches. */
static void check_rule(const struct tables *tables, const struct policy *policy, const struct question *question,
		       __u32 id, enum bw_verdict verdict)
{
	const struct table_rule_name *name = &tables->rule_name[id];
	__u32 at = id - tables->policy_name[name->policy].first_rule;

	ck_assert_str_eq(tables->policy_name[name->policy].name, policy->name);
	ck_assert_uint_eq(name->action, verdict);
	if (at >= policy->n_rules)
		ck_assert_str_eq(name->name, "default");
	else
		ck_assert(rule_matches(policy, &policy->rule[at], question));
}

/* The place of the policy's outcome; verdict->n when it has none. */
static __u32 find_outcome(const struct simulate_verdict *verdict, size_t policy)
{
	__u32 at = 0;

	while (at < verdict->n && verdict->outcome[at].policy != policy)
		at++;
	return at;
}

static void compare(const struct tables *tables, struct policy *const *policies, size_t n,
		    const struct question *question)
{
	struct simulate_verdict verdict = simulate(tables, question);
	enum bw_verdict strictest = BW_VERDICT_ALLOW;
	__u32 n_outcomes = 0;

	for (size_t i = 0; i < n; i++) {
		enum bw_verdict outcome = outcome_of(policies[i], question);
		__u32 at = find_outcome(&verdict, i);

		ck_assert_int_eq(at < verdict.n, outcome != BW_VERDICT_ALLOW);
		if (outcome == BW_VERDICT_ALLOW)
			continue;
		n_outcomes++;
		ck_assert_uint_eq(verdict.outcome[at].verdict, outcome);
		ck_assert_uint_eq(verdict.outcome[at].mode, policies[i]->mode);
		check_rule(tables, policies[i], question, verdict.outcome[at].rule, outcome);
		if (policies[i]->mode == BW_MODE_ENFORCE && outcome >= BW_VERDICT_DENY && outcome > strictest)
			strictest = outcome;
	}
	ck_assert_uint_eq(verdict.n, n_outcomes);
	ck_assert_uint_eq(verdict.verdict, strictest);
}

START_TEST(decides_as_the_language_says)
{
	struct sample_random random = { 7 };

	for (unsigned int round = 0; round < 500; round++) {
		struct policy *policies[POLICIES_MAX];
		size_t n = 1 + sample_below(&random, POLICIES_MAX);
		struct tables *tables;

		for (size_t i = 0; i < n; i++)
			policies[i] = random_policy(&random, (unsigned int)i);
		tables = sample_compile(policies, n);
		for (unsigned int i = 0; i < 60; i++) {
			struct question question = random_question(&random);

			compare(tables, policies, n, &question);
		}
		tables_free(tables);
		for (size_t i = 0; i < n; i++)
			sample_free(policies[i]);
	}
}
END_TEST

/* "Adding a policy can only make a node stricter." */
START_TEST(a_policy_more_is_never_laxer)
{
	struct sample_random random = { 8 };

	for (unsigned int round = 0; round < 150; round++) {
		struct policy *policies[2] = { random_policy(&random, 0), random_policy(&random, 1) };
		struct tables *one = sample_compile(policies, 1), *two = sample_compile(policies, 2);

		for (unsigned int i = 0; i < 40; i++) {
			struct question question = random_question(&random);

			ck_assert_uint_ge(simulate(two, &question).verdict, simulate(one, &question).verdict);
		}
		tables_free(one);
		tables_free(two);
		sample_free(policies[0]);
		sample_free(policies[1]);
	}
}
END_TEST

/* With more outcomes than a decision can list, it lists the one that is carried out. */
START_TEST(the_deciding_rule_is_always_listed)
{
	const struct question question = { .operation = BW_OP_READ, .object = { "/a", "/a" } };
	struct policy *policies[2 * BW_OUTCOMES_MAX];
	struct simulate_verdict verdict;
	struct tables *tables;
	bool listed = false;
	char name[16];

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		snprintf(name, sizeof(name), "policy-%zu", i);
		policies[i] = sample_policy(name, 1);
		policies[i]->mode = i == BW_OUTCOMES_MAX + 1 ? BW_MODE_ENFORCE : BW_MODE_AUDIT;
		sample_object(policies[i], sample_rule(policies[i], BW_OP_READ, BW_VERDICT_DENY), "/a");
	}
	tables = sample_compile(policies, ARRAY_SIZE(policies));
	verdict = simulate(tables, &question);
	ck_assert_uint_eq(verdict.verdict, BW_VERDICT_DENY);
	ck_assert_uint_eq(verdict.n, BW_OUTCOMES_MAX);
	for (__u32 i = 0; i < verdict.n; i++)
		listed |= verdict.outcome[i].policy == BW_OUTCOMES_MAX + 1;
	ck_assert(listed);
	tables_free(tables);
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		sample_free(policies[i]);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		decides_as_the_language_says,
		a_policy_more_is_never_laxer,
		the_deciding_rule_is_always_listed,
	};

	return sample_main("decide", tests, ARRAY_SIZE(tests));
}

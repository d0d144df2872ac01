/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a process holds, by the conditions of the text: numbered as the tables have them, whatever stands behind those.
 */
#include "about.h"
#include "sample.h"
#include "simulate.h"

/* The trait of a condition, as the tables' first rule with this id requires it. */
static uint32_t required(const struct tables *tables, __u32 id, unsigned int at)
{
	for (size_t i = 0; i < tables->n_rules; i++)
		if (tables->rule[i].id == id)
			return tables->rule[i].required[at];
	ck_abort_msg("no entry of rule %u", id);
	return 0;
}

static struct condition *subject(struct policy *policy, struct selector *selector, enum subject_key key,
				 const char *path)
{
	struct condition *condition = sample_condition(policy, selector, key);

	if (path)
		sample_binary(policy, condition, path);
	return condition;
}

static enum about_holds ask(struct about *about, const struct policy *policy, const struct condition *condition,
			    const struct bw_held *held)
{
	enum about_holds ret;

	ck_assert_int_eq(about_condition(about, policy, condition, held, &ret), 0);
	return ret;
}

/* Two policies; the second shares a condition with the first, and has a rule for who owns the file. */
struct world {
	struct policy *policy[2];
	struct tables *tables;
	struct about about;
	struct bw_held held;
};

static void begin(struct world *world, const struct compile_options *options)
{
	struct policy *first = sample_policy("first", 2), *second = sample_policy("second", 2);
	struct rule *rule;

	*world = (struct world){ .policy = { first, second } };
	subject(first, &first->subject, SUBJECT_BINARY, "/usr/bin/a");
	rule = sample_rule(first, BW_OP_WRITE, BW_VERDICT_DENY);
	sample_object(first, rule, "/srv/x");
	subject(first, &rule->except, SUBJECT_ANCESTOR, "/usr/bin/b");
	first->fallback[BW_OP_BIND] = BW_VERDICT_DENY;
	rule = sample_rule(second, BW_OP_WRITE, BW_VERDICT_DENY);
	sample_object(second, rule, "/srv/y");
	subject(second, &rule->subject, SUBJECT_BINARY, "/usr/bin/a");
	subject(second, &rule->subject, SUBJECT_OWNER, NULL)->yes = true;
	rule = sample_rule(second, BW_OP_WRITE, BW_VERDICT_ALLOW);
	sample_object(second, rule, "/srv/z");
	subject(second, &rule->subject, SUBJECT_BINARY, "/usr/bin/a");
	world->tables = sample_compile_with(world->policy, 2, options);
	ck_assert_int_eq(about_begin((const struct policy *const *)world->policy, 2, &world->about), 0);
}

static void end(struct world *world)
{
	about_done(&world->about);
	tables_free(world->tables);
	sample_free(world->policy[0]);
	sample_free(world->policy[1]);
}

START_TEST(conditions_have_the_numbers_of_the_tables)
{
	struct world world;
	const struct condition *a, *b, *owner;

	begin(&world, &sample_options);
	a = &world.policy[0]->subject.condition[0];
	b = &world.policy[0]->rule[0].except.condition[0];
	owner = &world.policy[1]->rule[0].subject.condition[1];
	ck_assert_int_eq(ask(&world.about, world.policy[0], a, &world.held), ABOUT_NO);
	traits_add(&world.held.any, required(world.tables, 0, 0));
	ck_assert_int_eq(ask(&world.about, world.policy[0], a, &world.held), ABOUT_DENIALS);
	traits_add(&world.held.all, required(world.tables, 0, 0));
	ck_assert_int_eq(ask(&world.about, world.policy[0], a, &world.held), ABOUT_YES);
	ck_assert_int_eq(ask(&world.about, world.policy[1], &world.policy[1]->rule[0].subject.condition[0],
			     &world.held),
			 ABOUT_YES);
	ck_assert_int_eq(ask(&world.about, world.policy[0], b, &world.held), ABOUT_NO);
	ck_assert_int_eq(ask(&world.about, world.policy[1], owner, &world.held), ABOUT_OBJECT);
	end(&world);
}
END_TEST

/* Rules of the tables: first/rule-1, first/default of bind, second/rule-1, second/rule-2. */
static void check_rules(struct world *world, const bool *wanted)
{
	bool about[4];

	ck_assert_uint_eq(world->tables->n_rule_names, 4);
	about_rules(&world->about, world->tables, &world->held, about);
	for (size_t i = 0; i < ARRAY_SIZE(about); i++)
		ck_assert_msg(about[i] == wanted[i], "rule %zu", i);
}

START_TEST(rules_about_who_holds_it)
{
	struct world world;
	uint32_t a, b;

	begin(&world, &sample_options);
	a = required(world.tables, 0, 0);
	b = a + 1;
	check_rules(&world, (const bool[]){ false, false, false, false });
	traits_add(&world.held.any, a); /* for denials only: it may not be allowed */
	check_rules(&world, (const bool[]){ true, true, true, false });
	traits_add(&world.held.all, a);
	check_rules(&world, (const bool[]){ true, true, true, true });
	traits_add(&world.held.any, b); /* whether it is excepted cannot be told: it is not */
	check_rules(&world, (const bool[]){ true, true, true, true });
	traits_add(&world.held.all, b);
	check_rules(&world, (const bool[]){ false, true, true, true });
	end(&world);
}
END_TEST

/* Copies of rules, for links of a container, are rules about it too. */
START_TEST(rules_about_who_a_link_leads_to)
{
	static const struct path_alias alias = { "/usr/bin/a", "/usr/bin/a7" };
	static const struct alias_set set = { (struct path_alias *)&alias, 1 };
	struct compile_options options = sample_options;
	struct world world;

	options.aliases = &set;
	begin(&world, &options);
	check_rules(&world, (const bool[]){ false, false, false, false });
	for (uint32_t trait = world.about.traits.n; trait < world.about.traits.n + 2; trait++) {
		traits_add(&world.held.any, trait);
		traits_add(&world.held.all, trait);
	}
	check_rules(&world, (const bool[]){ true, true, true, false });
	end(&world);
}
END_TEST

START_TEST(credentials_are_as_of_now)
{
	struct policy *policy = sample_policy("ids", 1);
	struct rule *rule = sample_rule(policy, BW_OP_WRITE, BW_VERDICT_DENY);
	struct bw_held held = { 0 };
	struct condition *condition;
	struct about about;

	sample_object(policy, rule, "/srv/x");
	sample_ids(policy, sample_condition(policy, &rule->subject, SUBJECT_USER), 1000, 1009);
	sample_ids(policy, sample_condition(policy, &rule->subject, SUBJECT_GROUP), 5, 5);
	sample_condition(policy, &rule->subject, SUBJECT_CAPABILITY)->capabilities = 1 << 21;
	condition = rule->subject.condition;
	ck_assert_int_eq(about_begin((const struct policy *const *)&policy, 1, &about), 0);
	about_identify(&about, 1009, 6, 1 << 21 | 1, &held);
	ck_assert_int_eq(ask(&about, policy, &condition[0], &held), ABOUT_YES);
	ck_assert_int_eq(ask(&about, policy, &condition[1], &held), ABOUT_NO);
	ck_assert_int_eq(ask(&about, policy, &condition[2], &held), ABOUT_YES);
	about_identify(&about, 1010, 5, 1, &held);
	ck_assert_int_eq(ask(&about, policy, &condition[0], &held), ABOUT_NO);
	ck_assert_int_eq(ask(&about, policy, &condition[1], &held), ABOUT_YES);
	ck_assert_int_eq(ask(&about, policy, &condition[2], &held), ABOUT_NO);
	about_done(&about);
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		conditions_have_the_numbers_of_the_tables,
		rules_about_who_holds_it,
		rules_about_who_a_link_leads_to,
		credentials_are_as_of_now,
	};

	return sample_main("about", tests, ARRAY_SIZE(tests));
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Each bound of limits.h that policies can meet, and the one error or warning that it gives. Those of endpoints are
 * in networks_test.c.
 */
#include "sample.h"
#include "tables.h"

START_TEST(too_many_policies)
{
	static struct policy *policies[BW_POLICIES_MAX + 1];
	char name[16];

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		snprintf(name, sizeof(name), "policy-%zu", i);
		policies[i] = sample_policy(name, 0);
	}
	sample_refused(policies, ARRAY_SIZE(policies), "too-many-policies", "'policy-4096'");
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		sample_free(policies[i]);
}
END_TEST

START_TEST(too_many_rules)
{
	struct policy *policy = sample_policy("long", BW_RULES_MAX);

	while (policy->n_rules < BW_RULES_MAX)
		sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);
	policy->fallback[BW_OP_BIND] = BW_VERDICT_DENY;
	sample_refused(&policy, 1, "too-many-rules", "'long'");
	sample_free(policy);
}
END_TEST

START_TEST(too_many_labels)
{
	struct policy *policy = sample_policy("labels", BW_RULES_MAX);
	char text[32];

	for (size_t i = 0; i < BW_RULES_MAX; i++) {
		snprintf(text, sizeof(text), "/%zu", i);
		sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_AUDIT), text);
	}
	sample_refused(&policy, 1, "too-many-labels", "'labels'");
	sample_free(policy);
}
END_TEST

START_TEST(too_many_subjects)
{
	struct policy *policy = sample_policy("subjects", 2000);

	for (uint32_t i = 0; i < 2000; i++) {
		struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);

		sample_ids(policy, sample_condition(policy, &rule->subject, SUBJECT_USER), i, i);
	}
	sample_refused(&policy, 1, "too-many-subjects", "2000 different subject lists");
	sample_free(policy);
}
END_TEST

START_TEST(too_many_conditions)
{
	struct policy *policy = sample_policy("strict", 1);
	struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);

	for (uint32_t i = 0; i <= BW_RULE_TRAITS; i++)
		sample_ids(policy, sample_condition(policy, &rule->except, SUBJECT_USER), i, i + 5);
	sample_refused(&policy, 1, "too-many-conditions", "'strict/rule-1'");
	sample_free(policy);
}
END_TEST

START_TEST(too_many_ids)
{
	struct policy *policy = sample_policy("ids", 1);
	struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);
	struct condition *condition = sample_condition(policy, &rule->subject, SUBJECT_USER);

	condition->n_ids = BW_ID_RANGES_MAX / 2 + 1;
	condition->id = arena_array(&policy->arena, condition->n_ids, sizeof(*condition->id));
	for (uint32_t i = 0; i < condition->n_ids; i++)
		condition->id[i] = (struct id_range){ 2 * i, 2 * i };
	sample_refused(&policy, 1, "too-many-ids", "'ids'");
	sample_free(policy);
}
END_TEST

START_TEST(too_many_rules_in_one_place)
{
	struct policy *policy = sample_policy("heap", BW_SLICE_MAX + 1);

	while (policy->n_rules <= BW_SLICE_MAX)
		sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), "/x");
	sample_refused(&policy, 1, "too-many-rules-in-one-place", "'heap/rule-1025'");
	sample_free(policy);
}
END_TEST

START_TEST(too_many_overlaps)
{
	struct policy *policy = sample_policy("overlap", 3000);
	char text[32];

	for (unsigned int i = 0; i < 1000; i++)
		sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), "/**");
	for (unsigned int i = 0; i < 1100; i++) {
		snprintf(text, sizeof(text), "/%u", i);
		sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), text);
	}
	sample_refused(&policy, 1, "too-many-overlaps", "'overlap/rule-");
	sample_free(policy);
}
END_TEST

/* Patterns that multiply are refused soon, whatever it is that they make too many of. */
START_TEST(patterns_that_multiply)
{
	static const char *const family[] = {
		"/**/a%u/**/b%u/**/c%u/**",			   /* edges and states, by `**` */
		"/**/x%u/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/y", /* states, by counting components */
		"/**/*a%ub*c%ud*e/z",				   /* rows, by `*` inside names */
		"/**/*a%u?\?\?\?\?\?\?\?\?\?\?\?\?\?\?\?\?/z",	   /* rows, by counting bytes */
	};
	char text[128];

	for (size_t i = 0; i < ARRAY_SIZE(family); i++) {
		struct policy *policy = sample_policy("multiply", 24);

		for (unsigned int n = 0; n < 24; n++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(text, sizeof(text), family[i], n, n + 1, n + 2);
#pragma GCC diagnostic pop
			sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), text);
		}
		sample_refused(&policy, 1, "too-many-states", "these patterns multiply: '/**/");
		sample_free(policy);
	}
}
END_TEST

START_TEST(too_many_marks_are_a_warning)
{
	struct policy *policy = sample_policy("marks", 1);
	struct tables *tables = NULL;
	struct diag diag = { 0 };

	sample_many_objects(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), BW_MARKS_MAX + 10);
	ck_assert_int_eq(compile_tables((const struct policy *const *)&policy, 1, &sample_options, &tables, &diag), 0);
	ck_assert_uint_eq(tables->n_marks, BW_MARKS_MAX);
	ck_assert_uint_eq(diag.n_warnings, 1);
	ck_assert_str_eq(diag.list[0].id, "too-many-marks");
	diag_done(&diag);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		too_many_policies,
		too_many_rules,
		too_many_labels,
		too_many_subjects,
		too_many_conditions,
		too_many_ids,
		too_many_rules_in_one_place,
		too_many_overlaps,
		patterns_that_multiply,
		too_many_marks_are_a_warning,
	};

	return sample_main("limits", tests, ARRAY_SIZE(tests));
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Policies made by hand, for tests of what comes after parse and check. Memory of a policy is its arena's; a
 * failure ends the test.
 */
#ifndef POLICY_SAMPLE_H
#define POLICY_SAMPLE_H

#include "compile.h"
#include "policy.h"
#include <test/harness.h>

/* A small generator with a fixed seed: the same random policies in every run. */
struct sample_random {
	uint64_t state;
};

static inline uint32_t sample_below(struct sample_random *random, uint32_t bound)
{
	random->state = random->state * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)((random->state >> 33) % bound);
}

static inline bool sample_chance(struct sample_random *random, uint32_t percent)
{
	return sample_below(random, 100) < percent;
}

static inline void sample_append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s", more);
}

static inline void *sample_more(struct arena *arena, const void *array, size_t n, size_t size)
{
	void *more = arena_array(arena, n + 1, size);

	ck_assert_ptr_nonnull(more);
	if (n)
		memcpy(more, array, n * size);
	return more;
}

static inline struct policy *sample_policy(const char *name, size_t max_rules)
{
	struct policy *policy = calloc(1, sizeof(*policy));

	ck_assert_ptr_nonnull(policy);
	policy->name = arena_text(&policy->arena, name, strlen(name));
	policy->rule = arena_array(&policy->arena, max_rules, sizeof(*policy->rule));
	ck_assert_ptr_nonnull(policy->rule);
	policy->mode = BW_MODE_ENFORCE;
	policy->rollout = 100;
	for (unsigned int op = 0; op < BW_OP_SLOTS; op++)
		policy->fallback[op] = -1;
	return policy;
}

static inline void sample_free(struct policy *policy)
{
	arena_done(&policy->arena);
	free(policy);
}

static inline struct rule *sample_rule(struct policy *policy, enum bw_operation operation, enum bw_verdict action)
{
	struct rule *rule = &policy->rule[policy->n_rules++];
	char name[32];

	snprintf(name, sizeof(name), "rule-%zu", policy->n_rules);
	rule->name = arena_text(&policy->arena, name, strlen(name));
	rule->operation = operation;
	rule->action = action;
	return rule;
}

static inline struct path_value sample_path(struct policy *policy, const char *text)
{
	struct path_value value = { .text = arena_text(&policy->arena, text, strlen(text)) };
	struct pattern_error error;

	ck_assert_int_eq(pattern_parse(value.text, strlen(text), &policy->arena, &value.pattern, &value.n, &error), 0);
	return value;
}

static inline void sample_object(struct policy *policy, struct rule *rule, const char *text)
{
	rule->path = sample_more(&policy->arena, rule->path, rule->n_paths, sizeof(*rule->path));
	rule->path[rule->n_paths++] = sample_path(policy, text);
}

/* Objects /srv/0, /srv/1, ... of one rule. */
static inline void sample_many_objects(struct policy *policy, struct rule *rule, size_t n)
{
	char text[32];

	rule->path = arena_array(&policy->arena, n, sizeof(*rule->path));
	ck_assert_ptr_nonnull(rule->path);
	for (rule->n_paths = 0; rule->n_paths < n; rule->n_paths++) {
		snprintf(text, sizeof(text), "/srv/%zu", rule->n_paths);
		rule->path[rule->n_paths] = sample_path(policy, text);
	}
}

static inline struct condition *sample_condition(struct policy *policy, struct selector *selector, enum subject_key key)
{
	selector->condition =
		sample_more(&policy->arena, selector->condition, selector->n, sizeof(*selector->condition));
	selector->condition[selector->n].key = key;
	return &selector->condition[selector->n++];
}

static inline void sample_binary(struct policy *policy, struct condition *condition, const char *text)
{
	condition->path = sample_more(&policy->arena, condition->path, condition->n_paths, sizeof(*condition->path));
	condition->path[condition->n_paths++] = sample_path(policy, text);
}

static inline void sample_ids(struct policy *policy, struct condition *condition, uint32_t from, uint32_t to)
{
	condition->id = sample_more(&policy->arena, condition->id, condition->n_ids, sizeof(*condition->id));
	condition->id[condition->n_ids++] = (struct id_range){ from, to };
}

static inline struct endpoint *sample_endpoint(struct policy *policy, struct rule *rule, const char *text)
{
	struct endpoint *endpoint;

	rule->endpoint = sample_more(&policy->arena, rule->endpoint, rule->n_endpoints, sizeof(*rule->endpoint));
	endpoint = &rule->endpoint[rule->n_endpoints++];
	endpoint->text = arena_text(&policy->arena, text, strlen(text));
	endpoint->port_to = 65535;
	endpoint->protocol = -1;
	return endpoint;
}

static inline struct endpoint *sample_prefix4(struct policy *policy, struct rule *rule, uint32_t address,
					      uint8_t length)
{
	struct endpoint *endpoint = sample_endpoint(policy, rule, "prefix");

	endpoint->family = 4;
	endpoint->length = length;
	for (unsigned int i = 0; i < 4; i++)
		endpoint->address[i] = (uint8_t)(address >> (24 - 8 * i));
	return endpoint;
}

static inline struct path_value sample_abstract(struct policy *policy, const char *name)
{
	struct path_value value = { .text = arena_text(&policy->arena, name, strlen(name)) };
	struct pattern_error error;
	int r = pattern_parse_abstract(value.text, strlen(name), &policy->arena, &value.pattern, &value.n, &error);

	ck_assert_int_eq(r, 0);
	return value;
}

static inline void sample_name(struct policy *policy, struct condition *condition, const char *text)
{
	condition->path = sample_more(&policy->arena, condition->path, condition->n_paths, sizeof(*condition->path));
	condition->path[condition->n_paths++] = sample_abstract(policy, text);
}

/* A unix socket as an object: "/run/x.sock", or "@name". */
static inline void sample_socket(struct policy *policy, struct rule *rule, const char *text)
{
	struct endpoint *endpoint = sample_endpoint(policy, rule, text);

	endpoint->kind = ENDPOINT_UNIX;
	endpoint->path = text[0] == '@' ? sample_abstract(policy, text + 1) : sample_path(policy, text);
}

static const struct compile_options sample_options = { .hash_key = { 0x5eed, 0x5a17 } };

/* Compiles policies that must compile without a word. */
static inline struct tables *sample_compile_with(struct policy *const *policies, size_t n,
						 const struct compile_options *options)
{
	struct tables *tables = NULL;
	struct diag diag = { 0 };
	int r = compile_tables((const struct policy *const *)policies, n, options, &tables, &diag);

	if (r || diag.n)
		diag_print(&diag, stderr);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(diag.n, 0);
	diag_done(&diag);
	return tables;
}

static inline struct tables *sample_compile(struct policy *const *policies, size_t n)
{
	return sample_compile_with(policies, n, &sample_options);
}

/* Compiles policies that must be refused with one error of this id, which says `word`. */
static inline void sample_refused(struct policy *const *policies, size_t n, const char *id, const char *word)
{
	struct tables *tables = NULL;
	struct diag diag = { 0 };
	int r = compile_tables((const struct policy *const *)policies, n, &sample_options, &tables, &diag);

	ck_assert_int_eq(r, -EINVAL);
	ck_assert_ptr_null(tables);
	ck_assert_uint_eq(diag.n_errors, 1);
	ck_assert_str_eq(diag.list[0].id, id);
	ck_assert_msg(strstr(diag.list[0].message, word), "'%s' does not say '%s'", diag.list[0].message, word);
	diag_done(&diag);
}

/* Is the rule of this id in the label's slice for the operation? */
static inline bool sample_has_rule(const struct tables *tables, __u32 label, enum bw_operation operation, __u32 id)
{
	struct bw_slice slice = tables->label[label].rules[operation];

	for (__u32 i = slice.first; i < slice.first + slice.count; i++)
		if (tables->rule[i].id == id)
			return true;
	return false;
}

/* A whole test program: the cases of one suite. */
static inline int sample_main(const char *name, const TTest *const *test, size_t n)
{
	Suite *suite = suite_create(name);
	TCase *cases = tcase_create(name);

	for (size_t i = 0; i < n; i++)
		tcase_add_test(cases, test[i]);
	tcase_set_timeout(cases, 120); /* sanitizers and valgrind take their time */
	suite_add_tcase(suite, cases);
	return harness_run(suite);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The automaton over components against the plain matcher: thousands of random sets of patterns, each walked by
 * random paths. Alphabets are small, so that patterns meet each other and paths meet patterns.
 */
#include "sample.h"
#include "walk.h"

#define RULES_MAX 8
#define TEXT_MAX  64

static void random_component(struct sample_random *random, char text[static TEXT_MAX])
{
	static const char *const component[] = {
		"a", "a", "b", "b", "ab", "c", "*", "**", "**", "a*", "*b", "?", "[ab]c", "{a,b}x", "*a*",
	};

	sample_append(text, TEXT_MAX, "/");
	sample_append(text, TEXT_MAX, component[sample_below(random, ARRAY_SIZE(component))]);
}

static void random_pattern(struct sample_random *random, char text[static TEXT_MAX])
{
	text[0] = '\0';
	for (uint32_t n = sample_below(random, 5); n > 0; n--)
		random_component(random, text);
	if (!text[0] || sample_chance(random, 15))
		sample_append(text, TEXT_MAX, "/");
}

static void random_path(struct sample_random *random, char path[static TEXT_MAX])
{
	static const char *const component[] = { "/a", "/a", "/b", "/b", "/ab", "/c", "/ax", "/bx", "/ac", "/bab" };

	path[0] = '\0';
	for (uint32_t n = sample_below(random, 6); n > 0; n--)
		sample_append(path, TEXT_MAX, component[sample_below(random, ARRAY_SIZE(component))]);
	if (!path[0])
		sample_append(path, TEXT_MAX, "/");
}

static bool matches(const struct path_value *value, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < value[i].n; j++)
			if (pattern_matches(&value[i].pattern[j], path))
				return true;
	return false;
}

/* Some rules have programs, so that labels hold rules and traits. */
static struct policy *random_policy(struct sample_random *random)
{
	struct policy *policy = sample_policy("random", RULES_MAX);
	char text[TEXT_MAX];

	for (uint32_t n = 1 + sample_below(random, RULES_MAX); n > 0; n--) {
		struct rule *rule = sample_rule(policy, sample_below(random, BW_OP_WRITE + 1),
						sample_below(random, _BW_VERDICT_MAX));

		for (uint32_t paths = 1 + sample_below(random, 2); paths > 0; paths--) {
			random_pattern(random, text);
			sample_object(policy, rule, text);
		}
		if (sample_chance(random, 70))
			continue;
		random_pattern(random, text);
		sample_binary(policy, sample_condition(policy, &rule->subject, SUBJECT_BINARY), text);
	}
	return policy;
}

/* The trait of rule `id`, from any label that it stands in; 0: it has no subject, or stands nowhere. */
static __u16 trait_of(const struct tables *tables, __u32 id)
{
	for (size_t i = 0; i < tables->n_rules; i++)
		if (tables->rule[i].id == id && tables->rule[i].n_required)
			return tables->rule[i].required[0];
	return 0;
}

static void check_traits(const struct tables *tables, const struct policy *policy, const char *path,
			 const struct bw_label *label)
{
	const struct bw_traits *set = &tables->trait_set[label->traits];

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct condition *condition = policy->rule[i].subject.condition;
		__u16 trait = trait_of(tables, (__u32)i);

		if (trait)
			ck_assert_msg((set->word[trait / 64] >> trait % 64 & 1) ==
					      matches(condition->path, condition->n_paths, path),
				      "'%s' as a program of '%s'", path, condition->path->text);
	}
}

/* Every folder above a place that is kept says so; the place itself may say so for what is below. */
static void check_folders(const struct tables *tables, const char *path, const struct bw_label *label)
{
	char folder[TEXT_MAX];

	for (size_t i = 0; label->flags & BW_LABEL_KEEPS && i <= strlen(path); i++) {
		if (path[i] && path[i] != '/')
			continue;
		snprintf(folder, sizeof(folder), "%.*s", (int)i, path);
		ck_assert_msg(tables->state[walk_path(tables, BW_STATE_ROOT, folder)].flags & BW_STATE_KEEPS,
			      "'%s' above '%s'", folder, path);
	}
}

static size_t check_path(const struct tables *tables, const struct policy *policy, const char *path)
{
	const struct bw_label *label = &tables->label[tables->state[walk_path(tables, BW_STATE_ROOT, path)].label];
	size_t n_matched = 0;
	bool denies = false;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = &policy->rule[i];
		bool matched = matches(rule->path, rule->n_paths, path);

		n_matched += matched;
		denies |= matched && rule->action >= BW_VERDICT_DENY;
		ck_assert_msg(sample_has_rule(tables, (__u32)(label - tables->label), rule->operation, (__u32)i) ==
				      matched,
			      "'%s' and '%s': the plain matcher says %d", path, rule->path->text, matched);
	}
	ck_assert_int_eq(!!(label->flags & BW_LABEL_KEEPS), denies || label->traits);
	check_traits(tables, policy, path, label);
	check_folders(tables, path, label);
	return n_matched;
}

START_TEST(matches_as_the_plain_matcher)
{
	struct sample_random random = { 3 };
	size_t matched = 0;

	for (unsigned int round = 0; round < 800; round++) {
		struct policy *policy = random_policy(&random);
		struct tables *tables = sample_compile(&policy, 1);
		char path[TEXT_MAX];

		for (unsigned int i = 0; i < 40; i++) {
			random_path(&random, path);
			matched += check_path(tables, policy, path);
		}
		tables_free(tables);
		sample_free(policy);
	}
	ck_assert_uint_gt(matched, 10000);
}
END_TEST

/* Everything that a walk relies on, whatever the patterns. */
START_TEST(tables_are_well_formed)
{
	struct sample_random random = { 4 };

	for (unsigned int round = 0; round < 300; round++) {
		struct policy *policy = random_policy(&random);
		struct tables *tables = sample_compile(&policy, 1);

		ck_assert_uint_gt(tables->n_states, BW_STATE_ABSTRACT);
		ck_assert_uint_eq(tables->state[BW_STATE_DEAD].label, 0);
		ck_assert_uint_eq(tables->state[BW_STATE_DEAD].next, BW_STATE_DEAD);
		ck_assert_uint_eq(tables->glob_row[0], 0);
		ck_assert_uint_eq(tables->n_glob_cells, tables->n_glob_rows * tables->header.glob_classes);
		for (size_t i = 0; i < tables->n_states; i++) {
			const struct bw_state *state = &tables->state[i];

			ck_assert_uint_lt(state->next, tables->n_states);
			ck_assert_uint_lt(state->label, tables->n_labels);
			ck_assert_uint_lt(state->glob, tables->n_glob_rows);
			if (state->flags & BW_STATE_SINK)
				ck_assert(state->next == i && !state->glob && !(state->flags & BW_STATE_EDGES));
		}
		for (size_t i = 0; i < tables->n_edges; i++) {
			const struct table_edge *edge = &tables->edge[i];

			ck_assert(tables->state[edge->key.state].flags & BW_STATE_EDGES);
			ck_assert_uint_lt(edge->next, tables->n_states);
			if (i)
				ck_assert(
					edge[-1].key.state < edge->key.state ||
					(edge[-1].key.state == edge->key.state && edge[-1].key.name < edge->key.name));
		}
		for (size_t i = 0; i < tables->n_glob_cells; i++)
			ck_assert_uint_lt(tables->glob_cell[i], tables->n_glob_rows);
		for (size_t i = 0; i < tables->n_glob_rows; i++)
			ck_assert_uint_lt(tables->glob_row[i], tables->n_states);
		tables_free(tables);
		sample_free(policy);
	}
}
END_TEST

static __u32 label_of_name(const struct tables *tables, const char *name)
{
	/* One component, in which '/' is a byte: walked as the last one of a path it would be cut. */
	ck_assert_ptr_null(strchr(name, '/'));
	return tables->state[walk_path(tables, BW_STATE_ABSTRACT, name)].label;
}

START_TEST(abstract_names_have_a_state_of_their_own)
{
	struct policy *policy = sample_policy("abstract", 4);
	struct rule *literal = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY);
	struct rule *glob = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY);
	struct rule *path = sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY);
	struct tables *tables;

	sample_socket(policy, literal, "@dbus");
	sample_socket(policy, glob, "@db*");
	sample_socket(policy, path, "/dbus");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->label[label_of_name(tables, "dbus")].rules[BW_OP_CONNECT].count, 2);
	ck_assert(sample_has_rule(tables, label_of_name(tables, "db-1"), BW_OP_CONNECT, 1));
	ck_assert_uint_eq(label_of_name(tables, "other"), 0);
	ck_assert(sample_has_rule(tables, tables->state[walk_path(tables, BW_STATE_ROOT, "/dbus")].label, BW_OP_CONNECT,
				  2));
	/* The node of a socket can be marked, a name cannot. */
	ck_assert_uint_eq(tables->n_marks, 1);
	ck_assert_str_eq(tables->mark[0].path, "/dbus");
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(no_patterns_are_dead_states)
{
	struct policy *policy = sample_policy("empty", 0);
	struct tables *tables = sample_compile(&policy, 1);

	ck_assert_uint_eq(tables->n_states, 4);
	ck_assert_uint_eq(walk_path(tables, BW_STATE_ROOT, "/etc/passwd"), BW_STATE_DEAD);
	ck_assert_uint_eq(tables->n_labels, 1);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* A state that nothing can leave is a sink, so that a walk need not read what is below. */
START_TEST(whole_trees_are_sinks)
{
	struct policy *policy = sample_policy("tree", 1);
	struct tables *tables;

	sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), "/srv/**");
	tables = sample_compile(&policy, 1);
	ck_assert(tables->state[walk_path(tables, BW_STATE_ROOT, "/srv/x")].flags & BW_STATE_SINK);
	ck_assert(!(tables->state[walk_path(tables, BW_STATE_ROOT, "/srv")].flags & BW_STATE_SINK));
	ck_assert(tables->state[BW_STATE_DEAD].flags & BW_STATE_SINK);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		matches_as_the_plain_matcher, tables_are_well_formed, abstract_names_have_a_state_of_their_own,
		no_patterns_are_dead_states,  whole_trees_are_sinks,
	};

	return sample_main("automaton", tests, ARRAY_SIZE(tests));
}

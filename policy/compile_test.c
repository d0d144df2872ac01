/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What compile makes of whole policies: traits, identities, aliases and links, marks, modes, sharing, and
 * what it refuses whatever the size.
 */
#include "sample.h"
#include "simulate.h"
#include "walk.h"

static struct policy *policy_about(const char *name, enum bw_operation operation, const char *object)
{
	struct policy *policy = sample_policy(name, 1);

	sample_object(policy, sample_rule(policy, operation, BW_VERDICT_DENY), object);
	return policy;
}

static bool denied(const struct tables *tables, const char *path)
{
	__u32 label = tables->state[walk_path(tables, BW_STATE_ROOT, path)].label;

	return tables->label[label].flags & BW_LABEL_KEEPS;
}

/* --- traits ---------------------------------------------------------------------------------------------- */

START_TEST(equal_conditions_are_one_trait)
{
	struct policy *policy = sample_policy("traits", 3);
	struct condition *condition;
	struct tables *tables;

	for (unsigned int i = 0; i < 3; i++) {
		struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);

		sample_object(policy, rule, "/x");
		condition = sample_condition(policy, &rule->subject, SUBJECT_BINARY);
		sample_binary(policy, condition, i ? "/a" : "/b");
		sample_binary(policy, condition, i ? "/b" : "/a");
		sample_binary(policy, condition, "/a");
		condition = sample_condition(policy, &rule->except, i == 2 ? SUBJECT_GROUP : SUBJECT_USER);
		sample_ids(policy, condition, 10, 19);
		sample_ids(policy, condition, i ? 15 : 20, 29);
	}
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_rules, 3);
	for (unsigned int i = 0; i < 3; i++) {
		ck_assert_uint_eq(tables->rule[i].n_required, 1);
		ck_assert_uint_eq(tables->rule[i].n_excepted, 1);
		ck_assert_uint_eq(tables->rule[i].required[0], 1);
		/* Another key is another trait, whatever its values; trait 0 is nobody's. */
		ck_assert_uint_eq(tables->rule[i].excepted[0], i == 2 ? 3 : 2);
	}
	tables_free(tables);
	sample_free(policy);
}
END_TEST

static struct policy *policy_about_users(struct sample_random *random)
{
	struct policy *policy = sample_policy("ids", 6);

	for (unsigned int i = 0; i < 6; i++) {
		struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);
		struct condition *condition = sample_condition(policy, &rule->subject, SUBJECT_USER);

		sample_object(policy, rule, "/x");
		for (uint32_t n = 1 + sample_below(random, 3); n > 0; n--) {
			uint32_t from = sample_below(random, 20), to = from + sample_below(random, 5);

			sample_ids(policy, condition, from, sample_chance(random, 5) ? UINT32_MAX : to);
		}
	}
	return policy;
}

static bool is_about(const struct policy *policy, uint32_t uid)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct condition *condition = policy->rule[i].subject.condition;

		for (size_t j = 0; j < condition->n_ids; j++)
			if (uid >= condition->id[j].from && uid <= condition->id[j].to)
				return true;
	}
	return false;
}

static bool denies_user(const struct tables *tables, uint32_t uid)
{
	const struct simulate_process process = { .uid = uid };
	const struct simulate_object object = { .path = "/x" };
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(tables, BW_OP_READ, &process, &object, &verdict), 0);
	return verdict.verdict == BW_VERDICT_DENY;
}

START_TEST(identities_as_a_plain_scan)
{
	struct sample_random random = { 9 };

	for (unsigned int round = 0; round < 300; round++) {
		struct policy *policy = policy_about_users(&random);
		struct tables *tables = sample_compile(&policy, 1);

		ck_assert_uint_eq(tables->id_range[tables->header.users.first].from, 0);
		ck_assert_uint_eq(tables->id_range[tables->header.groups.first].from, 0);
		for (__u32 i = 1; i < tables->header.users.count; i++)
			ck_assert_uint_gt(tables->id_range[i].from, tables->id_range[i - 1].from);
		for (__u32 uid = 0; uid < 30; uid++)
			ck_assert_int_eq(denies_user(tables, uid), is_about(policy, uid));
		ck_assert_int_eq(denies_user(tables, UINT32_MAX), is_about(policy, UINT32_MAX));
		tables_free(tables);
		sample_free(policy);
	}
}
END_TEST

/* --- aliases and links ----------------------------------------------------------------------------------- */

START_TEST(a_merged_usr_is_understood_both_ways)
{
	struct policy *policies[2] = {
		policy_about("short", BW_OP_EXEC, "/bin/sh"),
		policy_about("long", BW_OP_EXEC, "/usr/lib64/**/*.so"),
	};
	struct tables *tables = sample_compile(policies, 2);

	ck_assert(denied(tables, "/bin/sh"));
	ck_assert(denied(tables, "/usr/bin/sh"));
	ck_assert(denied(tables, "/lib64/a/b.so"));
	ck_assert(denied(tables, "/usr/lib64/b.so"));
	ck_assert(!denied(tables, "/sbin/sh"));
	ck_assert(!denied(tables, "/usr/local/bin/sh"));
	ck_assert(!denied(tables, "/usr/usr/bin/sh"));
	ck_assert(!denied(tables, "/sh"));
	tables_free(tables);
	sample_free(policies[0]);
	sample_free(policies[1]);
}
END_TEST

static int resolve(const char *path, void *context, char **ret)
{
	static const char *const link[][2] = {
		{ "/usr/bin/sh", "/usr/bin/dash" },
		{ "/etc/alternatives", "/var/lib/alternatives" },
		{ "/same", "/same" },
		{ "/up", "/" },
	};

	ck_assert_int_eq(path[0], '/');
	*(unsigned int *)context += 1;
	if (!strcmp(path, "/loop"))
		return -ELOOP;
	for (size_t i = 0; i < ARRAY_SIZE(link); i++) {
		if (strcmp(path, link[i][0]) != 0)
			continue;
		*ret = strdup(link[i][1]);
		return *ret ? 0 : -ENOMEM;
	}
	return -ENOENT;
}

START_TEST(links_are_followed_in_the_literal_part)
{
	static const char *const object[] = {
		"/bin/sh", "/etc/alternatives/*.conf", "/same", "/up/x", "/*/y", "/loop"
	};
	struct policy *policy = sample_policy("links", 2);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	struct compile_options options = sample_options;
	struct tables *tables = NULL;
	struct diag diag = { 0 };
	unsigned int calls = 0;

	for (size_t i = 0; i < ARRAY_SIZE(object); i++)
		sample_object(policy, rule, object[i]);
	sample_socket(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY), "@same");
	options.resolve = resolve;
	options.context = &calls;
	ck_assert_int_eq(compile_tables((const struct policy *const *)&policy, 1, &options, &tables, &diag), 0);
	ck_assert(denied(tables, "/bin/sh"));
	/* Through the alias, which is where the link is; and the alias of what it leads to. */
	ck_assert(denied(tables, "/usr/bin/dash"));
	ck_assert(denied(tables, "/bin/dash"));
	ck_assert(denied(tables, "/etc/alternatives/a.conf"));
	ck_assert(denied(tables, "/var/lib/alternatives/a.conf"));
	ck_assert(denied(tables, "/same"));
	ck_assert(denied(tables, "/a/y"));
	ck_assert(!denied(tables, "/x"));
	ck_assert_uint_eq(diag.n_errors, 0);
	ck_assert_uint_eq(diag.n_warnings, 1);
	ck_assert_str_eq(diag.list[0].id, "unresolved-path");
	ck_assert_uint_eq(calls, 6); /* /bin/sh by both names; neither for a first wildcard nor for an abstract name */
	diag_done(&diag);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* --- marks ----------------------------------------------------------------------------------------------- */

START_TEST(marks_are_the_denied_files_that_are_named)
{
	static const char *const expected[] = { "/a", "/srv/x", "/bin/b", "/usr/bin/b" };
	struct policy *policy = sample_policy("marks", 3);
	struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);
	struct tables *tables;

	sample_object(policy, rule, "/a");
	sample_object(policy, rule, "/srv/*");
	/* Denied by the wildcard, named by another rule. */
	sample_object(policy, sample_rule(policy, BW_OP_WRITE, BW_VERDICT_AUDIT), "/srv/x");
	sample_object(policy, policy->rule + 1, "/audited");
	sample_object(policy, sample_rule(policy, BW_OP_EXEC, BW_VERDICT_KILL), "/bin/b");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_marks, ARRAY_SIZE(expected));
	ck_assert_uint_eq(tables->header.marks, 0); /* the kernel side says when they are there */
	for (size_t i = 0; i < tables->n_marks; i++) {
		ck_assert_str_eq(tables->mark[i].path, expected[i]);
		ck_assert_uint_eq(tables->mark[i].label,
				  tables->state[walk_path(tables, BW_STATE_ROOT, expected[i])].label);
	}
	tables_free(tables);
	sample_free(policy);
}
END_TEST

static bool keeps(const struct tables *tables, const char *path)
{
	return tables->state[walk_path(tables, BW_STATE_ROOT, path)].flags & BW_STATE_KEEPS;
}

START_TEST(folders_know_whether_something_below_is_kept)
{
	struct policy *policy = sample_policy("below", 4);
	struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);
	struct tables *tables;

	sample_object(policy, rule, "/srv/*/key");
	sample_object(policy, rule, "/etc/[a-c]*.d/secret");
	sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_AUDIT), "/var/**");
	sample_object(policy, sample_rule(policy, BW_OP_EXEC, BW_VERDICT_ALLOW), "/usr/**");
	sample_object(policy, sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY), "/opt/tool");
	sample_binary(policy, sample_condition(policy, &policy->rule[3].subject, SUBJECT_BINARY), "/home/*/tool");
	tables = sample_compile(&policy, 1);
	ck_assert(keeps(tables, "/"));
	ck_assert(keeps(tables, "/srv"));
	ck_assert(keeps(tables, "/srv/any"));
	ck_assert(keeps(tables, "/srv/any/key"));
	ck_assert(!keeps(tables, "/srv/any/other"));
	ck_assert(!keeps(tables, "/srv/any/key/below"));
	ck_assert(keeps(tables, "/etc/b1.d"));
	ck_assert(!keeps(tables, "/etc/d1.d"));
	ck_assert(!keeps(tables, "/var"));
	ck_assert(!keeps(tables, "/var/log"));
	ck_assert(!keeps(tables, "/usr/bin"));
	ck_assert(keeps(tables, "/home/any"));
	ck_assert(keeps(tables, "/home/any/tool"));
	ck_assert(!keeps(tables, "/dead"));
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(searches_are_the_folders_above_wildcards)
{
	static const char *const expected[] = { "/", "/home", "/srv", "/srv/deep/folder" };
	struct policy *policy = sample_policy("searches", 3);
	struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);
	struct tables *tables;

	sample_object(policy, rule, "/srv/deep/folder/**");
	sample_object(policy, rule, "/srv/*/key");
	sample_object(policy, rule, "/srv/*/key/*");
	sample_object(policy, rule, "/literal");
	sample_object(policy, rule, "/**/*.pem");
	sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_AUDIT), "/home/*/x");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_searches, ARRAY_SIZE(expected));
	for (size_t i = 0; i < tables->n_searches; i++)
		ck_assert_str_eq(tables->search[i].path, expected[i]);
	ck_assert_str_eq(tables->search[3].pattern, "/srv/deep/folder/**");
	ck_assert_str_eq(tables->search[3].policy, "searches");
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(audited_wildcards_are_not_searched)
{
	struct policy *policy = sample_policy("audit", 1);
	struct tables *tables;

	sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_AUDIT), "/home/*/x");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_searches, 0);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* --- names, modes, header -------------------------------------------------------------------------------- */

START_TEST(names_outlive_the_policies)
{
	struct policy *policies[2] = { policy_about("first", BW_OP_READ, "/x"), sample_policy("second", 0) };
	struct tag tag = { "severity", "high" };
	struct tables *tables;

	policies[0]->rule->message = arena_text(&policies[0]->arena, "told you", 8);
	policies[0]->tag = &tag;
	policies[0]->n_tags = 1;
	memcpy(policies[0]->hash, "0123456789abcdef", sizeof(policies[0]->hash));
	policies[1]->fallback[BW_OP_CONNECT] = BW_VERDICT_KILL;
	policies[1]->fallback[BW_OP_BIND] = BW_VERDICT_AUDIT;
	tables = sample_compile(policies, 2);
	sample_free(policies[0]);
	sample_free(policies[1]);
	ck_assert_uint_eq(tables->n_rule_names, 3);
	ck_assert_str_eq(tables->rule_name[0].name, "rule-1");
	ck_assert_str_eq(tables->rule_name[0].message, "told you");
	ck_assert_str_eq(tables->rule_name[1].name, "default");
	ck_assert_uint_eq(tables->rule_name[2].operation, BW_OP_BIND);
	ck_assert_str_eq(tables->policy_name[0].hash, "0123456789abcdef");
	ck_assert_str_eq(tables->policy_name[0].tag[0].value, "high");
	ck_assert_uint_eq(tables->policy_name[1].first_rule, 1);
	ck_assert_uint_eq(tables->policy_name[1].n_rules, 2);
	ck_assert_uint_eq(tables->header.judged, 1u << BW_OP_READ | 1u << BW_OP_CONNECT | 1u << BW_OP_BIND);
	ck_assert_uint_eq(tables->header.enforced, 1u << BW_OP_READ | 1u << BW_OP_CONNECT);
	tables->policy[1].mode = BW_MODE_AUDIT;
	ck_assert_uint_eq(tables_enforced(tables), 1u << BW_OP_READ);
	tables_free(tables);
}
END_TEST

static enum bw_mode mode_on(struct policy *policy, const char *node_id)
{
	struct compile_options options = sample_options;
	struct tables *tables = NULL;
	struct diag diag = { 0 };
	enum bw_mode mode;

	options.node_id = node_id;
	ck_assert_int_eq(compile_tables((const struct policy *const *)&policy, 1, &options, &tables, &diag), 0);
	mode = tables->policy[0].mode;
	ck_assert_int_eq(tables->policy_name[0].rolled_out, mode == BW_MODE_ENFORCE || policy->mode == BW_MODE_AUDIT);
	ck_assert_uint_eq(tables->header.enforced, mode == BW_MODE_ENFORCE ? 1u << BW_OP_READ : 0);
	tables_free(tables);
	return mode;
}

START_TEST(rollout_grows_and_never_shrinks)
{
	static const unsigned int percent[] = { 0, 1, 30, 60, 100 };
	struct policy *policy = policy_about("rollout", BW_OP_READ, "/x");
	size_t enforcing[ARRAY_SIZE(percent)] = { 0 };
	char node_id[40];

	for (unsigned int node = 0; node < 2000; node++) {
		enum bw_mode mode, before = BW_MODE_AUDIT;

		snprintf(node_id, sizeof(node_id), "%032x", node);
		for (size_t i = 0; i < ARRAY_SIZE(percent); i++) {
			policy->rollout = percent[i];
			mode = mode_on(policy, node_id);
			ck_assert_uint_ge(mode, before);
			enforcing[i] += mode == BW_MODE_ENFORCE;
			before = mode;
		}
	}
	ck_assert_uint_eq(enforcing[0], 0);
	ck_assert_uint_lt(enforcing[1], 60);
	ck_assert(enforcing[2] > 540 && enforcing[2] < 660);
	ck_assert(enforcing[3] > 1130 && enforcing[3] < 1270);
	ck_assert_uint_eq(enforcing[4], 2000);
	policy->rollout = 0;
	ck_assert_uint_eq(mode_on(policy, NULL), BW_MODE_ENFORCE);
	policy->mode = BW_MODE_AUDIT;
	ck_assert_uint_eq(mode_on(policy, "node"), BW_MODE_AUDIT);
	sample_free(policy);
}
END_TEST

/* --- size ------------------------------------------------------------------------------------------------ */

START_TEST(what_is_equal_is_shared)
{
	struct policy *policy = sample_policy("shared", 1);
	struct tables *tables;

	sample_many_objects(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), 1000);
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_labels, 2);
	ck_assert_uint_eq(tables->n_rules, 1);
	ck_assert_uint_eq(tables->n_states, 6); /* dead, three roots, /srv, and one for all of them */
	tables_free(tables);
	sample_free(policy);
}
END_TEST

static struct policy *many_rules(size_t n)
{
	struct policy *policy = sample_policy("many", n + 100);
	char text[64];

	for (size_t i = 0; i < n; i++) {
		struct rule *rule = sample_rule(policy, i % 3, BW_VERDICT_DENY);
		struct condition *condition;

		snprintf(text, sizeof(text), "/srv/app-%zu/data/file-%zu", i % 100, i);
		sample_object(policy, rule, text);
		snprintf(text, sizeof(text), "/usr/bin/program-%zu", i % 500);
		condition = sample_condition(policy, &rule->subject, SUBJECT_BINARY);
		sample_binary(policy, condition, text);
	}
	return policy;
}

START_TEST(ten_thousand_rules_with_wildcards_beside_them)
{
	struct policy *policy = many_rules(10000);
	struct tables *first, *second;
	char text[64];

	for (unsigned int i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "/**/*.x%u", i);
		sample_object(policy, sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY), text);
	}
	first = sample_compile(&policy, 1);
	ck_assert_uint_lt(first->n_states, 12000);
	ck_assert_uint_lt(first->n_glob_rows, 100);
	ck_assert(denied(first, "/srv/app-7/data/file-107"));
	ck_assert(denied(first, "/srv/app-7/data/file-107.x7"));
	ck_assert(!denied(first, "/srv/app-7/data/file-108"));

	/* The same policies, the same tables. */
	second = sample_compile(&policy, 1);
	ck_assert_uint_eq(first->n_states, second->n_states);
	ck_assert_mem_eq(first->state, second->state, first->n_states * sizeof(*first->state));
	ck_assert_uint_eq(first->n_edges, second->n_edges);
	ck_assert_mem_eq(first->edge, second->edge, first->n_edges * sizeof(*first->edge));
	ck_assert_uint_eq(first->n_labels, second->n_labels);
	ck_assert_mem_eq(first->label, second->label, first->n_labels * sizeof(*first->label));
	ck_assert_uint_eq(first->n_rules, second->n_rules);
	ck_assert_mem_eq(first->rule, second->rule, first->n_rules * sizeof(*first->rule));
	ck_assert_mem_eq(&first->header, &second->header, sizeof(first->header));
	tables_free(first);
	tables_free(second);
	sample_free(policy);
}
END_TEST

/* --- what is refused ------------------------------------------------------------------------------------- */

START_TEST(two_policies_of_one_name)
{
	struct policy *policies[3] = { sample_policy("a", 0), sample_policy("twin", 0), sample_policy("twin", 0) };

	policies[1]->span = (struct span){ 3, 9, 4 };
	ck_assert_int_eq(source_new("one.yaml", "", 0, &policies[1]->source), 0);
	sample_refused(policies, 3, "duplicate-policy", "'twin' exists already, at one.yaml:3:9");
	source_unref(policies[1]->source);
	for (size_t i = 0; i < 3; i++)
		sample_free(policies[i]);
}
END_TEST

/* The node of a unix socket keeps a denying `connect`; a name to bind to is nothing yet that could keep anything. */
START_TEST(a_denied_socket_is_marked)
{
	struct policy *policy = sample_policy("sockets", 3);
	struct tables *tables;

	sample_socket(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY), "/run/denied");
	sample_socket(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_AUDIT), "/run/watched");
	sample_socket(policy, sample_rule(policy, BW_OP_BIND, BW_VERDICT_DENY), "/run/bound");
	tables = sample_compile(&policy, 1);
	ck_assert(denied(tables, "/run/denied"));
	ck_assert(!denied(tables, "/run/watched"));
	ck_assert(!denied(tables, "/run/bound"));
	ck_assert_uint_eq(tables->n_marks, 1);
	ck_assert_str_eq(tables->mark[0].path, "/run/denied");
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* Owning and not owning are two traits, each in a set of its own; nobody asks, and there is none. */
START_TEST(owners_are_two_traits)
{
	struct policy *policy = sample_policy("owners", 2);
	const struct bw_traits *set[2];
	struct tables *tables;
	struct rule *rule = sample_rule(policy, BW_OP_READ, BW_VERDICT_DENY);

	sample_object(policy, rule, "/a");
	tables = sample_compile(&policy, 1);
	ck_assert(!tables->header.owner[0] && !tables->header.owner[1]);
	tables_free(tables);
	sample_condition(policy, &rule->subject, SUBJECT_OWNER)->yes = true;
	rule = sample_rule(policy, BW_OP_WRITE, BW_VERDICT_DENY);
	sample_object(policy, rule, "/a");
	sample_condition(policy, &rule->except, SUBJECT_OWNER)->yes = false;
	tables = sample_compile(&policy, 1);
	for (int i = 0; i < 2; i++)
		set[i] = &tables->trait_set[tables->header.owner[i]];
	ck_assert_uint_eq(set[1]->word[0], 1ull << tables->rule[0].required[0]);
	ck_assert_uint_eq(set[0]->word[0], 1ull << tables->rule[1].excepted[0]);
	ck_assert_uint_ne(tables->rule[0].required[0], tables->rule[1].excepted[0]);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		equal_conditions_are_one_trait,
		identities_as_a_plain_scan,
		a_merged_usr_is_understood_both_ways,
		links_are_followed_in_the_literal_part,
		marks_are_the_denied_files_that_are_named,
		a_denied_socket_is_marked,
		owners_are_two_traits,
		folders_know_whether_something_below_is_kept,
		searches_are_the_folders_above_wildcards,
		audited_wildcards_are_not_searched,
		names_outlive_the_policies,
		rollout_grows_and_never_shrinks,
		what_is_equal_is_shared,
		ten_thousand_rules_with_wildcards_beside_them,
		two_policies_of_one_name,
	};

	return sample_main("compile", tests, ARRAY_SIZE(tests));
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rules where their paths lead elsewhere: in the roots of containers, and to applets. What one container's root makes
 * of a path must be nothing to others.
 */
#include "sample.h"
#include "simulate.h"
#include "walk.h"

#define ALIASES(array)                                          \
	{                                                       \
		(struct path_alias *)(array), ARRAY_SIZE(array) \
	}

static const struct path_alias alpine[] = {
	{ "/bin/sh", "/bin/busybox" },
	{ "/usr/bin/nc", "/bin/busybox" },
	{ "/usr/bin/python", "/usr/bin/python3.11" },
	{ "/var/run", "/run" },
};
static const struct path_alias hostile[] = {
	{ "/bin/sh", "/usr/bin/important" },
	{ "/var/run", "/srv/of/others" },
};
static const struct path_alias both[] = {
	{ "/bin/sh", "/bin/busybox" },
	{ "/bin/sh", "/usr/bin/important" },
	{ "/usr/bin/nc", "/bin/busybox" },
	{ "/usr/bin/python", "/usr/bin/python3.11" },
	{ "/var/run", "/run" },
	{ "/var/run", "/srv/of/others" },
};
static const struct alias_set alpine_set = ALIASES(alpine), hostile_set = ALIASES(hostile), all = ALIASES(both);
static const struct container_names alpine_names = { .aliases = &alpine_set },
				    hostile_names = { .aliases = &hostile_set };

static const struct simulate_process in_alpine = { .uid = 1, .container = true, .names = &alpine_names };
static const struct simulate_process in_hostile = { .uid = 1, .container = true, .names = &hostile_names };
static const struct simulate_process on_node = { .uid = 1 };

static __u32 ask(const struct tables *tables, enum bw_operation operation, const struct simulate_process *process,
		 const char *path, const char *name)
{
	const char *const argument[] = { name, NULL };
	const struct simulate_object object = { .path = path, .argument = argument };
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(tables, operation, process, &object, &verdict), 0);
	for (__u32 i = 0; i < verdict.n; i++) /* copies are reported as what they are copies of */
		ck_assert_uint_lt(verdict.outcome[i].rule, tables->n_rule_names);
	return verdict.verdict;
}

static __u32 runs(const struct tables *tables, const struct simulate_process *process, const char *path,
		  const char *name)
{
	return ask(tables, BW_OP_EXEC, process, path, name);
}

static struct tables *compile(struct policy *policy, const struct alias_set *aliases)
{
	struct compile_options options = sample_options;

	options.aliases = aliases;
	return sample_compile_with(&policy, 1, &options);
}

static struct policy *policy_about(enum bw_operation operation, enum bw_verdict action, const char *a, const char *b)
{
	struct policy *policy = sample_policy("copies", 2);
	struct rule *rule = sample_rule(policy, operation, action);

	sample_object(policy, rule, a);
	if (b)
		sample_object(policy, rule, b);
	return policy;
}

START_TEST(an_applet_where_its_link_is)
{
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_DENY, "/bin/sh", "/bin/nc");
	struct tables *tables = compile(policy, &all);

	ck_assert_uint_eq(runs(tables, &in_alpine, "/bin/busybox", "sh"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/usr/bin/busybox", "sh"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/bin/busybox", "nc"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/bin/busybox", "ls"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/bin/sh", "x"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_hostile, "/bin/busybox", "sh"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(runs(tables, &on_node, "/bin/busybox", "sh"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(tables->n_rule_names, 1);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* Which applets a rule is about in a container, that container's links say. */
START_TEST(each_container_has_its_own_applets)
{
	static const struct path_alias one[] = { { "/bin/sh", "/bin/busybox" } },
				       other[] = { { "/bin/nc", "/bin/busybox" } };
	static const struct path_alias united[] = { { "/bin/nc", "/bin/busybox" }, { "/bin/sh", "/bin/busybox" } };
	static const struct alias_set sets[] = { ALIASES(one), ALIASES(other), ALIASES(united) };
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_DENY, "/bin/sh", "/bin/nc");
	struct tables *tables = compile(policy, &sets[2]);

	for (size_t i = 0; i < 2; i++) {
		const struct container_names names = { .aliases = &sets[i] };
		const struct simulate_process process = { .uid = 1, .container = true, .names = &names };

		ck_assert_uint_eq(runs(tables, &process, "/bin/busybox", "sh"), i ? BW_VERDICT_ALLOW : BW_VERDICT_DENY);
		ck_assert_uint_eq(runs(tables, &process, "/bin/busybox", "nc"), i ? BW_VERDICT_DENY : BW_VERDICT_ALLOW);
	}
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(what_one_root_makes_is_nothing_to_others)
{
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_KILL, "/bin/sh", NULL);
	struct tables *tables;

	sample_object(policy, sample_rule(policy, BW_OP_WRITE, BW_VERDICT_DENY), "/var/run/**");
	tables = compile(policy, &all);
	ck_assert_uint_eq(runs(tables, &in_hostile, "/usr/bin/important", "any"), BW_VERDICT_KILL);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/usr/bin/important", "any"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/important", "any"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &in_hostile, "/srv/of/others/x", NULL), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &in_alpine, "/srv/of/others/x", NULL), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &in_alpine, "/run/x", NULL), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &on_node, "/run/x", NULL), BW_VERDICT_ALLOW);
	/* Nor does the node look there, or keep what is there. */
	for (size_t i = 0; i < tables->n_marks; i++)
		ck_assert_ptr_null(strstr(tables->mark[i].path, "important"));
	for (size_t i = 0; i < tables->n_searches; i++)
		ck_assert_str_eq(tables->search[i].path, "/var/run");
	ck_assert(!(tables->state[walk_path(tables, BW_STATE_ROOT, "/srv/of/others/x")].flags & BW_STATE_KEEPS));
	ck_assert(tables->state[walk_path(tables, BW_STATE_ROOT, "/var/run/x")].flags & BW_STATE_KEEPS);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* A link to one program is that program, whatever it is called by. */
START_TEST(a_program_that_is_no_box)
{
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_DENY, "/usr/bin/python", NULL);
	struct tables *tables = compile(policy, &all);

	ck_assert_uint_eq(runs(tables, &in_alpine, "/usr/bin/python3.11", "any"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/bin/python3.11", NULL), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_hostile, "/usr/bin/python3.11", "any"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(tables->header.applets, 0);
	ck_assert_uint_eq(tables->header.any_applet, 0);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* To write to the box is to change all its applets. */
START_TEST(other_operations_are_about_the_whole_box)
{
	struct policy *policy = policy_about(BW_OP_WRITE, BW_VERDICT_DENY, "/bin/sh", NULL);
	struct tables *tables = compile(policy, &all);

	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &in_alpine, "/bin/busybox", NULL), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &on_node, "/bin/busybox", NULL), BW_VERDICT_ALLOW);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* A container may not add to what is allowed. */
START_TEST(allow_rules_are_not_widened)
{
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_ALLOW, "/bin/sh", NULL);
	struct tables *tables;

	policy->fallback[BW_OP_EXEC] = BW_VERDICT_DENY;
	tables = compile(policy, &all);
	ck_assert_uint_eq(runs(tables, &in_hostile, "/usr/bin/important", "sh"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_alpine, "/bin/busybox", "sh"), BW_VERDICT_DENY);
	ck_assert_uint_eq(tables->n_asked_paths, 0);
	ck_assert_uint_eq(tables->n_name_conditions, 0);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

static int resolve(const char *path, void *context, char **ret)
{
	(void)context;
	if (strcmp(path, "/usr/bin/vi") != 0 && strcmp(path, "/bin/sh") != 0)
		return -ENOENT;
	*ret = strdup(path[1] == 'u' ? "/usr/bin/busybox" : "/usr/bin/dash");
	return *ret ? 0 : -ENOMEM;
}

/* The node's own links to a box: nobody's trait, and allow rules too. */
START_TEST(applets_of_the_node)
{
	static const struct path_alias same[] = { { "/bin/sh", "/usr/bin/dash" },
						  { "/usr/bin/vi", "/usr/bin/busybox" } };
	static const struct alias_set set = ALIASES(same);
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_DENY, "/usr/bin/vi", "/bin/sh");
	struct compile_options options = sample_options;
	struct tables *tables;

	options.resolve = resolve;
	options.aliases = &set;
	tables = sample_compile_with(&policy, 1, &options);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/busybox", "vi"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &in_hostile, "/bin/busybox", "vi"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/busybox", "ls"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/dash", "any"), BW_VERDICT_DENY);
	/* What containers have as the node has it is said already. */
	ck_assert_uint_eq(tables->n_name_conditions, 0);
	ck_assert_uint_eq(tables->n_asked_paths, 4);
	tables_free(tables);
	policy->rule[0].action = BW_VERDICT_ALLOW;
	policy->fallback[BW_OP_EXEC] = BW_VERDICT_DENY;
	tables = sample_compile_with(&policy, 1, &options);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/busybox", "vi"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/busybox", "ls"), BW_VERDICT_DENY);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* Where /usr is merged, what every pattern is about anyway is no alias. */
START_TEST(merged_folders_are_no_aliases)
{
	static const struct path_alias merged[] = { { "/bin", "/usr/bin" }, { "/bin/dash", "/usr/bin/dash" } };
	static const struct alias_set set = ALIASES(merged);
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_DENY, "/bin/dash", "/bin/*");
	struct tables *tables = compile(policy, &set);

	ck_assert_uint_eq(tables->n_name_conditions, 0);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/dash", "any"), BW_VERDICT_DENY);
	ck_assert_uint_eq(runs(tables, &on_node, "/usr/bin/x", "any"), BW_VERDICT_DENY);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(a_rule_with_as_many_conditions_as_fit)
{
	struct policy *policy = policy_about(BW_OP_EXEC, BW_VERDICT_DENY, "/bin/sh", NULL);
	struct compile_options options = sample_options;
	struct diag diag = { 0 };
	struct tables *tables;

	for (uint32_t i = 0; i < BW_RULE_TRAITS; i++)
		sample_ids(policy, sample_condition(policy, &policy->rule[0].subject, SUBJECT_USER), i, 9);
	options.aliases = &all;
	ck_assert_int_eq(compile_tables((const struct policy *const *)&policy, 1, &options, &tables, &diag), 0);
	ck_assert_uint_eq(diag.n_warnings, 2);
	ck_assert_str_eq(diag.list[0].id, "too-many-conditions");
	diag_done(&diag);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* --- subjects ---------------------------------------------------------------------------------------------- */

static const struct path_alias linked[] = {
	{ "/bin/sh", "/bin/busybox" },
	{ "/opt/app", "/opt/app-1.2" },
	{ "/usr/bin/perl", "/srv/perl5" },
	{ "/usr/bin/python", "/usr/bin/python3.11" },
	{ "/var/run", "/run" },
};
static const struct alias_set linked_set = ALIASES(linked);
static const struct container_names linked_names = { .aliases = &linked_set };

/* Whether one who runs `binary` may write, in a container that has the links and in none. */
static void writes(const struct tables *tables, const char *binary, const char *parent, const char *path,
		   enum bw_verdict there, enum bw_verdict here)
{
	struct simulate_process process = {
		.uid = 1, .binary = binary, .parent = parent, .container = true, .names = &linked_names
	};

	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &process, path, NULL), there);
	process.names = &hostile_names;
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &process, path, NULL), here);
	process.container = false;
	process.names = NULL;
	ck_assert_uint_eq(ask(tables, BW_OP_WRITE, &process, path, NULL), here);
}

START_TEST(a_program_where_its_link_leads)
{
	struct policy *policy = policy_about(BW_OP_WRITE, BW_VERDICT_DENY, "/srv/x", NULL);
	struct condition *condition = sample_condition(policy, &policy->rule[0].subject, SUBJECT_BINARY);
	struct tables *tables;

	sample_binary(policy, condition, "/usr/bin/python");
	sample_binary(policy, condition, "/opt/app/*/run");
	tables = compile(policy, &linked_set);
	writes(tables, "/usr/bin/python3.11", NULL, "/srv/x", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/opt/app-1.2/bin/run", NULL, "/srv/x", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python", NULL, "/srv/x", BW_VERDICT_DENY, BW_VERDICT_DENY);
	writes(tables, "/usr/bin/other", NULL, "/srv/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python3.11", NULL, "/srv/y", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	ck_assert_uint_eq(tables->n_rule_names, 1);
	/* Nothing on the node is meant by it. */
	for (size_t i = 0; i < tables->n_marks; i++)
		ck_assert_ptr_null(strstr(tables->mark[i].path, "3.11"));
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* One link for each condition, and a link of the object: the copies of copies. */
START_TEST(links_of_all_that_a_rule_names)
{
	struct policy *policy = policy_about(BW_OP_WRITE, BW_VERDICT_DENY, "/var/run/*", NULL);
	struct tables *tables;

	sample_binary(policy, sample_condition(policy, &policy->subject, SUBJECT_BINARY), "/usr/bin/python");
	sample_binary(policy, sample_condition(policy, &policy->rule[0].subject, SUBJECT_PARENT), "/usr/bin/perl");
	tables = compile(policy, &linked_set);
	writes(tables, "/usr/bin/python3.11", "/srv/perl5", "/run/x", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python", "/srv/perl5", "/run/x", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python3.11", "/usr/bin/perl", "/run/x", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python3.11", "/srv/perl5", "/var/run/x", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python", "/usr/bin/perl", "/var/run/x", BW_VERDICT_DENY, BW_VERDICT_DENY);
	writes(tables, "/usr/bin/python3.11", "/usr/bin/other", "/run/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/other", "/srv/perl5", "/run/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* What a whole policy is about it is about as a whole: its default and what it allows go together. */
START_TEST(a_policy_about_a_link)
{
	struct policy *policy = policy_about(BW_OP_WRITE, BW_VERDICT_ALLOW, "/srv/x", NULL);
	struct tables *tables;

	policy->fallback[BW_OP_WRITE] = BW_VERDICT_DENY;
	sample_binary(policy, sample_condition(policy, &policy->subject, SUBJECT_BINARY), "/usr/bin/python");
	tables = compile(policy, &linked_set);
	writes(tables, "/usr/bin/python3.11", NULL, "/srv/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python3.11", NULL, "/srv/y", BW_VERDICT_DENY, BW_VERDICT_ALLOW);
	writes(tables, "/usr/bin/python", NULL, "/srv/y", BW_VERDICT_DENY, BW_VERDICT_DENY);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* A container that makes a link of /usr/bin/python is allowed nothing for it. */
START_TEST(nobody_is_allowed_by_a_link)
{
	struct policy *policy = policy_about(BW_OP_WRITE, BW_VERDICT_ALLOW, "/srv/x", NULL);
	struct condition *condition = sample_condition(policy, &policy->rule[0].subject, SUBJECT_BINARY);
	struct tables *tables;

	policy->fallback[BW_OP_WRITE] = BW_VERDICT_DENY;
	sample_binary(policy, condition, "/usr/bin/python");
	tables = compile(policy, &linked_set);
	writes(tables, "/usr/bin/python3.11", NULL, "/srv/x", BW_VERDICT_DENY, BW_VERDICT_DENY);
	writes(tables, "/usr/bin/python", NULL, "/srv/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	ck_assert_uint_eq(tables->n_asked_paths, 0);
	tables_free(tables);
	/* Nor is who is excepted. */
	policy->rule[0].action = BW_VERDICT_DENY;
	policy->rule[0].except = policy->rule[0].subject;
	policy->rule[0].subject = (struct selector){ 0 };
	policy->fallback[BW_OP_WRITE] = -1;
	tables = compile(policy, &linked_set);
	writes(tables, "/usr/bin/python3.11", NULL, "/srv/x", BW_VERDICT_DENY, BW_VERDICT_DENY);
	writes(tables, "/usr/bin/python", NULL, "/srv/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* Endpoints and facilities are no paths: their copies hold too. */
START_TEST(links_of_subjects_for_every_operation)
{
	struct simulate_process process = {
		.uid = 1, .binary = "/usr/bin/python3.11", .container = true, .names = &linked_names
	};
	struct policy *policy = sample_policy("copies", 2);
	struct tables *tables;

	sample_prefix4(policy, sample_rule(policy, BW_OP_CONNECT, BW_VERDICT_DENY), 0x0a000000, 8);
	policy->fallback[BW_OP_BIND] = BW_VERDICT_DENY;
	sample_binary(policy, sample_condition(policy, &policy->subject, SUBJECT_BINARY), "/usr/bin/python");
	tables = compile(policy, &linked_set);
	for (size_t i = 0; i < 2; i++) {
		const struct simulate_object object = { .family = 4, .address = { 10, 1, 2, 3 }, .port = 80 };
		enum bw_verdict verdict = i ? BW_VERDICT_ALLOW : BW_VERDICT_DENY;
		struct simulate_verdict ret;

		ck_assert_int_eq(simulate_decide(tables, BW_OP_CONNECT, &process, &object, &ret), 0);
		ck_assert_uint_eq(ret.verdict, verdict);
		ck_assert_int_eq(simulate_decide(tables, BW_OP_BIND, &process, &object, &ret), 0);
		ck_assert_uint_eq(ret.verdict, verdict);
		process.names = &hostile_names;
	}
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* Which applet a process is nothing tells: it is not taken for all of them. */
START_TEST(a_subject_that_is_an_applet)
{
	struct policy *policy = policy_about(BW_OP_WRITE, BW_VERDICT_DENY, "/srv/x", NULL);
	struct tables *tables;

	sample_binary(policy, sample_condition(policy, &policy->subject, SUBJECT_BINARY), "/bin/sh");
	tables = compile(policy, &linked_set);
	writes(tables, "/bin/busybox", NULL, "/srv/x", BW_VERDICT_ALLOW, BW_VERDICT_ALLOW);
	ck_assert_uint_eq(tables->n_name_conditions, 0);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_applet_where_its_link_is,
		each_container_has_its_own_applets,
		what_one_root_makes_is_nothing_to_others,
		a_program_that_is_no_box,
		other_operations_are_about_the_whole_box,
		allow_rules_are_not_widened,
		applets_of_the_node,
		merged_folders_are_no_aliases,
		a_rule_with_as_many_conditions_as_fit,
		a_program_where_its_link_leads,
		links_of_all_that_a_rule_names,
		a_policy_about_a_link,
		nobody_is_allowed_by_a_link,
		links_of_subjects_for_every_operation,
		a_subject_that_is_an_applet,
	};

	return sample_main("copies", tests, ARRAY_SIZE(tests));
}

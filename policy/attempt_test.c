// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What rules ask of an exec beyond the place: from policies to the verdict, and globs held against the plain matcher.
 */
#include "attempt.h"
#include "sample.h"
#include "simulate.h"

static const struct simulate_process nobody = { .uid = 1 };

static __u32 ask(const struct tables *tables, const struct simulate_object *object)
{
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(tables, BW_OP_EXEC, &nobody, object, &verdict), 0);
	return verdict.verdict;
}

static __u32 ask_arguments(const struct tables *tables, const char *path, const char *a, const char *b)
{
	const char *const arguments[] = { a, b, NULL };

	return ask(tables, &(struct simulate_object){ .path = path, .argument = arguments });
}

static void add_argument(struct policy *policy, struct condition *condition, const char *text)
{
	condition->path = sample_more(&policy->arena, condition->path, condition->n_paths, sizeof(*condition->path));
	condition->path[condition->n_paths++] = sample_abstract(policy, text);
}

static void add_digest(struct policy *policy, struct condition *condition, __u8 byte)
{
	condition->digest =
		sample_more(&policy->arena, condition->digest, condition->n_digests, sizeof(*condition->digest));
	memset(&condition->digest[condition->n_digests++], byte, sizeof(struct bw_digest));
}

START_TEST(globs_over_arguments)
{
	struct policy *policy = sample_policy("arguments", 2);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	struct condition *condition = sample_condition(policy, &rule->object, OBJECT_ARGUMENTS);
	struct tables *tables;

	sample_object(policy, rule, "/bin/git");
	add_argument(policy, condition, "--force*");
	add_argument(policy, condition, "-f");
	rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_KILL);
	add_argument(policy, sample_condition(policy, &rule->object, OBJECT_ARGUMENTS), "*/etc/shadow");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/git", "git", "--force-with"), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/git", "-f", NULL), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/git", "-ff", "--forc"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/git", NULL, NULL), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/hg", "hg", "-f"), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/hg", "hg", "/mnt/etc/shadow"), BW_VERDICT_KILL);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/git", "-f", "/etc/shadow"), BW_VERDICT_KILL);
	ck_assert_uint_eq(tables->header.anywhere[BW_OP_EXEC].count, 1);
	ck_assert_uint_eq(tables->header.exec_anywhere, BW_LABEL_ARGUMENTS | BW_LABEL_NAMED);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* More sets of traits than the automata have states and rows, so that a set's number is none of those. */
START_TEST(arguments_beside_many_digests)
{
	struct policy *policy = sample_policy("digests", 601);
	struct rule *rule;
	struct tables *tables;

	for (unsigned int i = 0; i < 600; i++) {
		struct bw_digest *digest;
		struct condition *condition;

		rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_AUDIT);
		condition = sample_condition(policy, &rule->object, OBJECT_DIGEST);
		add_digest(policy, condition, 7);
		digest = condition->digest;
		memcpy(digest, &i, sizeof(i));
	}
	rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	sample_object(policy, rule, "/bin/git");
	add_argument(policy, sample_condition(policy, &rule->object, OBJECT_ARGUMENTS), "-f");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_gt(tables->n_trait_sets, tables->n_states + tables->n_glob_rows);
	ck_assert_uint_eq(ask_arguments(tables, "/bin/git", "git", "-f"), BW_VERDICT_DENY);
	ck_assert(tables->state[BW_STATE_ROOT].flags & BW_STATE_KEEPS);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* A rule on one applet of a box: whatever the call looks like, what counts is what the box makes of it. */
START_TEST(names_of_applets)
{
	static const struct {
		const char *argument[4];
		bool sh;
	} call[] = {
		{ { "sh" }, true },
		{ { "-sh" }, true },
		{ { "/x/y/sh", "-c" }, true },
		{ { "-/bin/sh" }, true },
		{ { "/bin/busybox", "sh" }, true },
		{ { "busybox", "/no/such/sh", "-c" }, true },
		{ { "busybox.static", "busybox", "sh" }, true },
		{ { "-busybox", "busybox-extras", "sh" }, true },
		{ { "coreutils", "--coreutils-prog=sh" }, true },
		{ { "anything", "--coreutils-prog-shebang=sh", "x" }, true },
		{ { "/opt/busybox/sh" }, true },
		{ { "ls", "sh" }, false },
		{ { "busybox", "ls", "sh" }, false },
		{ { "busybox", "busybox", "ls", "sh" }, false },
		{ { "/opt/busybox/ls", "sh" }, false },
		{ { "" }, false },
		{ { "ash" }, false },
		{ { "shx" }, false },
		{ { "sh/" }, false },
		{ { "ls", "ls", "--coreutils-prog=sh" }, false },
		{ { "ls", "--coreutils-prog=ls" }, false },
		{ { NULL }, false },
	};
	const struct path_alias alias[] = { { "/bin/sh", "/bin/busybox" } };
	const struct alias_set aliases = { (struct path_alias *)alias, 1 };
	const struct container_names names = { .aliases = &aliases };
	const struct simulate_process inside = { .uid = 1, .container = true, .names = &names };
	struct policy *policy = sample_policy("applets", 1);
	struct compile_options options = sample_options;
	struct tables *tables;

	sample_object(policy, sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY), "/bin/sh");
	options.aliases = &aliases;
	tables = sample_compile_with(&policy, 1, &options);
	for (size_t i = 0; i < ARRAY_SIZE(call); i++) {
		const struct simulate_object object = { .path = "/bin/busybox", .argument = call[i].argument };
		struct simulate_verdict verdict;

		ck_assert_int_eq(simulate_decide(tables, BW_OP_EXEC, &inside, &object, &verdict), 0);
		ck_assert_msg(verdict.verdict == (call[i].sh ? BW_VERDICT_DENY : BW_VERDICT_ALLOW), "call %zu: %u", i,
			      verdict.verdict);
		ck_assert_uint_eq(ask(tables, &object), BW_VERDICT_ALLOW); /* of who is in no such container */
	}
	ck_assert(tables->header.any_applet);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(memory)
{
	struct policy *policy = sample_policy("memory", 1);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	struct tables *tables;

	sample_condition(policy, &rule->object, OBJECT_MEMORY);
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .memory = true }), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .path = "/a", .memory = true }), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .path = "/a" }), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(tables->header.exec_anywhere, 0);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(digests)
{
	struct policy *policy = sample_policy("digests", 2);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	struct condition *condition = sample_condition(policy, &rule->object, OBJECT_DIGEST);
	const struct bw_digest known = { { [0 ... BW_DIGEST_SIZE - 1] = 7 } }, other = { { 7 } };
	struct tables *tables;

	add_digest(policy, condition, 9);
	add_digest(policy, condition, 7);
	rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_KILL);
	sample_object(policy, rule, "/a");
	add_digest(policy, sample_condition(policy, &rule->object, OBJECT_DIGEST), 7);
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(tables->n_digests, 2);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .path = "/b", .digest = &known }), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .path = "/a", .digest = &known }), BW_VERDICT_KILL);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .path = "/a", .digest = &other }), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(tables, &(struct simulate_object){ .path = "/a" }), BW_VERDICT_ALLOW);
	ck_assert(tables->header.exec_anywhere & BW_LABEL_DIGESTS);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

/* An allow-list that asks for arguments; and all keys of one rule together. */
START_TEST(together)
{
	struct policy *policy = sample_policy("together", 1);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_ALLOW);
	const struct bw_digest known = { { [0 ... BW_DIGEST_SIZE - 1] = 7 } };
	const char *const arguments[] = { "run", NULL };
	struct simulate_object object = { .path = "/a", .digest = &known, .argument = arguments };
	struct tables *tables;

	policy->fallback[BW_OP_EXEC] = BW_VERDICT_DENY;
	sample_object(policy, rule, "/a");
	add_digest(policy, sample_condition(policy, &rule->object, OBJECT_DIGEST), 7);
	add_argument(policy, sample_condition(policy, &rule->object, OBJECT_ARGUMENTS), "run");
	tables = sample_compile(&policy, 1);
	ck_assert_uint_eq(ask(tables, &object), BW_VERDICT_ALLOW);
	object.path = "/b";
	ck_assert_uint_eq(ask(tables, &object), BW_VERDICT_DENY);
	object.path = "/a";
	object.argument = NULL;
	ck_assert_uint_eq(ask(tables, &object), BW_VERDICT_DENY);
	object.argument = arguments;
	object.digest = NULL;
	ck_assert_uint_eq(ask(tables, &object), BW_VERDICT_DENY);
	tables_free(tables);
	sample_free(policy);
}
END_TEST

START_TEST(without_digests)
{
	static const struct compile_options options = { .hash_key = { 1, 2 }, .no_digests = true };
	struct policy *policy = sample_policy("without", 1);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	const struct policy *policies[] = { policy };
	struct tables *tables = NULL;
	struct diag diag = { 0 };

	add_digest(policy, sample_condition(policy, &rule->object, OBJECT_DIGEST), 7);
	ck_assert_int_eq(compile_tables(policies, 1, &options, &tables, &diag), -EINVAL);
	ck_assert_uint_eq(diag.n_errors, 1);
	ck_assert_str_eq(diag.list[0].id, "no-digests");
	diag_done(&diag);
	sample_free(policy);
}
END_TEST

/* Random globs of few letters, and random texts, against the slow matcher. */
static void compare_matchers(uint64_t seed)
{
	static const char *const pieces[] = { "a", "b", "/", "*", "?", "[ab]", "[!a]", "-" };
	static const char letters[] = "ab/-c";
	struct sample_random random = { .state = seed };
	struct policy *policy = sample_policy("random", 1);
	struct rule *rule = sample_rule(policy, BW_OP_EXEC, BW_VERDICT_DENY);
	struct condition *condition = sample_condition(policy, &rule->object, OBJECT_ARGUMENTS);
	struct tables *tables;

	for (unsigned int i = 0; i < 5; i++) {
		char text[64] = "";
		const char *last = "";

		for (uint32_t n = 1 + sample_below(&random, 5); n > 0; n--) {
			const char *piece = pieces[sample_below(&random, ARRAY_SIZE(pieces))];

			if (*last != '*' || *piece != '*')
				sample_append(text, sizeof(text), piece);
			last = piece;
		}
		add_argument(policy, condition, text);
	}
	tables = sample_compile(&policy, 1);
	for (unsigned int i = 0; i < 500; i++) {
		char text[8] = "";
		bool matches = false;

		for (uint32_t n = sample_below(&random, 7), j = 0; j < n; j++)
			text[j] = letters[sample_below(&random, sizeof(letters) - 1)];
		for (size_t j = 0; j < condition->n_paths; j++)
			matches |= pattern_component_matches(&condition->path[j].pattern->component[0], text,
							     strlen(text));
		ck_assert_uint_eq(ask_arguments(tables, "/x", text, NULL),
				  matches ? BW_VERDICT_DENY : BW_VERDICT_ALLOW);
	}
	tables_free(tables);
	sample_free(policy);
}

START_TEST(like_the_plain_matcher)
{
	for (uint64_t seed = 1; seed <= 50; seed++)
		compare_matchers(seed);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		globs_over_arguments, arguments_beside_many_digests, names_of_applets, memory, digests, together,
		without_digests,      like_the_plain_matcher,
	};

	return sample_main("attempt", tests, ARRAY_SIZE(tests));
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Questions at a desk: views of objects and programs, identities, sockets, and what is no question.
 */
#include "sample.h"
#include "simulate.h"

static const struct simulate_process nobody = { .uid = 65534, .gid = 65534 };

/* One policy with one rule about `object`, and perhaps a default. */
struct fixture {
	struct policy *policy;
	struct rule *rule;
	struct tables *tables;
};

static struct fixture begin(enum bw_operation operation, enum bw_verdict action, const char *object)
{
	struct fixture fixture = { .policy = sample_policy("policy", 1) };

	fixture.rule = sample_rule(fixture.policy, operation, action);
	if (operation <= BW_OP_WRITE)
		sample_object(fixture.policy, fixture.rule, object);
	else
		sample_socket(fixture.policy, fixture.rule, object);
	return fixture;
}

static __u32 ask(const struct fixture *fixture, enum bw_operation operation, const struct simulate_process *process,
		 const struct simulate_object *object)
{
	struct simulate_verdict verdict;

	ck_assert_int_eq(simulate_decide(fixture->tables, operation, process, object, &verdict), 0);
	return verdict.verdict;
}

static void end(struct fixture *fixture)
{
	tables_free(fixture->tables);
	sample_free(fixture->policy);
}

START_TEST(a_denial_holds_in_either_view)
{
	struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_DENY, "/etc/shadow");
	const struct simulate_object mounted = { .path = "/etc/shadow", .path_stored = "/data/x" };
	const struct simulate_object stored = { .path = "/mnt/x", .path_stored = "/etc/shadow" };
	const struct simulate_object neither = { .path = "/mnt/x", .path_stored = "/data/x" };
	const struct simulate_object same = { .path = "/etc/shadow" };

	fixture.tables = sample_compile(&fixture.policy, 1);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &mounted), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &stored), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &same), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &neither), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(&fixture, BW_OP_WRITE, &nobody, &same), BW_VERDICT_ALLOW);
	end(&fixture);
}
END_TEST

START_TEST(an_allow_needs_both_views)
{
	struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_ALLOW, "/srv/**");
	const struct simulate_object mounted = { .path = "/srv/a", .path_stored = "/data/a" };
	const struct simulate_object stored = { .path = "/data/a", .path_stored = "/srv/a" };
	const struct simulate_object both = { .path = "/srv/a", .path_stored = "/srv/b" };

	fixture.policy->fallback[BW_OP_READ] = BW_VERDICT_DENY;
	fixture.tables = sample_compile(&fixture.policy, 1);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &mounted), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &stored), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &both), BW_VERDICT_ALLOW);
	end(&fixture);
}
END_TEST

/* What a file was called denies it still, and allows nothing. */
START_TEST(a_kept_name_denies_and_never_allows)
{
	struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_DENY, "/secret/**");
	struct fixture allows = begin(BW_OP_READ, BW_VERDICT_ALLOW, "/srv/**");
	const struct simulate_object moved = { .path = "/tmp/x", .path_kept = "/secret/x" };
	const struct simulate_object out = { .path = "/tmp/x", .path_kept = "/srv/x" };
	const struct simulate_object in = { .path = "/srv/x", .path_kept = "/tmp/x" };

	fixture.tables = sample_compile(&fixture.policy, 1);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &moved), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_WRITE, &nobody, &moved), BW_VERDICT_ALLOW);
	allows.policy->fallback[BW_OP_READ] = BW_VERDICT_DENY;
	allows.tables = sample_compile(&allows.policy, 1);
	ck_assert_uint_eq(ask(&allows, BW_OP_READ, &nobody, &out), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&allows, BW_OP_READ, &nobody, &in), BW_VERDICT_ALLOW);
	end(&allows);
	end(&fixture);
}
END_TEST

START_TEST(programs_have_views_too)
{
	const struct simulate_object file = { .path = "/etc/shadow" };
	const struct simulate_process mounted = { .binary = "/opt/tool", .binary_stored = "/x" };
	const struct simulate_process stored = { .binary = "/x", .binary_stored = "/opt/tool" };
	const struct simulate_process both = { .binary = "/opt/tool" };

	for (int except = 0; except < 2; except++) {
		struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_DENY, "/etc/shadow");
		struct selector *selector = except ? &fixture.rule->except : &fixture.rule->subject;
		/* To be denied one view is enough; to be excepted from that it takes both. */
		__u32 one = BW_VERDICT_DENY, two = except ? BW_VERDICT_ALLOW : BW_VERDICT_DENY;
		__u32 none = except ? BW_VERDICT_DENY : BW_VERDICT_ALLOW;

		sample_binary(fixture.policy, sample_condition(fixture.policy, selector, SUBJECT_BINARY), "/opt/tool");
		fixture.tables = sample_compile(&fixture.policy, 1);
		ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &mounted, &file), one);
		ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &stored, &file), one);
		ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &both, &file), two);
		ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &file), none);
		end(&fixture);
	}
}
END_TEST

START_TEST(users_and_groups)
{
	struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_KILL, "/etc/shadow");
	const struct simulate_object file = { .path = "/etc/shadow" };
	struct condition *user = sample_condition(fixture.policy, &fixture.rule->subject, SUBJECT_USER);
	struct condition *group;

	sample_ids(fixture.policy, user, 1000, 1999);
	sample_ids(fixture.policy, user, UINT32_MAX, UINT32_MAX);
	group = sample_condition(fixture.policy, &fixture.rule->subject, SUBJECT_GROUP);
	sample_ids(fixture.policy, group, 0, 4);
	fixture.tables = sample_compile(&fixture.policy, 1);
	for (unsigned int i = 0; i < 8; i++) {
		static const __u32 uid[] = { 999, 1000, 1999, 2000, UINT32_MAX, UINT32_MAX - 1, 0, 1500 };
		const struct simulate_process process = { .uid = uid[i], .gid = 4 };
		const struct simulate_process other = { .uid = uid[i], .gid = 5 };
		bool named = (uid[i] >= 1000 && uid[i] <= 1999) || uid[i] == UINT32_MAX;

		ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &process, &file),
				  named ? BW_VERDICT_KILL : BW_VERDICT_ALLOW);
		ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &other, &file), BW_VERDICT_ALLOW);
	}
	end(&fixture);
}
END_TEST

START_TEST(defaults_are_not_about_unix_sockets)
{
	struct fixture fixture = begin(BW_OP_CONNECT, BW_VERDICT_DENY, "@secret/name");
	const struct simulate_object address = { .family = 4, .address = { 10, 0, 0, 1 }, .port = 80 };
	const struct simulate_object socket = { .path = "/run/docker.sock" };
	const struct simulate_object abstract = { .abstract = "dbus" };
	const struct simulate_object named = { .abstract = "secret/name" };

	fixture.policy->fallback[BW_OP_CONNECT] = BW_VERDICT_KILL;
	fixture.tables = sample_compile(&fixture.policy, 1);
	ck_assert_uint_eq(ask(&fixture, BW_OP_CONNECT, &nobody, &address), BW_VERDICT_KILL);
	ck_assert_uint_eq(ask(&fixture, BW_OP_CONNECT, &nobody, &socket), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(&fixture, BW_OP_CONNECT, &nobody, &abstract), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(&fixture, BW_OP_CONNECT, &nobody, &named), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_BIND, &nobody, &address), BW_VERDICT_ALLOW);
	end(&fixture);
}
END_TEST

START_TEST(what_is_no_question_is_refused)
{
	struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_DENY, "/etc/shadow");
	const struct simulate_object nothing = { .family = 0 }, address = { .family = 4 };
	const struct simulate_object facility = { .facility = _BW_FACILITY_MAX };
	struct simulate_verdict verdict;

	fixture.tables = sample_compile(&fixture.policy, 1);
	ck_assert_int_eq(simulate_decide(fixture.tables, BW_OP_READ, &nobody, &address, &verdict), -EINVAL);
	ck_assert_int_eq(simulate_decide(fixture.tables, BW_OP_CONNECT, &nobody, &nothing, &verdict), -EINVAL);
	ck_assert_int_eq(simulate_decide(fixture.tables, BW_OP_USE, &nobody, &facility, &verdict), -EINVAL);
	end(&fixture);
}
END_TEST

START_TEST(a_path_is_read_by_components)
{
	struct fixture fixture = begin(BW_OP_READ, BW_VERDICT_DENY, "/etc/shadow");
	const struct simulate_object slashes = { .path = "//etc///shadow/" };
	const struct simulate_object longer = { .path = "/etc/shadow/x" }, root = { .path = "/" };

	fixture.tables = sample_compile(&fixture.policy, 1);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &slashes), BW_VERDICT_DENY);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &longer), BW_VERDICT_ALLOW);
	ck_assert_uint_eq(ask(&fixture, BW_OP_READ, &nobody, &root), BW_VERDICT_ALLOW);
	end(&fixture);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_denial_holds_in_either_view,
		an_allow_needs_both_views,
		a_kept_name_denies_and_never_allows,
		programs_have_views_too,
		users_and_groups,
		defaults_are_not_about_unix_sockets,
		what_is_no_question_is_refused,
		a_path_is_read_by_components,
	};

	return sample_main("simulate", tests, ARRAY_SIZE(tests));
}

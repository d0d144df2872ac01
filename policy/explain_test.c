/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why a question is decided as it is. Each case is a policy in the language and a question; the reason of each rule is
 * compared, and that the verdict is the one that the tables give.
 */
#include "explain.h"
#include "names.h"
#include <base/cleanup.h>
#include <test/harness.h>

#define HEAD "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  mode: enforce\n"

static const char *const nginx[] = { "/usr/sbin/nginx", NULL };
static const char *const dash_c[] = { "sh", "-c", NULL };

static const struct {
	const char *spec;
	struct simulate_question question;
	enum bw_verdict verdict;
	const char *decides; /* NULL: no rule */
	const char *reasons; /* a letter for each rule and default of the operation, see letters */
} cases[] = {
	{ "  rules: [{name: a, exec: [/bin/sh]}, {name: b, exec: [/bin/ls]}, {name: c, read: [/bin/sh]}]\n",
	  { BW_OP_EXEC, .object.path = "/usr/bin/sh" },
	  BW_VERDICT_DENY,
	  "a",
	  "MO" },
	{ "  subject: {binary: [/usr/sbin/nginx]}\n  rules: [{name: a, subject: {user: 33}, exec: [/bin/sh]}]\n",
	  { BW_OP_EXEC, .process.binary = "/usr/bin/bash", .object.path = "/bin/sh" },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "P" },
	{ "  subject: {binary: [/usr/sbin/nginx]}\n  rules: [{name: a, subject: {user: 33}, exec: [/bin/sh]}]\n",
	  { BW_OP_EXEC, .process.binary = "/usr/sbin/nginx", .object.path = "/bin/sh" },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "S" },
	{ "  rules: [{name: a, except: {ancestor: [/usr/sbin/nginx]}, exec: [/bin/sh]}, {name: b, action: audit, "
	  "exec: [/**]}]\n",
	  { BW_OP_EXEC, .process.lineage = nginx, .object.path = "/bin/sh" },
	  BW_VERDICT_AUDIT,
	  "b",
	  "EM" },
	{ "  rules: [{name: a, exec: {paths: [/bin/sh], args: [\"-i\"]}}, {name: b, exec: {memory: true}}, {name: c, "
	  "exec: {args: [\"-c\"]}, action: kill}]\n",
	  { BW_OP_EXEC, .object = { .path = "/bin/sh", .argument = dash_c } },
	  BW_VERDICT_KILL,
	  "c",
	  "CCM" },
	/* a default, and what lifts it or goes before it */
	{ "  default: {read: deny}\n  rules: [{name: a, action: allow, read: [/etc/]}, {name: b, read: [/etc/shadow]}]\n",
	  { BW_OP_READ, .object.path = "/etc/passwd" },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "MOL" },
	{ "  default: {read: deny}\n  rules: [{name: a, action: allow, read: [/etc/]}, {name: b, read: [/etc/shadow]}]\n",
	  { BW_OP_READ, .object.path = "/etc/shadow" },
	  BW_VERDICT_DENY,
	  "b",
	  "MMR" },
	{ "  default: {read: deny}\n  rules: [{name: a, action: allow, read: [/etc/]}, {name: b, read: [/etc/shadow]}]\n",
	  { BW_OP_READ, .object.path = "/srv/x" },
	  BW_VERDICT_DENY,
	  "default",
	  "OOM" },
	/* an allow rule of a policy that is about others lifts nothing */
	{ "  subject: {user: 33}\n  default: {read: deny}\n  rules: [{name: a, action: allow, read: [/etc/]}]\n",
	  { BW_OP_READ, .object.path = "/etc/passwd" },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "PP" },
	{ "  default: {read: deny}\n  rules: [{name: a, action: allow, subject: {user: 33}, read: [/etc/]}]\n",
	  { BW_OP_READ, .object.path = "/etc/passwd" },
	  BW_VERDICT_DENY,
	  "default",
	  "SM" },
	{ "  default: {connect: deny}\n  rules: [{name: a, connect: ['unix:/run/x']}]\n",
	  { BW_OP_CONNECT, .object.path = "/run/y" },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "ON" },
	/* mount is judged by the allow-list of files */
	{ "  default: {exec: kill}\n  rules: [{name: a, action: allow, exec: [/bin/]}]\n",
	  { BW_OP_USE, .object.facility = BW_FACILITY_MOUNT },
	  BW_VERDICT_KILL,
	  "default",
	  "M" },
	{ "  default: {use: deny}\n  rules: [{name: a, action: allow, use: [mount]}, {name: b, action: allow, use: "
	  "[bpf]}]\n",
	  { BW_OP_USE, .object.facility = BW_FACILITY_MOUNT },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "MOL" },
	/* an event does not tell: the worst is assumed */
	{ "  rules: [{name: a, subject: {capability: CAP_BPF}, read: [/x]}]\n",
	  { BW_OP_READ, .object.path = "/x", .untold = SIMULATE_CAPABILITIES },
	  BW_VERDICT_DENY,
	  "a",
	  "M" },
	{ "  rules: [{name: a, subject: {capability: CAP_BPF}, read: [/x]}]\n",
	  { BW_OP_READ, .object.path = "/x" },
	  BW_VERDICT_ALLOW,
	  NULL,
	  "S" },
};

static const char letters[] = {
	[EXPLAIN_MATCHES] = 'M',	[EXPLAIN_OBJECT] = 'O',	    [EXPLAIN_OBJECT_CONDITION] = 'C',
	[EXPLAIN_POLICY_SUBJECT] = 'P', [EXPLAIN_SUBJECT] = 'S',    [EXPLAIN_EXCEPT] = 'E',
	[EXPLAIN_LIFTED] = 'L',		[EXPLAIN_SUPERSEDED] = 'R', [EXPLAIN_NOT_ABOUT] = 'N',
};

static struct policy_list read_policies(const char *const *text, size_t n)
{
	struct policy_list policies = { 0 };
	struct diag diag = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct source *source = harness_source(text[i], strlen(text[i]));

		if (policy_read(source, &policies, &diag) < 0)
			diag_print(&diag, stderr);
		source_unref(source);
	}
	ck_assert_uint_eq(policies.n, n);
	diag_done(&diag);
	return policies;
}

static struct explanation explain(const struct policy_list *policies, const struct simulate_question *question)
{
	struct explanation said;
	struct diag diag = { 0 };

	ck_assert_int_eq(explain_question(policies, question, &said, &diag), 0);
	ck_assert_uint_eq(diag.n, 0);
	diag_done(&diag);
	return said;
}

START_TEST(each_rule_has_its_reason)
{
	char text[1024], reasons[16] = "";
	const char *const list[] = { text };
	struct policy_list policies;
	struct explanation said;

	snprintf(text, sizeof(text), "%s%s", HEAD, cases[_i].spec);
	policies = read_policies(list, 1);
	said = explain(&policies, &cases[_i].question);
	for (size_t i = 0; i < said.n; i++)
		reasons[i] = letters[said.list[i].reason];
	ck_assert_str_eq(reasons, cases[_i].reasons);
	ck_assert_int_eq(said.verdict, cases[_i].verdict);
	ck_assert_int_eq(said.carried_out, cases[_i].verdict >= BW_VERDICT_DENY ? cases[_i].verdict : BW_VERDICT_ALLOW);
	if (cases[_i].decides)
		ck_assert_str_eq(said.rule ? said.rule->name : "default", cases[_i].decides);
	else
		ck_assert_ptr_null(said.policy);
	explain_done(&said);
	policy_list_done(&policies);
}
END_TEST

/* What is carried out goes before what would be, however strict. */
START_TEST(an_audited_kill_does_not_hide_a_denial)
{
	static const char *const list[] = {
		"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: audits}\nspec:\n  mode: audit\n"
		"  rules: [{name: k, read: [/x], action: kill}]\n",
		"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: enforces}\nspec:\n  mode: enforce\n"
		"  rules: [{name: other, exec: [/x]}, {name: d, read: [/x]}]\n",
	};
	const struct simulate_question question = { .operation = BW_OP_READ, .object.path = "/x" };
	struct policy_list policies = read_policies(list, 2);
	struct explanation said = explain(&policies, &question);

	ck_assert_int_eq(said.verdict, BW_VERDICT_DENY);
	ck_assert_int_eq(said.carried_out, BW_VERDICT_DENY);
	ck_assert_str_eq(said.policy->name, "enforces");
	ck_assert_str_eq(said.rule->name, "d");
	ck_assert_uint_eq(said.n, 2);
	explain_done(&said);
	policy_list_done(&policies);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain");
	TCase *tcase = tcase_create("explain");

	tcase_add_loop_test(tcase, each_rule_has_its_reason, 0, ARRAY_SIZE(cases));
	tcase_add_test(tcase, an_audited_kill_does_not_hide_a_denial);
	tcase_set_timeout(tcase, 120);
	suite_add_tcase(suite, tcase);
	return harness_run(suite);
}

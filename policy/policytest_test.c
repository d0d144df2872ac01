/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tests of policies: how their texts are read, what is said about wrong ones, and that a case is judged as the kernel
 * side would, whatever the mode.
 */
#include "policytest.h"
#include <bulwark/limits.h>
#include <test/harness.h>

#define MISTAKES TEST_SOURCE_DIR "/test/cases/policytest/mistakes"
#define HEAD	 "apiVersion: bulwark/v1\nkind: PolicyTest\npolicies: [web.yaml, ../b.yaml]\ncases:\n"
#define CASE	 "  - {name: c, operation: "

/* Reads a text: its tests into `list`, the printed diagnostics as the result, which the caller frees. */
static char *read_text(const char *text, bool skip_policies, struct policytest_list *list)
{
	struct source *source = harness_source(text, strlen(text));
	struct diag diag = { 0 };
	int r = policytest_read(source, skip_policies, list, &diag);
	char *printed = harness_printed(&diag);

	ck_assert_int_eq(r, diag.n_errors ? -EINVAL : 0);
	diag_done(&diag);
	source_unref(source);
	return printed;
}

static struct policytest_list read_good(const char *text)
{
	struct policytest_list list = { 0 };
	char *printed = read_text(text, false, &list);

	ck_assert_str_eq(printed, "");
	free(printed);
	return list;
}

/* --- reading -------------------------------------------------------------------------------------------- */

START_TEST(a_case_of_each_operation)
{
	struct policytest_list list = read_good(
		HEAD CASE "exec, object: {path: /bin/sh, args: [sh, -c], memory: true, sha256: "
			  "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08}, expect: kill}\n" CASE
			  "read, object: /, expect: allow, process: {user: root, group: 7, owner: true}}\n" CASE
			  "write, object: '/a*b', expect: audit, process: {binary: /usr/bin/vi}}\n" CASE
			  "connect, object: '[::1]:53/udp', expect: deny, rule: web/default}\n" CASE
			  "bind, object: 'unix:@x*', expect: deny}\n" CASE
			  "connect, object: 'unix:/run/x', expect: deny}\n" CASE
			  "socket, object: AF_PACKET/SOCK_RAW/ETH_P_ARP, expect: deny}\n" CASE
			  "use, object: bpf, expect: deny}\n");
	const struct policytest_case *c = list.test[0]->list;

	ck_assert_uint_eq(list.n, 1);
	ck_assert_uint_eq(list.test[0]->n_files, 2);
	ck_assert_str_eq(list.test[0]->file[1].path, "../b.yaml");
	ck_assert_uint_eq(list.test[0]->n, 8);
	ck_assert_str_eq(c[0].object.path, "/bin/sh");
	ck_assert_str_eq(c[0].object.argument[1], "-c");
	ck_assert_ptr_null(c[0].object.argument[2]);
	ck_assert(c[0].object.memory && c[0].object.digest->byte[1] == 0x86);
	ck_assert_int_eq(c[0].expect, BW_VERDICT_KILL);
	ck_assert(c[1].object.owner && c[1].process.uid == 0 && c[1].process.gid == 7);
	ck_assert_str_eq(c[2].object.path, "/a*b");
	ck_assert_str_eq(c[2].process.binary, "/usr/bin/vi");
	ck_assert_uint_eq(c[3].object.family, 6);
	ck_assert_uint_eq(c[3].object.address[15], 1);
	ck_assert_uint_eq(c[3].object.port, 53);
	ck_assert_uint_eq(c[3].object.protocol, BW_PROTOCOL_UDP);
	ck_assert_str_eq(c[3].rule, "web/default");
	ck_assert_str_eq(c[4].object.abstract, "x*");
	ck_assert_str_eq(c[5].object.path, "/run/x");
	ck_assert_uint_eq(c[6].object.socket.protocol, 0x0608);
	ck_assert_uint_eq(c[7].object.facility, BW_FACILITY_BPF);
	ck_assert_uint_eq(c[7].span.line, 12);
	policytest_list_done(&list);
}
END_TEST

START_TEST(a_process_in_full)
{
	struct policytest_list list = read_good(
		HEAD CASE
		"read, object: /, expect: allow, process: {parent: /usr/bin/sh, lineage: [/sbin/init, /usr/bin/x], "
		"capability: [CAP_CHOWN, CAP_BPF], cgroup: /a/b, image: 'web:1', name: w, namespace: n, pod: p, "
		"labels: {app: web, tier: ''}}}\n" CASE
		"read, object: /, expect: allow, process: {parent: /usr/bin/sh, container: true}}\n");
	const struct simulate_process *whole = &list.test[0]->list[0].process, *part = &list.test[0]->list[1].process;

	ck_assert_str_eq(whole->parent, "/usr/bin/sh");
	ck_assert_str_eq(whole->lineage[1], "/usr/bin/x");
	ck_assert_str_eq(whole->lineage[2], "/usr/bin/sh");
	ck_assert_ptr_null(whole->lineage[3]);
	ck_assert_uint_eq(whole->capabilities, 1ull << 39 | 1);
	ck_assert(whole->container && part->container);
	ck_assert_str_eq(whole->cgroup, "/a/b");
	ck_assert_str_eq(whole->names->image, "web:1");
	ck_assert_str_eq(whole->names->name, "w");
	ck_assert_str_eq(whole->names->namespace, "n");
	ck_assert_str_eq(whole->names->pod, "p");
	ck_assert_uint_eq(whole->names->n_labels, 2);
	ck_assert_str_eq(whole->names->label[0].key, "app");
	ck_assert_str_eq(whole->names->label[1].value, "");
	ck_assert_str_eq(part->lineage[0], "/usr/bin/sh");
	ck_assert_ptr_null(part->names);
	policytest_list_done(&list);
}
END_TEST

/* Word for word; BULWARK_GOLDEN=1 writes what is said. */
START_TEST(mistakes)
{
	struct policytest_list list = { 0 };
	char *text = harness_file(MISTAKES ".yaml", NULL), *printed;

	ck_assert_ptr_nonnull(text);
	printed = read_text(text, false, &list);
	ck_assert_uint_eq(list.n, 0);
	harness_golden(MISTAKES ".golden", printed);
	free(printed);
	free(text);
}
END_TEST

START_TEST(policies_of_a_folder_are_passed_over)
{
	static const char both[] = HARNESS_RULE "{exec: /a}\n---\n" HEAD CASE "exec, object: /a, expect: deny}\n";
	struct policytest_list list = { 0 };
	char *printed = read_text(both, true, &list);

	ck_assert_str_eq(printed, "");
	ck_assert_uint_eq(list.n, 1);
	free(printed);
	printed = read_text(both, false, &list);
	ck_assert_ptr_nonnull(strstr(printed, "[kind]"));
	ck_assert_uint_eq(list.n, 1);
	free(printed);
	policytest_list_done(&list);
}
END_TEST

/* --- running -------------------------------------------------------------------------------------------- */

static const char policies[] =
	"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: first}\nspec:\n  mode: audit\n  rollout: 0\n"
	"  default: {connect: deny}\n  rules:\n"
	"    - {name: kills, exec: /bin/sh, action: kill, except: {user: 1000-1999}}\n"
	"    - {name: sees, exec: /bin/sh, action: audit}\n"
	"    - {name: lifts, connect: '10.0.0.0/8:443/tcp', action: allow}\n"
	"---\n" HARNESS_SPEC "  mode: enforce\n  rules:\n"
	"    - {name: denies, exec: /usr/bin/sh}\n    - {name: too, exec: /opt/x, action: kill}\n"
	"    - {name: args, exec: {args: [-i]}}\n"
	"    - {name: a, exec: /a}\n"
	"    - {name: below, subject: {ancestor: /opt/web}, use: ptrace}\n"
	"    - {name: beside, subject: {parent: /opt/web}, use: bpf}\n"
	"    - {name: pods, subject: {namespace: 'prod*', label: app=web}, except: {image: 'debug:*'}, use: mount}\n"
	"    - {name: service, subject: {cgroup: /system.slice/, capability: CAP_SYS_ADMIN}, use: userns}\n"
	"    - {name: outside, subject: {container: false}, use: kexec}\n";

static const struct run {
	const char *text; /* after the operation */
	bool passed;
	enum bw_verdict verdict;
	const char *rule; /* "POLICY/RULE" */
} runs[] = {
	{ "exec, object: /bin/sh, expect: kill}", true, BW_VERDICT_KILL, "first/kills" },
	{ "exec, object: /bin/sh, expect: kill, rule: first/kills}", true, BW_VERDICT_KILL, "first/kills" },
	{ "exec, object: /bin/sh, expect: kill, rule: test/denies}", false, BW_VERDICT_KILL, "first/kills" },
	{ "exec, object: /bin/sh, expect: deny}", false, BW_VERDICT_KILL, "first/kills" },
	{ "exec, object: /bin/sh, expect: deny, process: {user: 1000}}", true, BW_VERDICT_DENY, "test/denies" },
	{ "exec, object: /bin/dash, expect: allow}", true, BW_VERDICT_ALLOW, NULL },
	{ "exec, object: {path: /bin/dash, args: [sh, -i]}, expect: deny}", true, BW_VERDICT_DENY, "test/args" },
	{ "connect, object: 10.1.2.3:443/tcp, expect: allow}", true, BW_VERDICT_ALLOW, NULL },
	{ "connect, object: 10.1.2.3:443/udp, expect: deny, rule: first/default}", true, BW_VERDICT_DENY,
	  "first/default" },
	{ "use, object: ptrace, expect: deny, process: {lineage: [/opt/web, /bin/sh]}}", true, BW_VERDICT_DENY,
	  "test/below" },
	{ "use, object: ptrace, expect: deny, process: {parent: /opt/web}}", true, BW_VERDICT_DENY, "test/below" },
	{ "use, object: ptrace, expect: allow, process: {binary: /opt/web}}", true, BW_VERDICT_ALLOW, NULL },
	{ "use, object: bpf, expect: deny, process: {parent: /opt/web}}", true, BW_VERDICT_DENY, "test/beside" },
	{ "use, object: bpf, expect: allow, process: {lineage: [/opt/web]}}", true, BW_VERDICT_ALLOW, NULL },
	{ "use, object: mount, expect: deny, process: {namespace: production, labels: {app: web}}}", true,
	  BW_VERDICT_DENY, "test/pods" },
	{ "use, object: mount, expect: allow, process: {namespace: production, labels: {app: web}, image: 'debug:1'}}",
	  true, BW_VERDICT_ALLOW, NULL },
	{ "use, object: mount, expect: allow, process: {namespace: production, labels: {app: db}}}", true,
	  BW_VERDICT_ALLOW, NULL },
	{ "use, object: userns, expect: deny, process: {cgroup: /system.slice/a, capability: [CAP_SYS_ADMIN]}}", true,
	  BW_VERDICT_DENY, "test/service" },
	{ "use, object: userns, expect: allow, process: {cgroup: /system.slice/a}}", true, BW_VERDICT_ALLOW, NULL },
	{ "use, object: kexec, expect: deny}", true, BW_VERDICT_DENY, "test/outside" },
	{ "use, object: kexec, expect: allow, process: {pod: p}}", true, BW_VERDICT_ALLOW, NULL },
	{ "exec, object: {path: /bin/box, args: [a]}, process: {links: {/a: /bin/box}}, expect: deny}", true,
	  BW_VERDICT_DENY, "test/a" },
	{ "exec, object: {path: /bin/box, args: [a]}, process: {links: {/z: /bin/box}}, expect: allow}", true,
	  BW_VERDICT_ALLOW, NULL },
	{ "exec, object: {path: /bin/busybox, args: [busybox, a]}, process: {links: {/a: /bin/busybox}}, expect: deny}",
	  true, BW_VERDICT_DENY, "test/a" },
	{ "exec, object: {path: /bin/busybox, args: [b, a]}, process: {links: {/a: /bin/busybox}}, expect: allow}",
	  true, BW_VERDICT_ALLOW, NULL },
};

static struct tables *compile(const struct policytest_list *tests)
{
	struct policy_list list = harness_good(policies);
	struct tables *tables = NULL;
	struct diag diag = { 0 };

	ck_assert_int_eq(policytest_compile(tests->test[0], &list, &tables, &diag), 0);
	ck_assert_uint_eq(diag.n, 0);
	policy_list_done(&list);
	return tables;
}

START_TEST(judged)
{
	struct policytest_list list = { 0 };
	struct policytest_result result;
	struct tables *tables;
	char text[512], rule[160] = "";

	snprintf(text, sizeof(text), HEAD CASE "%s\n", runs[_i].text);
	list = read_good(text);
	tables = compile(&list);
	ck_assert_int_eq(policytest_run(tables, list.test[0]->list, &result), 0);
	ck_assert_int_eq(result.verdict, runs[_i].verdict);
	ck_assert_int_eq(result.passed, runs[_i].passed);
	if (result.rule)
		snprintf(rule, sizeof(rule), "%s/%s", result.policy, result.rule);
	ck_assert_str_eq(rule, runs[_i].rule ?: "");
	policytest_list_done(&list);
	tables_free(tables);
}
END_TEST

START_TEST(a_rule_that_is_not_there)
{
	struct policytest_list list = read_good(HEAD CASE "exec, object: /a, expect: deny, rule: first/kill}\n" CASE
							  "exec, object: /a, expect: deny, rule: first/default}\n" CASE
							  "exec, object: /a, expect: deny, rule: test/denies}\n");
	struct tables *tables = compile(&list);
	struct diag diag = { 0 };

	ck_assert_int_eq(policytest_check_rules(list.test[0], tables, &diag), -EINVAL);
	ck_assert_uint_eq(diag.n_errors, 1);
	ck_assert_str_eq(diag.list[0].id, "unknown-rule");
	ck_assert_uint_eq(diag.list[0].span.line, 5);
	diag_done(&diag);
	tables_free(tables);
	policytest_list_done(&list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policytest");
	TCase *cases = tcase_create("policytest");

	suite_add_tcase(suite, cases);
	tcase_add_test(cases, a_case_of_each_operation);
	tcase_add_test(cases, a_process_in_full);
	tcase_add_test(cases, mistakes);
	tcase_add_test(cases, policies_of_a_folder_are_passed_over);
	tcase_add_loop_test(cases, judged, 0, ARRAY_SIZE(runs));
	tcase_add_test(cases, a_rule_that_is_not_there);
	return harness_run(suite);
}

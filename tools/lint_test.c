/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Rules as they stand in a policy, and what is said about them.
 */
#include "lint.h"
#include <base/cleanup.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                          \
	"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: p}\n" \
	"spec:\n"

static const struct {
	const char *spec;
	const char *expected; /* ids in the order found, separated by spaces */
	bool node;
} cases[] = {
	{ "  rules:\n  - {exec: [/bin/sh]}\n", "", false },
	/* policy_read() says so, and once is enough */
	{ "  default: {read: deny}\n  rules:\n  - {exec: [/bin/sh], action: allow}\n",
	  "allow-without-default denies-own-start", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {exec: [/a]}\n", "duplicate-rule", false },
	/* written in another order, and with one value twice */
	{ "  rules:\n  - {exec: [/a, /b]}\n  - {exec: [/b, /a, /b]}\n", "duplicate-rule", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {exec: [/a]}\n  - {exec: [/a]}\n", "duplicate-rule duplicate-rule", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {read: [/a]}\n", "", false },
	{ "  rules:\n  - {exec: [/a]}\n  - {exec: [/b]}\n", "", false },
	{ "  rules:\n  - {subject: {user: [0]}, exec: [/a]}\n  - {subject: {user: [1]}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {subject: {user: [0]}, exec: [/a]}\n  - {except: {user: [0]}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {except: {owner: true}, read: [/a]}\n  - {except: {owner: false}, read: [/a]}\n", "", false },
	{ "  rules:\n  - {subject: {container: true}, exec: [/a]}\n  - {subject: {container: true}, exec: [/a]}\n",
	  "duplicate-rule", false },
	{ "  rules:\n  - {subject: {capability: CAP_BPF}, exec: [/a]}\n"
	  "  - {subject: {capability: CAP_CHOWN}, exec: [/a]}\n",
	  "", false },
	{ "  rules:\n  - {subject: {name: a}, exec: [/a]}\n  - {subject: {pod: a}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {subject: {image: [a, b]}, exec: [/a]}\n  - {subject: {image: [b, a]}, exec: [/a]}\n",
	  "duplicate-rule", false },
	{ "  rules:\n  - {connect: ['*:53']}\n  - {connect: ['*:53']}\n", "duplicate-rule", false },
	/* the strictest stands; the others never act */
	{ "  rules:\n  - {exec: [/a], action: audit}\n  - {exec: [/a], action: kill}\n", "shadowed-rule", false },
	{ "  rules:\n  - {exec: [/a], action: kill}\n  - {exec: [/a], action: deny}\n", "shadowed-rule", false },
	/* allowed and reported is a meaning */
	{ "  default: {exec: deny}\n  rules:\n  - {exec: [/a], action: allow}\n  - {exec: [/a], action: audit}\n",
	  "denies-own-start", false },
	{ "  rules:\n  - {read: [/nonexistent/x/**]}\n", "names-nothing", true },
	{ "  rules:\n  - {read: [/nonexistent/x/**]}\n", "", false },
	{ "  rules:\n  - {read: [/etc/**, '/et?/x', '/{nonexistent,etc}/passwd']}\n", "", true },
	{ "  rules:\n  - {subject: {binary: [/nonexistent]}, read: [/etc/]}\n", "names-nothing", true },
	{ "  rules:\n  - {subject: {parent: [/nonexistent], ancestor: /nonexistent/x}, read: [/etc/]}\n",
	  "names-nothing names-nothing", true },
	{ "  rules:\n  - {subject: {cgroup: /nonexistent, image: nonexistent}, read: [/etc/]}\n", "", true },
	{ "  rules:\n  - {connect: ['unix:/nonexistent.sock']}\n", "names-nothing", true },
	{ "  rules:\n  - {connect: ['unix:@nonexistent', '10.0.0.0/8']}\n", "", true },
	/* what no process is */
	{ "  subject: {user: 33}\n  rules:\n  - {subject: {user: 0-32}, exec: [/a]}\n", "never-matches", false },
	{ "  subject: {user: 33}\n  rules:\n  - {subject: {user: 30-40}, exec: [/a]}\n", "", false },
	{ "  subject: {container: false}\n  rules:\n  - {subject: {image: x}, exec: [/a]}\n", "never-matches", false },
	{ "  rules:\n  - {subject: {container: false, pod: x}, exec: [/a]}\n", "never-matches", false },
	{ "  subject: {namespace: a}\n  rules:\n  - {subject: {namespace: b}, exec: [/a]}\n", "never-matches", false },
	{ "  subject: {namespace: a}\n  rules:\n  - {subject: {namespace: '*b'}, exec: [/a]}\n", "", false },
	{ "  subject: {label: a=1}\n  rules:\n  - {subject: {label: b=1}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {subject: {user: 33}, except: {user: [0, 30-40]}, exec: [/a]}\n", "never-matches", false },
	{ "  rules:\n  - {subject: {pod: x}, except: {container: true}, exec: [/a]}\n", "never-matches", false },
	{ "  rules:\n  - {subject: {user: 33}, except: {user: 33, group: 1}, exec: [/a]}\n", "", false },
	{ "  rules:\n  - {subject: {binary: [/opt/x/y]}, except: {binary: [/opt/]}, exec: [/a]}\n", "never-matches",
	  false },
	/* what every process is */
	{ "  subject: {binary: /**}\n  rules:\n  - {exec: [/a]}\n", "matches-everyone", false },
	{ "  rules:\n  - {subject: {user: 0-4294967294}, exec: [/a]}\n", "matches-everyone", false },
	{ "  rules:\n  - {subject: {cgroup: /, group: 0-4294967293}, exec: [/a]}\n", "matches-everyone", false },
	/* what stops the node, or the service */
	{ "  rules:\n  - {exec: [/**]}\n", "denies-everyone", false },
	{ "  rules:\n  - {read: [/], action: audit}\n", "", false },
	{ "  rules:\n  - {subject: {user: 33}, exec: [/**]}\n", "", false },
	{ "  rules:\n  - {exec: {paths: [/**], args: [--x]}}\n", "", false },
	{ "  subject: {binary: /usr/sbin/nginx}\n  default: {exec: deny, read: kill}\n  rules:\n"
	  "  - {exec: [/usr/sbin/nginx], action: allow}\n",
	  "denies-own-start denies-own-start", false },
	{ "  subject: {binary: /usr/sbin/nginx}\n  default: {exec: deny}\n  rules:\n"
	  "  - {exec: ['/usr/lib/**', /usr/sbin/nginx], action: allow}\n",
	  "", false },
	{ "  subject: {binary: /usr/sbin/nginx}\n  default: {write: deny, connect: deny}\n", "", false },
	{ "  rules:\n  - {read: [/etc/*], action: kill}\n", "kill-on-lookup", false },
	{ "  rules:\n  - {read: [/etc/shadow], action: kill}\n", "", false },
	{ "  rules:\n  - {write: [/etc/passwd], action: kill}\n", "", false },
	/* what a stricter rule is about, too */
	{ "  rules:\n  - {read: [/etc/**]}\n  - {read: [/etc/a, '/etc/b/*'], action: audit}\n", "shadowed-rule",
	  false },
	{ "  rules:\n  - {read: [/etc/**]}\n  - {read: [/etc/a, /srv/b], action: audit}\n", "", false },
	{ "  rules:\n  - {read: [/etc/**]}\n  - {read: [/etc], action: audit}\n", "", false },
	{ "  rules:\n  - {read: [/etc/]}\n  - {read: [/etc], action: audit}\n", "shadowed-rule", false },
	{ "  rules:\n  - {read: ['/home/*/.ssh/']}\n  - {read: ['/home/a/.ssh/id'], action: audit}\n", "shadowed-rule",
	  false },
	{ "  rules:\n  - {subject: {user: 1-9}, read: [/a]}\n  - {subject: {user: 5, group: 1}, read: [/a], action: audit}\n",
	  "shadowed-rule", false },
	{ "  rules:\n  - {subject: {user: 5}, read: [/a]}\n  - {subject: {user: 1-9}, read: [/a], action: audit}\n", "",
	  false },
	{ "  rules:\n  - {except: {user: 5}, read: [/a]}\n  - {read: [/a], action: audit}\n", "", false },
	{ "  rules:\n  - {except: {user: 5}, read: [/a]}\n  - {except: {user: 1-9}, read: [/a], action: audit}\n",
	  "shadowed-rule", false },
	{ "  default: {read: deny}\n  rules:\n  - {read: ['/usr/lib/**'], action: allow}\n  - {read: [/etc/]}\n"
	  "  - {read: [/etc/a], action: allow}\n",
	  "contradicting-rules", false },
	{ "  rules:\n  - {connect: ['10.0.0.0/8:1-9000/tcp']}\n  - {connect: ['10.1.0.0/16:443/tcp'], action: audit}\n",
	  "shadowed-rule", false },
	{ "  rules:\n  - {connect: ['10.0.0.0/8:443/tcp']}\n  - {connect: ['10.1.0.0/16:443'], action: audit}\n", "",
	  false },
	{ "  rules:\n  - {connect: ['*']}\n  - {connect: ['[2001:db8::/32]'], action: audit}\n", "shadowed-rule",
	  false },
	{ "  rules:\n  - {connect: ['*']}\n  - {connect: ['unix:/run/x'], action: audit}\n", "", false },
	{ "  rules:\n  - {socket: [AF_ALG]}\n  - {socket: [AF_ALG/SOCK_SEQPACKET], action: audit}\n", "shadowed-rule",
	  false },
	{ "  rules:\n  - {use: [bpf, mount]}\n  - {use: [bpf], action: audit}\n  - {use: [bpf, userns], action: audit}\n",
	  "shadowed-rule", false },
	{ "  rules:\n  - {exec: {memory: true}}\n  - {exec: {memory: true, args: [x]}, action: audit}\n",
	  "shadowed-rule", false },
	{ "  rules:\n  - {exec: {paths: [/a], args: [x]}}\n  - {exec: [/a], action: audit}\n", "", false },
};

/* The ids of all warnings. */
static void found(const struct diag *diag, char *text, size_t size)
{
	size_t used = 0, i;

	text[0] = '\0';
	for (i = 0; i < diag->n && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", diag->list[i].id);
}

START_TEST(lint)
{
	struct policy_list policies = { 0 };
	struct diag diag = { 0 };
	struct source *source;
	char text[1024];

	snprintf(text, sizeof(text), "%s%s", HEAD, cases[_i].spec);
	ck_assert_int_eq(source_new("p.yaml", text, strlen(text), &source), 0);
	if (policy_read(source, &policies, &diag) < 0)
		diag_print(&diag, stderr);
	ck_assert_uint_eq(policies.n, 1);
	ck_assert_int_eq(lint_policy(policies.policy[0], &diag), 0);
	ck_assert_int_eq(lint_across(&policies, &diag), 0);
	if (cases[_i].node)
		ck_assert_int_eq(lint_node(policies.policy[0], &diag), 0);
	found(&diag, text, sizeof(text));
	ck_assert_str_eq(text, cases[_i].expected);
	ck_assert_uint_eq(diag.n_errors, 0);
	diag_done(&diag);
	policy_list_done(&policies);
	source_unref(source);
}
END_TEST

/* A policy of this name, mode and spec. */
#define POLICY(name, mode, spec) \
	"---\napiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: " name "}\nspec:\n  mode: " mode "\n" spec

static const struct {
	const char *text;
	const char *expected;
} several[] = {
	/* no allow lifts the denial of another policy */
	{ POLICY("a", "enforce", "  rules:\n  - {read: [/etc/]}\n")
		  POLICY("b", "enforce",
			 "  default: {read: deny}\n  rules:\n  - {read: [/etc/a, /etc/b], action: allow}\n"
			 "  - {read: ['/usr/lib/**'], action: allow}\n"),
	  "contradicting-rules" },
	/* one that only audits refuses nothing */
	{ POLICY("a", "audit", "  rules:\n  - {read: [/etc/]}\n")
		  POLICY("b", "enforce",
			 "  default: {read: deny}\n  rules:\n  - {read: [/etc/a, '/usr/lib/**'], action: allow}\n"),
	  "" },
	{ POLICY("a", "audit", "  rules:\n  - {exec: [/a], action: kill}\n")
		  POLICY("b", "audit", "  rules:\n  - {exec: [/a]}\n"),
	  "shadowed-rule" },
	/* each policy reports for itself */
	{ POLICY("a", "audit", "  rules:\n  - {exec: [/a]}\n")
		  POLICY("b", "audit", "  rules:\n  - {exec: [/a], action: audit}\n"),
	  "" },
	{ POLICY("a", "enforce", "  subject: {user: 1}\n  rules:\n  - {exec: [/a], action: kill}\n")
		  POLICY("b", "enforce", "  rules:\n  - {exec: [/a]}\n"),
	  "" },
	{ POLICY("a", "enforce", "  rollout: 10\n  rules:\n  - {exec: [/a], action: kill}\n")
		  POLICY("b", "enforce", "  rules:\n  - {exec: [/a]}\n"),
	  "" },
};

START_TEST(over_policies)
{
	struct policy_list policies = { 0 };
	struct diag diag = { 0 };
	struct source *source;
	char text[1024];

	ck_assert_int_eq(source_new("p.yaml", several[_i].text, strlen(several[_i].text), &source), 0);
	if (policy_read(source, &policies, &diag) < 0)
		diag_print(&diag, stderr);
	ck_assert_uint_eq(policies.n, 2);
	ck_assert_int_eq(lint_across(&policies, &diag), 0);
	found(&diag, text, sizeof(text));
	ck_assert_str_eq(text, several[_i].expected);
	diag_done(&diag);
	policy_list_done(&policies);
	source_unref(source);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lint");
	TCase *tcase = tcase_create("lint");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, lint, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tcase, over_policies, 0, ARRAY_SIZE(several));
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

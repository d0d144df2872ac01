/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What check makes of texts that parse takes: first of good ones, value by value, then which mistake each bad one is.
 * How mistakes read is in test/cases/policy.
 */
#include "check.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <test/harness.h>

/* --- good ---------------------------------------------------------------------------------------------- */

static const char whole[] = "apiVersion: bulwark/v1\n"
			    "kind: Policy\n"
			    "metadata:\n"
			    "  name: web-no-shell\n"
			    "  description: Web servers start no shell.\n"
			    "  tags: {attack: T1059.004, severity: 3}\n"
			    "spec:\n"
			    "  mode: enforce\n"
			    "  rollout: 25\n"
			    "  subject: {user: [root, 1000-1999, 7], binary: /usr/sbin/nginx}\n"
			    "  default: {connect: deny, exec: kill, write: audit}\n"
			    "  rules:\n"
			    "    - name: no-shell\n"
			    "      subject: {binary: [/usr/sbin/nginx, '/usr/{bin,sbin}/apache2'], group: 0}\n"
			    "      except: {user: \"33\"}\n"
			    "      exec: [/bin/sh, /opt/]\n"
			    "      action: kill\n"
			    "      message: no shell here\n"
			    "    - connect: [10.0.0.0/8:443, 'unix:/run/x', '*:53/udp']\n"
			    "      action: allow\n"
			    "    - read: /etc/shadow\n"
			    "    - {write: [/etc/**], action: audit}\n"
			    "    - {bind: '*:0-1023/tcp', action: deny}\n"
			    "    - exec: {paths: [/tmp/**]}\n";

START_TEST(values)
{
	struct policy_list list = harness_good(whole);
	const struct policy *p = list.policy[0];

	ck_assert_uint_eq(list.n, 1);
	ck_assert_str_eq(p->name, "web-no-shell");
	ck_assert_uint_eq(p->span.line, 4);
	ck_assert_str_eq(p->description, "Web servers start no shell.");
	ck_assert_uint_eq(p->n_tags, 2);
	ck_assert_str_eq(p->tag[0].key, "attack");
	ck_assert_str_eq(p->tag[1].value, "3");
	ck_assert_int_eq(p->mode, BW_MODE_ENFORCE);
	ck_assert_uint_eq(p->rollout, 25);
	ck_assert_int_eq(p->fallback[BW_OP_EXEC], BW_VERDICT_KILL);
	ck_assert_int_eq(p->fallback[BW_OP_READ], -1);
	ck_assert_int_eq(p->fallback[BW_OP_WRITE], BW_VERDICT_AUDIT);
	ck_assert_int_eq(p->fallback[BW_OP_CONNECT], BW_VERDICT_DENY);
	ck_assert_int_eq(p->fallback[BW_OP_SLOTS - 1], -1);
	ck_assert_uint_eq(p->fallback_span[BW_OP_CONNECT].line, 11);
	ck_assert_uint_eq(p->n_rules, 6);
	policy_list_done(&list);
}
END_TEST

START_TEST(selectors)
{
	struct policy_list list = harness_good(whole);
	const struct policy *p = list.policy[0];
	const struct condition *c = p->subject.condition;

	ck_assert_uint_eq(p->subject.n, 2); /* sorted by key, whatever the order of the text */
	ck_assert_int_eq(c[0].key, SUBJECT_BINARY);
	ck_assert_uint_eq(c[0].n_paths, 1);
	ck_assert_str_eq(c[0].path[0].text, "/usr/sbin/nginx");
	ck_assert_int_eq(c[1].key, SUBJECT_USER);
	ck_assert_uint_eq(c[1].n_ids, 3);
	ck_assert_uint_eq(c[1].id[0].to, 0);
	ck_assert_uint_eq(c[1].id[1].from, 1000);
	ck_assert_uint_eq(c[1].id[1].to, 1999);
	ck_assert_uint_eq(c[1].id[2].from, 7);
	c = p->rule[0].subject.condition;
	ck_assert_uint_eq(c[0].n_paths, 2);
	ck_assert_uint_eq(c[0].path[1].n, 2);
	ck_assert_uint_eq(p->rule[0].except.n, 1);
	ck_assert_uint_eq(p->rule[0].except.condition[0].id[0].from, 33);
	ck_assert_uint_eq(p->rule[1].subject.n, 0);
	policy_list_done(&list);
}
END_TEST

START_TEST(containers)
{
	struct policy_list list = harness_good(HARNESS_SPEC "  subject: {capability: [CAP_SYS_ADMIN, CAP_CHOWN], "
							    "container: true, cgroup: '/a{b,c}', label: [a=b, 'c=*']}\n"
							    "  rules: [{read: /x}]\n");
	const struct condition *c = list.policy[0]->subject.condition;

	ck_assert_uint_eq(list.policy[0]->subject.n, 4);
	ck_assert_int_eq(c[0].key, SUBJECT_CAPABILITY);
	ck_assert_uint_eq(c[0].capabilities, 1ull << 21 | 1);
	ck_assert_int_eq(c[1].key, SUBJECT_CONTAINER);
	ck_assert(c[1].yes);
	ck_assert_int_eq(c[2].key, SUBJECT_CGROUP);
	ck_assert_uint_eq(c[2].path[0].n, 2);
	ck_assert_int_eq(c[3].key, SUBJECT_LABEL);
	ck_assert_uint_eq(c[3].n_paths, 2);
	ck_assert_str_eq(c[3].path[1].text, "c=*");
	policy_list_done(&list);
}
END_TEST

START_TEST(rules)
{
	static const enum bw_operation operations[] = { BW_OP_EXEC,  BW_OP_CONNECT, BW_OP_READ,
							BW_OP_WRITE, BW_OP_BIND,    BW_OP_EXEC };
	static const enum bw_verdict actions[] = { BW_VERDICT_KILL,  BW_VERDICT_ALLOW, BW_VERDICT_DENY,
						   BW_VERDICT_AUDIT, BW_VERDICT_DENY,  BW_VERDICT_DENY };
	struct policy_list list = harness_good(whole);
	const struct rule *rule = list.policy[0]->rule;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		ck_assert_int_eq(rule[i].operation, operations[i]);
		ck_assert_int_eq(rule[i].action, actions[i]);
	}
	ck_assert_str_eq(rule[0].name, "no-shell");
	ck_assert_str_eq(rule[0].message, "no shell here");
	ck_assert_uint_eq(rule[0].n_paths, 2);
	ck_assert_uint_eq(rule[0].path[1].n, 2); /* the folder, and all below */
	ck_assert_uint_eq(rule[0].path[1].span.line, 16);
	ck_assert_uint_eq(rule[0].path[1].span.column, 23);
	ck_assert_str_eq(rule[1].name, "rule-2");
	ck_assert_ptr_null(rule[1].message);
	ck_assert_uint_eq(rule[1].n_endpoints, 3);
	ck_assert_int_eq(rule[1].endpoint[1].kind, ENDPOINT_UNIX);
	ck_assert_uint_eq(rule[1].endpoint[2].port_to, 53);
	ck_assert_uint_eq(rule[4].n_endpoints, 1);
	ck_assert_str_eq(rule[5].path[0].text, "/tmp/**");
	policy_list_done(&list);
}
END_TEST

START_TEST(defaults)
{
	struct policy_list list = harness_good(HARNESS_RULE "exec: /bin/sh\n");
	const struct policy *p = list.policy[0];

	ck_assert_int_eq(p->mode, BW_MODE_AUDIT);
	ck_assert_uint_eq(p->rollout, 100);
	ck_assert_ptr_null(p->description);
	ck_assert_uint_eq(p->n_tags, 0);
	ck_assert_uint_eq(p->subject.n, 0);
	ck_assert_str_eq(p->rule[0].name, "rule-1");
	ck_assert_int_eq(p->rule[0].action, BW_VERDICT_DENY);
	policy_list_done(&list);
	list = harness_good(HARNESS_SPEC "  default: {read: deny}\n");
	ck_assert_uint_eq(list.policy[0]->n_rules, 0);
	policy_list_done(&list);
}
END_TEST

START_TEST(several)
{
	struct policy_list list =
		harness_good(HARNESS_RULE "exec: /a\n---\n" HARNESS_RULE "exec: /a\n---\n" HARNESS_RULE "exec: /b\n");
	const struct policy *const *p = (const struct policy *const *)list.policy;

	ck_assert_uint_eq(list.n, 3);
	ck_assert_ptr_eq(p[0]->source, p[2]->source);
	ck_assert_uint_eq(p[0]->text_from, 0);
	ck_assert_uint_eq(p[1]->text_from, p[0]->text_size + 4);
	ck_assert_str_eq(p[0]->hash, p[1]->hash); /* the same text, the same name */
	ck_assert_str_ne(p[0]->hash, p[2]->hash);
	ck_assert_uint_eq(strlen(p[0]->hash), 16);
	policy_list_done(&list);
}
END_TEST

START_TEST(json)
{
	struct policy_list list = harness_good(
		"{\"apiVersion\": \"bulwark/v1\", \"kind\": \"Policy\", \"metadata\": {\"name\": \"j\"},\n"
		"\t\"spec\": {\"rollout\": 5, \"rules\": [{\"exec\": [\"/bin/sh\"], \"action\": \"kill\"}]}}\n");

	ck_assert_uint_eq(list.policy[0]->rollout, 5);
	ck_assert_int_eq(list.policy[0]->rule[0].action, BW_VERDICT_KILL);
	policy_list_done(&list);
}
END_TEST

/* All or nothing: what was read before stays, a wrong document keeps its neighbours out. */
START_TEST(all_or_nothing)
{
	struct policy_list list = harness_good(HARNESS_RULE "exec: /a\n");
	static const char text[] = HARNESS_RULE "exec: /b\n---\n" HARNESS_RULE "exec: b\n";
	char *printed = harness_read(text, sizeof(text) - 1, &list);

	ck_assert_ptr_nonnull(strstr(printed, "[pattern]"));
	ck_assert_uint_eq(list.n, 1);
	free(printed);
	policy_list_done(&list);
}
END_TEST

START_TEST(warning)
{
	static const char text[] = HARNESS_RULE "{exec: /a, action: allow}\n";
	struct policy_list list = { 0 };
	char *printed = harness_read(text, sizeof(text) - 1, &list);

	ck_assert_ptr_nonnull(strstr(printed, "warning: this rule has no effect"));
	ck_assert_uint_eq(list.n, 1);
	free(printed);
	policy_list_done(&list);
}
END_TEST

/* --- bad ----------------------------------------------------------------------------------------------- */

#define TOP(rest)     "apiVersion: bulwark/v1\nkind: Policy\n" rest
#define META(rest)    "apiVersion: bulwark/v1\nkind: Policy\nmetadata: " rest "\nspec: {rules: [{exec: /a}]}\n"
#define SUBJECT(rest) HARNESS_SPEC "  subject: " rest "\n  rules: [{exec: /a}]\n"
#define LONG63	      "a23456789-123456789-123456789-123456789-123456789-123456789-123"

/* The ids of all mistakes, in the order of their places. */
static const struct {
	const char *text;
	const char *ids;
} mistakes[] = {
	{ "", "no-document" },
	{ "---\n", "empty-document" },
	{ HARNESS_RULE "exec: /a\n---\n", "empty-document" },
	{ "[]", "wrong-type" },
	{ "text", "wrong-type" },
	{ "{}", "missing-key" },
	{ "kind: PolicyTest\ncases: []\n", "policy-test" },
	{ "apiVersion: bulwark/v2\nkind: Pod\nmetadata: {name: a}\nspec: {default: {exec: deny}}", "api-version kind" },
	{ TOP("metadata: {name: a}\n"), "missing-key" },
	{ TOP("metadata: {name: a}\nspec:\n"), "wrong-type" },
	{ TOP("metadata: {name: a}\nspec: []\n"), "wrong-type" },
	{ TOP("metadata: {name: a}\nspec: {}\n"), "no-rules" },
	{ TOP("metadata: {name: a}\nspec: {rules: [], default: {}}\n"), "no-rules" },
	{ TOP("metadata: {name: a}\nspec: {default: {exec: deny}}\nstatus: x\n"), "unknown-key" },
	/* metadata */
	{ META("{}"), "missing-key" },
	{ META("{name: Web}"), "name" },
	{ META("{name: -a}"), "name" },
	{ META("{name: a-}"), "name" },
	{ META("{name: a.b}"), "name" },
	{ META("{name: ''}"), "name" },
	{ META("{name: " LONG63 "}"), "" },
	{ META("{name: " LONG63 "4}"), "name" },
	{ META("{name: [a]}"), "wrong-type" },
	{ META("{name: }"), "wrong-type" },
	{ META("{name: default}"), "" },
	{ META("{name: a, nmae: b}"), "unknown-key" },
	{ META("{name: a, description: [b]}"), "wrong-type" },
	{ META("{name: a, description: \"b\\nc\"}"), "" },
	{ META("{name: a, tags: [b]}"), "wrong-type" },
	{ META("{name: a, tags: {b: {c: d}}}"), "wrong-type" },
	{ META("{name: a, tags: {b: }}"), "wrong-type" },
	{ META("{name: a, tags: {b: \"c\\nd\"}}"), "control-character" },
	{ META("{name: a, tags: {}}"), "" },
	/* spec */
	{ HARNESS_SPEC "  mode: enforced\n  default: {exec: deny}\n", "unknown-word" },
	{ HARNESS_SPEC "  mode: [audit]\n  default: {exec: deny}\n", "wrong-type" },
	{ HARNESS_SPEC "  rollout: 101\n  default: {exec: deny}\n", "number" },
	{ HARNESS_SPEC "  rollout: -1\n  default: {exec: deny}\n", "number" },
	{ HARNESS_SPEC "  rollout: 50%\n  default: {exec: deny}\n", "number" },
	{ HARNESS_SPEC "  rollout: 1e1\n  default: {exec: deny}\n", "number" },
	{ HARNESS_SPEC "  rollout: 4294967296\n  default: {exec: deny}\n", "number" },
	{ HARNESS_SPEC "  rollout: ''\n  default: {exec: deny}\n", "number" },
	{ HARNESS_SPEC "  rollout: 0\n  default: {exec: deny}\n", "" },
	{ HARNESS_SPEC "  default: deny\n", "wrong-type" },
	{ HARNESS_SPEC "  default: {exec: allow}\n", "default-allow" },
	{ HARNESS_SPEC "  default: {exec: forbid}\n", "unknown-word" },
	{ HARNESS_SPEC "  default: {run: deny}\n", "unknown-key" },
	{ HARNESS_SPEC "  default: {use: deny, socket: deny}\n", "" },
	{ HARNESS_SPEC "  rule: []\n  default: {exec: deny}\n", "unknown-key" },
	/* rules */
	{ HARNESS_SPEC "  rules: {exec: /a}\n", "wrong-type" },
	{ HARNESS_SPEC "  rules:\n", "wrong-type" },
	{ HARNESS_RULE "text\n", "wrong-type" },
	{ HARNESS_RULE "{}\n", "no-operation" },
	{ HARNESS_RULE "{exec: /a, read: /b}\n", "many-operations" },
	{ HARNESS_RULE "{exec: /a, read: /b, write: /c}\n", "many-operations many-operations" },
	{ HARNESS_RULE "{exec: /a, name: default}\n", "reserved-name" },
	{ HARNESS_RULE "{exec: /a, name: x}\n    - {exec: /a, name: x}\n", "duplicate-name" },
	{ HARNESS_RULE "{exec: /a, name: rule-2}\n    - exec: /a\n", "duplicate-name" },
	{ HARNESS_RULE "{exec: /a, action: block}\n", "unknown-word" },
	{ HARNESS_RULE "{exec: /a, message: }\n", "wrong-type" },
	{ HARNESS_RULE "{exec: /a, message: \"a\\x1b\"}\n", "control-character" },
	{ HARNESS_RULE "{exec: /a, exec: /b}\n", "duplicate-key" },
	{ HARNESS_RULE "{exec: /a, execs: /b}\n", "unknown-key" },
	/* objects */
	{ HARNESS_RULE "exec:\n", "wrong-type" },
	{ HARNESS_RULE "exec: []\n", "empty-list" },
	{ HARNESS_RULE "exec: [[/a]]\n", "wrong-type" },
	{ HARNESS_RULE "exec: [/a, {paths: /b}]\n", "wrong-type" },
	{ HARNESS_RULE "exec: [/a, ]\n", "" },
	{ HARNESS_RULE "exec: [a, /b/../c]\n", "pattern pattern" },
	{ HARNESS_RULE "exec: {}\n", "missing-key" },
	{ HARNESS_RULE "exec: {path: /a}\n", "unknown-key" },
	{ HARNESS_RULE "exec: {sha256: abc}\n", "digest" },
	{ HARNESS_RULE "exec: {args: ['a[']}\n", "pattern" },
	{ HARNESS_RULE "exec: {args: []}\n", "empty-list" },
	{ HARNESS_RULE "exec: {args: [-c, '*/x?[a-z]{1,2}']}\n", "" },
	{ HARNESS_RULE "exec: {memory: true}\n", "" },
	{ HARNESS_RULE "exec: {memory: false}\n", "boolean" },
	{ HARNESS_RULE "exec: {memory: yes}\n", "boolean" },
	{ HARNESS_RULE "read: {paths: /a}\n", "wrong-type" },
	{ HARNESS_RULE "connect: /a\n", "address" },
	{ HARNESS_RULE "connect: {}\n", "wrong-type" },
	{ HARNESS_RULE "bind: [10.0.0.1/8, '*:99999']\n", "host-bits port" },
	{ HARNESS_RULE "socket: AF_ALG\n", "" },
	{ HARNESS_RULE "socket: [AF_INET/SOCK_RAW/IPPROTO_ICMP, AF_NETLINK/SOCK_RAW/0]\n", "" },
	{ HARNESS_RULE "socket: [AF_FOO, AF_INET/RAW, AF_INET/SOCK_RAW/icmp, AF_INET/SOCK_RAW/0/1]\n",
	  "socket socket socket socket" },
	{ HARNESS_RULE "socket: [46, 45/10/65535, AF_PACKET/SOCK_RAW/ETH_P_ALL, AF_CAN/3/CAN_RAW]\n", "" },
	{ HARNESS_RULE "socket: [64, AF_INET/11, AF_INET/1/65536, AF_INET/1/99999999999999999999, -1, AF_INET/, '']\n",
	  "socket socket socket socket socket socket socket" },
	{ HARNESS_RULE "socket: [AF_ALG/5/X, AF_INET/1/NETLINK_ROUTE]\n", "socket socket" },
	{ HARNESS_RULE "socket: []\n", "empty-list" },
	{ HARNESS_RULE "use: [ptrace, mount]\n", "" },
	{ HARNESS_RULE "use: [ptrase]\n", "facility" },
	/* selectors */
	{ SUBJECT("[]"), "wrong-type" },
	{ SUBJECT(""), "wrong-type" },
	{ SUBJECT("{}"), "empty-selector" },
	{ SUBJECT("{binaries: /a}"), "unknown-key" },
	{ SUBJECT("{binary: a}"), "pattern" },
	{ SUBJECT("{binary: []}"), "empty-list" },
	{ SUBJECT("{user: [nosuchuser, 1-0, [1]]}"), "unknown-user id wrong-type" },
	{ SUBJECT("{group: nosuchgroup}"), "unknown-group" },
	{ SUBJECT("{parent: /a}"), "" },
	{ SUBJECT("{ancestor: a}"), "pattern" },
	{ SUBJECT("{capability: [CAP_BPF]}"), "" },
	{ SUBJECT("{capability: [cap_bpf, 39]}"), "capability capability" },
	{ SUBJECT("{owner: true}"), "" },
	{ SUBJECT("{owner: 'true'}"), "boolean" },
	{ HARNESS_RULE "{connect: '*', subject: {owner: true}}\n", "owner-of-no-file" },
	{ HARNESS_RULE "{bind: '*', except: {user: root, owner: false}}\n", "owner-of-no-file" },
	{ HARNESS_SPEC "  subject: {owner: true}\n  rules: [{read: /a}, {connect: '*'}, {bind: '*'}]\n",
	  "owner-of-no-file" },
	{ HARNESS_SPEC "  subject: {owner: true}\n  default: {read: deny, bind: deny}\n", "owner-of-no-file" },
	{ HARNESS_SPEC "  subject: {owner: true}\n  default: {read: deny}\n", "" },
	{ HARNESS_SPEC "  rules: [{write: /a, subject: {owner: true}, except: {owner: false}}, {connect: '*'}]\n", "" },
	{ SUBJECT("{container: [true]}"), "wrong-type" },
	{ SUBJECT("{container: 'yes'}"), "boolean" },
	{ SUBJECT("{cgroup: system.slice}"), "pattern" },
	{ SUBJECT("{cgroup: [/sys/fs/cgroup, /sys/fs/cgroup/a, /sys/fs/cgroups, [/a]]}"), "cgroup cgroup wrong-type" },
	{ SUBJECT("{cgroup: {a: b}}"), "wrong-type" },
	{ SUBJECT("{image: 'r/*:[1-9]'}"), "" },
	{ SUBJECT("{image: ''}"), "pattern" },
	{ SUBJECT("{image: [], name: 'a**'}"), "empty-list pattern" },
	{ SUBJECT("{image: 'r/[', name: 'b{', namespace: 'c}', pod: 'd\\'}"), "pattern pattern pattern pattern" },
	{ SUBJECT("{label: [app=web, app]}"), "label" },
	{ SUBJECT("{label: {app: web}}"), "wrong-type" },
	{ HARNESS_RULE "{exec: /a, except: {binary: x, user: nosuchuser}}\n", "pattern unknown-user" },
	{ HARNESS_RULE "{exec: /a, except: {}}\n", "empty-selector" },
	/* broken nodes are reported once */
	{ HARNESS_RULE "{exec: *a}\n", "alias" },
	{ HARNESS_RULE "{exec: [/a, *a]}\n", "alias" },
	{ HARNESS_RULE "*a\n", "alias" },
	{ HARNESS_SPEC "  subject: *a\n  rules: *b\n", "alias alias" },
	{ META("{name: \"a\\0\"}"), "nul-byte" },
};

/* "[id]" ends the first line of each printed diagnostic. */
static char *ids_of(char *printed)
{
	char *ids = calloc(1, strlen(printed) + 1), *line;

	ck_assert_ptr_nonnull(ids);
	while ((line = strsep(&printed, "\n"))) {
		char *open = strrchr(line, '[');

		if (!strstr(line, ": error: ") || !open)
			continue;
		strcat(ids, *ids ? " " : "");
		strncat(ids, open + 1, strlen(open) - 2);
	}
	return ids;
}

START_TEST(mistake)
{
	struct policy_list list = { 0 };
	char *printed = harness_read(mistakes[_i].text, strlen(mistakes[_i].text), &list);
	_free_ char *copy = strdup(printed);
	char *ids = ids_of(copy);

	ck_assert_msg(strcmp(ids, mistakes[_i].ids) == 0, "%s\nexpected: %s\n%s", mistakes[_i].text, mistakes[_i].ids,
		      printed);
	ck_assert_uint_eq(list.n, *ids ? 0 : 1);
	free(ids);
	free(printed);
	policy_list_done(&list);
}
END_TEST

/* --- bounds -------------------------------------------------------------------------------------------- */

/* HEAD, then PART n times with its number, then END. */
static char *numbered(const char *head, const char *part, unsigned int n, const char *end)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	unsigned int i;

	ck_assert_ptr_nonnull(to);
	fputs(head, to);
	for (i = 0; i < n; i++) {
		const char *mark = strchr(part, '#');

		fprintf(to, "%.*s%u%s", (int)(mark - part), part, i, mark + 1);
	}
	fputs(end, to);
	fclose(to);
	return text;
}

static const struct {
	const char *head;
	const char *part; /* # is the number */
	unsigned int n;
	const char *end;
	const char *id;
} bounds[] = {
	{ TOP("metadata: {name: a, tags: {"), "t#: x,", BW_TAGS_MAX, "}}\nspec: {default: {exec: deny}}", "" },
	{ TOP("metadata: {name: a, tags: {"), "t#: x,", BW_TAGS_MAX + 1, "}}\nspec: {default: {exec: deny}}",
	  "too-many" },
	{ HARNESS_RULE "{exec: [", "/#,", BW_LIST_MAX, "]}", "" },
	{ HARNESS_RULE "{exec: [", "/#,", BW_LIST_MAX + 1, "]}", "too-many" },
	{ HARNESS_SPEC "  rules: [", "{exec: /#},", BW_RULES_MAX, "]", "" },
	{ HARNESS_SPEC "  rules: [", "{exec: /#},", BW_RULES_MAX + 1, "]", "too-many" },
	{ HARNESS_RULE "{exec: [", "'/#{a,b}{c,d}{e,f}{g,h}{i,j}{k,l}{m,n}{o,p}',", BW_STATES_MAX / 256, "]}", "" },
	{ HARNESS_RULE "{exec: [", "'/#{a,b}{c,d}{e,f}{g,h}{i,j}{k,l}{m,n}{o,p}',", BW_STATES_MAX / 256 + 9, "]}",
	  "too-many" },
};

START_TEST(bounded)
{
	struct policy_list list = { 0 };
	char *text = numbered(bounds[_i].head, bounds[_i].part, bounds[_i].n, bounds[_i].end);
	char *printed = harness_read(text, strlen(text), &list), *ids = ids_of(printed);

	ck_assert_str_eq(ids, bounds[_i].id);
	free(ids);
	free(printed);
	free(text);
	policy_list_done(&list);
}
END_TEST

START_TEST(long_message)
{
	char message[BW_MESSAGE_MAX + 2] = "", *text;
	size_t size;

	for (size = BW_MESSAGE_MAX; size <= BW_MESSAGE_MAX + 1; size++) {
		struct policy_list list = { 0 };
		char *printed;

		memset(message, 'x', size);
		ck_assert_int_ge(asprintf(&text, HARNESS_RULE "{exec: /a, message: %s}\n", message), 0);
		printed = harness_read(text, strlen(text), &list);
		ck_assert_int_eq(strstr(printed, "[too-long]") != NULL, size > BW_MESSAGE_MAX);
		free(printed);
		free(text);
		policy_list_done(&list);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("check");
	TCase *cases = tcase_create("check");

	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, values);
	tcase_add_test(cases, selectors);
	tcase_add_test(cases, containers);
	tcase_add_test(cases, rules);
	tcase_add_test(cases, defaults);
	tcase_add_test(cases, several);
	tcase_add_test(cases, json);
	tcase_add_test(cases, all_or_nothing);
	tcase_add_test(cases, warning);
	tcase_add_loop_test(cases, mistake, 0, ARRAY_SIZE(mistakes));
	tcase_add_loop_test(cases, bounded, 0, ARRAY_SIZE(bounds));
	tcase_add_test(cases, long_message);
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Printed and read again, a policy is the same: part by part, and printed once more, byte by byte.
 */
#include "print.h"
#include <base/cleanup.h>
#include <test/harness.h>

static char *printed(const struct policy *policy)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	print_policy(policy, to);
	ck_assert_int_eq(fclose(to), 0);
	return text;
}

static void same_paths(const struct path_value *a, size_t n_a, const struct path_value *b, size_t n_b)
{
	size_t i;

	ck_assert_uint_eq(n_a, n_b);
	for (i = 0; i < n_a; i++) {
		ck_assert_str_eq(a[i].text, b[i].text);
		ck_assert_uint_eq(a[i].n, b[i].n);
	}
}

static void same_selectors(const struct selector *a, const struct selector *b)
{
	size_t i, k;

	ck_assert_uint_eq(a->n, b->n);
	for (i = 0; i < a->n; i++) {
		const struct condition *left = &a->condition[i], *right = &b->condition[i];

		ck_assert_int_eq(left->key, right->key);
		ck_assert_int_eq(left->yes, right->yes);
		ck_assert_uint_eq(left->capabilities, right->capabilities);
		same_paths(left->path, left->n_paths, right->path, right->n_paths);
		ck_assert_uint_eq(left->n_ids, right->n_ids);
		for (k = 0; k < left->n_ids; k++)
			ck_assert_mem_eq(&left->id[k], &right->id[k], sizeof(left->id[k]));
		ck_assert_uint_eq(left->n_digests, right->n_digests);
		for (k = 0; k < left->n_digests; k++)
			ck_assert_mem_eq(&left->digest[k], &right->digest[k], sizeof(left->digest[k]));
	}
}

static void same_endpoints(const struct endpoint *a, const struct endpoint *b)
{
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_int_eq(a->family, b->family);
	ck_assert_int_eq(a->length, b->length);
	ck_assert_mem_eq(a->address, b->address, sizeof(a->address));
	ck_assert_int_eq(a->port_from, b->port_from);
	ck_assert_int_eq(a->port_to, b->port_to);
	ck_assert_int_eq(a->protocol, b->protocol);
	ck_assert_pstr_eq(a->path.text, b->path.text);
	ck_assert_uint_eq(a->path.n, b->path.n);
}

static void same_rules(const struct rule *a, const struct rule *b)
{
	size_t i;

	ck_assert_str_eq(a->name, b->name);
	ck_assert_int_eq(a->operation, b->operation);
	ck_assert_int_eq(a->action, b->action);
	ck_assert_pstr_eq(a->message, b->message);
	same_selectors(&a->subject, &b->subject);
	same_selectors(&a->except, &b->except);
	same_selectors(&a->object, &b->object);
	same_paths(a->path, a->n_paths, b->path, b->n_paths);
	ck_assert_uint_eq(a->n_endpoints, b->n_endpoints);
	for (i = 0; i < a->n_endpoints; i++)
		same_endpoints(&a->endpoint[i], &b->endpoint[i]);
}

static void same_policies(const struct policy *a, const struct policy *b)
{
	size_t i;

	ck_assert_str_eq(a->name, b->name);
	ck_assert_pstr_eq(a->description, b->description);
	ck_assert_uint_eq(a->n_tags, b->n_tags);
	for (i = 0; i < a->n_tags; i++) {
		ck_assert_str_eq(a->tag[i].key, b->tag[i].key);
		ck_assert_str_eq(a->tag[i].value, b->tag[i].value);
	}
	ck_assert_int_eq(a->mode, b->mode);
	ck_assert_uint_eq(a->rollout, b->rollout);
	ck_assert_mem_eq(a->fallback, b->fallback, sizeof(a->fallback));
	same_selectors(&a->subject, &b->subject);
	ck_assert_uint_eq(a->n_rules, b->n_rules);
	for (i = 0; i < a->n_rules; i++)
		same_rules(&a->rule[i], &b->rule[i]);
}

static const char *const texts[] = {
	HARNESS_RULE "exec: /bin/sh\n",
	HARNESS_RULE "exec: {memory: true}\n",
	HARNESS_RULE "exec: {args: ['--a*', '\"b\"'], paths: [/a, /b/], memory: true, sha256: "
		     "[0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789abcdef]}\n",
	HARNESS_SPEC "  default: {bind: audit, connect: deny, read: kill}\n  rules: []\n",
	HARNESS_SPEC "  mode: enforce\n  rollout: 0\n  subject: {group: [5, 1-9], user: root, binary: [/a, /b/]}\n"
		     "  default: {exec: kill}\n",
	HARNESS_RULE "{exec: [/bin/sh, '/usr/{bin,sbin}/a*[!x-z]?', '/a/**/b', /opt/, '/\\*'], action: kill}\n",
	HARNESS_RULE
	"{read: /etc/shadow, except: {user: [33, 0]}, subject: {binary: /x}, message: \"a \\\"b\\\" \\\\ c: #d\"}\n",
	HARNESS_SPEC
	"  subject: {container: true, capability: [CAP_BPF, CAP_CHOWN], cgroup: /a/, parent: /b, ancestor: [/c]}\n"
	"  rules: [{write: /a, except: {image: 'x:*', name: n, namespace: [a, b], pod: p, label: ['a=b', '*=*']}}]\n",
	HARNESS_SPEC "  subject: {owner: true, group: 1}\n  rules: [{write: /a, except: {owner: false}}]\n",
	HARNESS_RULE "{socket: [AF_ALG, 2/SOCK_RAW/IPPROTO_ICMP], action: kill}\n",
	HARNESS_RULE "{use: [signal, ptrace, module-load], action: audit}\n",
	HARNESS_RULE "{connect: ['*', '*:53/udp', 10.0.0.0/8, '[2001:db8::/32]:1-2/tcp', '::1/sctp', 'unix:/a/*',\n"
		     "      'unix:@\"b\\\\', '::ffff:1.2.3.4'], action: audit}\n    - bind: ['*:0-1023']\n",
	"apiVersion: bulwark/v1\nkind: Policy\nmetadata:\n  name: a\n  description: |\n    two\n    lines\n"
	"  tags: {yes: no, 1: 2, 'a: b': '- c', \"\\u202e\": \"\\U0001F600 \\u0085\", \xc3\xa9: '\xf0\x9f\x98\x80'}\n"
	"spec: {default: {exec: deny}}\n",
};

START_TEST(round_trip)
{
	struct policy_list first = harness_good(texts[_i]);
	char *once = printed(first.policy[0]), *twice;
	struct policy_list second = harness_good(once);

	ck_assert_uint_eq(second.n, 1);
	same_policies(first.policy[0], second.policy[0]);
	twice = printed(second.policy[0]);
	ck_assert_str_eq(once, twice);
	free(once);
	free(twice);
	policy_list_done(&first);
	policy_list_done(&second);
}
END_TEST

START_TEST(form)
{
	struct policy_list list = harness_good(
		"apiVersion: bulwark/v1\nkind: Policy\n"
		"metadata: {tags: {severity: high}, name: web}\n"
		"spec: {default: {connect: deny}, subject: {user: 0-5}, rules: [{action: kill, exec: {paths: /bin/sh}},\n"
		"  {name: dns, connect: '*:53-53/udp', action: allow}]}\n");
	char *text = printed(list.policy[0]);

	ck_assert_str_eq(text, "apiVersion: bulwark/v1\n"
			       "kind: Policy\n"
			       "metadata:\n"
			       "  name: web\n"
			       "  tags:\n"
			       "    \"severity\": \"high\"\n"
			       "spec:\n"
			       "  mode: audit\n"
			       "  rollout: 100\n"
			       "  subject:\n"
			       "    user:\n"
			       "      - 0-5\n"
			       "  default:\n"
			       "    connect: deny\n"
			       "  rules:\n"
			       "    - name: rule-1\n"
			       "      exec:\n"
			       "        - \"/bin/sh\"\n"
			       "      action: kill\n"
			       "    - name: dns\n"
			       "      connect:\n"
			       "        - \"*:53/udp\"\n"
			       "      action: allow\n");
	free(text);
	policy_list_done(&list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("print");
	TCase *cases = tcase_create("print");

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, round_trip, 0, ARRAY_SIZE(texts));
	tcase_add_test(cases, form);
	return harness_run(suite);
}

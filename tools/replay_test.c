/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Recorded events against policies: which attempts are one, what counts as a change, and lines that are no events.
 */
#include "replay.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <check.h>
#include <stdlib.h>

#define POLICY(name, spec) "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: " name "}\nspec:\n" spec

/* An event; `who` are more members of the process. */
#define EVENT(policy, rule, verdict, operation, object, who)                                                   \
	"{\"type\":\"decision\",\"policy\":\"" policy "\",\"rule\":\"" rule "\",\"verdict\":\"" verdict        \
	"\",\"enforced\":false,\"operation\":\"" operation "\",\"hook\":\"h\",\"object\":{" object             \
	"},\"process\":{\"exec_id\":\"1\",\"tid\":7,\"ppid\":1,\"euid\":33,\"binary\":\"/usr/sbin/nginx\"" who \
	"},\"ancestors\":[{\"pid\":1,\"binary\":\"/usr/lib/systemd/systemd\"}]}"

#define READ(policy, rule, verdict, path) EVENT(policy, rule, verdict, "read", "\"path\":\"" path "\"", "")

static struct replay begin(const char *text)
{
	struct policy_list policies = { 0 };
	struct replay replay = { 0 };
	struct source *source;
	struct diag diag = { 0 };

	ck_assert_int_eq(source_new("p.yaml", text, strlen(text), &source), 0);
	if (policy_read(source, &policies, &diag) < 0 || replay_begin(&replay, &policies, &diag) < 0)
		diag_print(&diag, stderr);
	ck_assert_uint_eq(diag.n_errors, 0);
	ck_assert_ptr_nonnull(replay.tables);
	source_unref(source);
	policy_list_done(&policies);
	diag_done(&diag);
	return replay;
}

static void feed(struct replay *replay, const char *line)
{
	ck_assert_int_eq(replay_line(replay, line, strlen(line)), 0);
}

static const struct {
	const char *spec;
	const char *event;
	enum replay_change change;
	const char *new_rule; /* NULL: none */
} cases[] = {
	{ POLICY("p", "  rules: [{name: a, read: [/x]}]\n"), READ("p", "a", "deny", "/x"), REPLAY_SAME, "p/a" },
	{ POLICY("p", "  rules: [{name: b, read: [/x]}]\n"), READ("p", "a", "deny", "/x"), REPLAY_OTHER_RULE, "p/b" },
	{ POLICY("p", "  rules: [{name: a, read: [/x], action: kill}]\n"), READ("p", "a", "deny", "/x"),
	  REPLAY_STRICTER, "p/a" },
	{ POLICY("p", "  rules: [{name: a, read: [/x]}]\n"), READ("p", "a", "kill", "/x"), REPLAY_MILDER, "p/a" },
	{ POLICY("p", "  rules: [{name: a, read: [/x]}]\n"), READ("p", "a", "audit", "/x"), REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, read: [/y]}]\n"), READ("p", "a", "deny", "/x"), REPLAY_ALLOWED, NULL },
	{ POLICY("p", "  rules: [{name: a, read: [/y]}]\n"), READ("p", "a", "audit", "/x"), REPLAY_MILDER, NULL },
	/* the process and those before it */
	{ POLICY("p", "  rules: [{name: a, subject: {user: 33, binary: [/usr/sbin/nginx]}, read: [/x]}]\n"),
	  READ("p", "a", "audit", "/x"), REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, subject: {parent: [/usr/lib/systemd/systemd]}, read: [/x]}]\n"),
	  READ("p", "a", "audit", "/x"), REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, subject: {namespace: prod, label: app=web}, read: [/x]}]\n"),
	  EVENT("p", "a", "audit", "read", "\"path\":\"/x\"",
		",\"container\":{\"id\":\"1\",\"namespace\":\"prod\",\"labels\":{\"app\":\"web\"}}"),
	  REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, subject: {container: true}, read: [/x]}]\n"), READ("p", "a", "audit", "/x"),
	  REPLAY_MILDER, NULL },
	/* what an event does not tell: the same rule is the same, and nothing is claimed beyond */
	{ POLICY("p", "  rules: [{name: a, subject: {capability: CAP_BPF}, read: [/x]}]\n"),
	  READ("p", "a", "deny", "/x"), REPLAY_SAME, "p/a" },
	{ POLICY("p", "  rules: [{name: a, subject: {capability: CAP_BPF}, read: [/x]}]\n"),
	  READ("o", "a", "audit", "/x"), REPLAY_UNTOLD, "p/a" },
	{ POLICY("p", "  rules: [{name: a, except: {owner: true}, read: [/x]}]\n"), READ("o", "a", "audit", "/x"),
	  REPLAY_UNTOLD, "p/a" },
	{ POLICY("p", "  rules: [{name: a, subject: {ancestor: [/own/former]}, read: [/x]}]\n"),
	  READ("p", "a", "deny", "/x"), REPLAY_SAME, "p/a" },
	{ POLICY("p", "  rules: [{name: a, subject: {ancestor: [/own/former]}, read: [/x]}]\n"),
	  READ("o", "a", "deny", "/x"), REPLAY_UNTOLD, NULL },
	{ POLICY("p", "  rules: [{name: a, subject: {ancestor: [/own/former]}, read: [/x]}]\n"),
	  READ("o", "a", "audit", "/x"), REPLAY_MILDER, NULL },
	/* objects */
	{ POLICY("p", "  rules: [{name: a, exec: {paths: [/bin/sh], args: [\"-c\"]}}]\n"),
	  EVENT("p", "a", "audit", "exec", "\"path\":\"/usr/bin/sh\",\"args\":[\"sh\",\"-c\"]", ""), REPLAY_DENIED,
	  "p/a" },
	{ POLICY("p", "  rules: [{name: a, exec: {memory: true}}]\n"),
	  EVENT("p", "a", "audit", "exec", "\"path\":\"/\"", ""), REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, connect: ['10.0.0.0/8:443/tcp']}]\n"),
	  EVENT("p", "a", "audit", "connect", "\"address\":\"10.1.2.3\",\"port\":443,\"protocol\":\"tcp\"", ""),
	  REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, bind: ['unix:@x*']}]\n"),
	  EVENT("p", "a", "audit", "bind", "\"unix\":\"@xy\"", ""), REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, socket: [AF_PACKET/SOCK_RAW/ETH_P_ARP]}]\n"),
	  EVENT("p", "a", "audit", "socket", "\"family\":\"AF_PACKET\",\"type\":\"SOCK_RAW\",\"protocol\":2054", ""),
	  REPLAY_DENIED, "p/a" },
	{ POLICY("p", "  rules: [{name: a, use: [bpf]}]\n"),
	  EVENT("p", "a", "audit", "use", "\"facility\":\"bpf\",\"name\":\"BPF_PROG_LOAD\"", ""), REPLAY_DENIED,
	  "p/a" },
};

START_TEST(a_change)
{
	struct replay replay = begin(cases[_i].spec);

	feed(&replay, cases[_i].event);
	ck_assert_int_eq(replay_finish(&replay), 0);
	ck_assert_uint_eq(replay.n_unread, 0);
	ck_assert_uint_eq(replay.n_groups, 1);
	ck_assert_str_eq(replay_change_name(replay.group[0].change), replay_change_name(cases[_i].change));
	ck_assert_uint_eq(replay.n_changes[cases[_i].change], 1);
	if (cases[_i].new_rule)
		ck_assert_str_eq(replay.group[0].new_rule, cases[_i].new_rule);
	else if (cases[_i].change != REPLAY_UNTOLD)
		ck_assert_ptr_null(replay.group[0].new_rule);
	replay_done(&replay);
}
END_TEST

START_TEST(lines_of_one_attempt_are_one)
{
	struct replay replay = begin(POLICY("p", "  rules: [{name: a, read: [/x]}]\n"));

	/* two policies had a word on it: it was denied */
	feed(&replay, READ("p", "a", "deny", "/x"));
	feed(&replay, READ("q", "b", "audit", "/x"));
	/* the first speaks again: another attempt, that was only reported */
	feed(&replay, READ("q", "b", "audit", "/x"));
	feed(&replay, READ("p", "a", "audit", "/y"));
	ck_assert_int_eq(replay_finish(&replay), 0);
	ck_assert_uint_eq(replay.n_events, 3);
	ck_assert_uint_eq(replay_questions(&replay), 2);
	ck_assert_uint_eq(replay.n_changes[REPLAY_SAME], 1);
	ck_assert_uint_eq(replay.n_changes[REPLAY_DENIED], 1);
	ck_assert_uint_eq(replay.n_changes[REPLAY_MILDER], 1);
	ck_assert_uint_eq(replay.group[0].change, REPLAY_DENIED);
	ck_assert_uint_eq(replay.group[0].line, 3);
	replay_done(&replay);
}
END_TEST

/* Other ids of process, file and time are no other question; another parent is. */
START_TEST(questions_are_told_apart)
{
	static const char *const lines[] = {
		"{\"type\":\"decision\",\"time\":\"1\",\"policy\":\"p\",\"rule\":\"a\",\"verdict\":\"audit\",\"operation\":\"read\","
		"\"object\":{\"path\":\"/x\",\"ino\":1},\"process\":{\"pid\":1,\"ppid\":9,\"euid\":0},"
		"\"ancestors\":[{\"pid\":9,\"binary\":\"/p\"}]}",
		"{\"type\":\"decision\",\"time\":\"2\",\"policy\":\"p\",\"rule\":\"a\",\"verdict\":\"audit\",\"operation\":\"read\","
		"\"object\":{\"path\":\"/x\",\"ino\":2},\"process\":{\"pid\":2,\"ppid\":8,\"euid\":0},"
		"\"ancestors\":[{\"pid\":8,\"binary\":\"/p\"}]}",
		/* an orphan: what made it is not its parent; the same with the keys sorted, and with spaces */
		"{\"type\":\"decision\",\"policy\":\"p\",\"rule\":\"a\",\"verdict\":\"audit\",\"operation\":\"read\","
		"\"object\":{\"path\":\"/x\"},\"process\":{\"pid\":2,\"ppid\":1,\"euid\":0},"
		"\"ancestors\":[{\"pid\":8,\"binary\":\"/p\"}]}",
		"{ \"ancestors\": [ {\"binary\":\"/p\",\"pid\":8} ], \"object\": {\"path\":\"/x\"}, \"operation\": \"read\", "
		"\"policy\": \"p\", \"process\": {\"euid\":0,\"ppid\":1}, \"rule\": \"a\", \"type\": \"decision\", "
		"\"verdict\": \"audit\" }",
	};
	static const size_t questions[] = { 1, 1, 2, 3 }; /* the order of keys may make one more */
	struct replay replay = begin(POLICY("p", "  rules: [{name: a, subject: {parent: [/p]}, read: [/x]}]\n"));

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		feed(&replay, lines[i]);
		ck_assert_uint_eq(replay.n_unread, 0);
		ck_assert_uint_le(replay_questions(&replay), questions[i]);
	}
	ck_assert_int_eq(replay_finish(&replay), 0);
	ck_assert_uint_eq(replay.n_events, 4);
	ck_assert_uint_eq(replay.n_changes[REPLAY_DENIED], 2);
	ck_assert_uint_eq(replay.n_changes[REPLAY_MILDER], 2);
	replay_done(&replay);
}
END_TEST

static const struct {
	const char *line;
	const char *reason;
} bad[] = {
	{ "x", "not a JSON object" },
	{ "{\"type\":\"decision\"", "not a JSON object" },
	{ "{\"type\":\"decision\"} x", "not a JSON object" },
	{ "{\"type\":\"decision\",}", "not a JSON object" },
	{ "[]", "not a JSON object" },
	{ "{\"a\":\"\\\"}", "not a JSON object" },
	{ "{}", "not an event" },
	{ "{\"type\":\"decision\"}", "no verdict" },
	{ "{\"type\":\"decision\",\"verdict\":\"deny\"}", "no process" },
	{ "{\"type\":\"decision\",\"verdict\":\"maybe\"}", "no verdict" },
	{ READ("p", "a", "deny", "x"), "the path is longer than an event holds" },
	{ EVENT("p", "a", "deny", "read", "", ""), "no path" },
	{ EVENT("p", "a", "deny", "eat", "\"path\":\"/x\"", ""), "no operation that is known here" },
	{ EVENT("p", "a", "deny", "connect", "\"address\":\"x\",\"port\":1", ""), "not an address" },
	{ EVENT("p", "a", "deny", "connect", "\"address\":\"1.2.3.4\",\"port\":70000", ""), "no address and port" },
	{ EVENT("p", "a", "deny", "bind", "\"unix\":\"@\"", ""), "a unix socket without a whole path" },
	{ EVENT("p", "a", "deny", "use", "\"facility\":\"x\"", ""), "no facility that is known here" },
	{ EVENT("p", "a", "deny", "socket", "\"family\":\"AF_X\",\"type\":\"1\"", ""),
	  "no family and type of a socket" },
	{ EVENT("p", "a", "deny", "read", "\"path\":\"/x\\q\"", ""), "not JSON" },
};

START_TEST(a_line_that_is_no_event)
{
	struct replay replay = begin(POLICY("p", "  rules: [{name: a, read: [/x]}]\n"));

	feed(&replay, "");
	feed(&replay, bad[_i].line);
	feed(&replay, READ("p", "a", "deny", "/x"));
	feed(&replay, "{\"type\":\"agent\",\"state\":\"started\"}");
	ck_assert_int_eq(replay_finish(&replay), 0);
	ck_assert_uint_eq(replay.n_unread, 1);
	ck_assert_uint_eq(replay.problem[0].line, 2);
	ck_assert_str_eq(replay.problem[0].reason, bad[_i].reason);
	ck_assert_uint_eq(replay.n_events, 1);
	ck_assert_uint_eq(replay.n_other, 1);
	replay_done(&replay);
}
END_TEST

/* Any prefix of a line, and any one byte of it changed: an event or none, and nothing else happens. */
START_TEST(broken_lines)
{
	static const char event[] = EVENT("p", "a", "deny", "exec", "\"path\":\"/x\",\"args\":[\"a\\\\\",\"\\\"b\"]",
					  ",\"container\":{\"id\":\"1\",\"labels\":{\"a\":\"b\"}}");
	struct replay replay = begin(POLICY("p", "  rules: [{name: a, exec: [/x]}]\n"));
	static const char bytes[] = "\"{}[],:\\0x";
	char line[sizeof(event)];

	for (size_t size = 0; size < sizeof(event); size++) {
		_free_ char *exact = malloc(size + 1); /* so that a read behind the end is found */

		ck_assert_ptr_nonnull(exact);
		memcpy(exact, event, size);
		ck_assert_int_eq(replay_line(&replay, exact, size), 0);
	}
	for (size_t at = 0; at < sizeof(event) - 1; at++)
		for (size_t i = 0; i < sizeof(bytes) - 1; i++) {
			memcpy(line, event, sizeof(event));
			line[at] = bytes[i];
			ck_assert_int_eq(replay_line(&replay, line, sizeof(line) - 1), 0);
		}
	ck_assert_int_eq(replay_line(&replay, NULL, 0), 0);
	ck_assert_int_eq(replay_finish(&replay), 0);
	replay_done(&replay);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("replay");
	TCase *tcase = tcase_create("replay");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, a_change, 0, ARRAY_SIZE(cases));
	tcase_add_test(tcase, lines_of_one_attempt_are_one);
	tcase_add_test(tcase, questions_are_told_apart);
	tcase_add_loop_test(tcase, a_line_that_is_no_event, 0, ARRAY_SIZE(bad));
	tcase_add_test(tcase, broken_lines);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

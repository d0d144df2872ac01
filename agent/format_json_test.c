/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * format_json.c: every type of event, to the byte. Times and pids, which differ in each run, stand as "T" and 0.
 */
#include "format_json.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <test/harness.h>
#include "roster.h"

static const struct table_tag tags[] = { { "attack", "T1059.004" }, { "severity", "high" } };
static const struct roster_policy policies[] = { { "web-no-shell", "00112233", tags, 2 }, { "bare", "44", NULL, 0 } };
static const struct roster_rule rules[] = { { 0, "no-shell", "no \"shell\" here" }, { 1, "default", NULL } };
static const struct roster roster = { .active = 7, .n_rules = 2, .n_policies = 2, .rule = rules, .policy = policies };

static struct bw_event record;
static struct event event;

static void begin(void)
{
	record = (struct bw_event){
		.record = { .type = BW_RECORD_DECISION, .size = sizeof(record), .time = 1 },
		.active = 7,
		.verdict = BW_VERDICT_KILL,
		.enforced = 1,
		.operation = BW_OP_EXEC,
		.hook = BW_HOOK_BPRM_CHECK,
		.mode = BW_MODE_ENFORCE,
		.process = { .start = 1, .pid = 4321, .tid = 4322, .ppid = 4300, .uid = 33, .gid = 34, .euid = 35 },
	};
	event = (struct event){ .record = &record, .roster = &roster, .id = "0d5e", .exec_id = "e1" };
}

static struct event_text text(const char *bytes, size_t size)
{
	return (struct event_text){ .bytes = bytes, .size = size };
}

/* Replaces what stands after `key` up to one of `ends`. */
static void blank(char *json, const char *key, const char *value, const char *ends)
{
	char *at = json, *end;

	while ((at = strstr(at, key))) {
		at += strlen(key);
		end = at + strcspn(at, ends);
		memmove(at + strlen(value), end, strlen(end) + 1);
		memcpy(at, value, strlen(value));
	}
}

static void check(struct writer *writer, const char *wanted)
{
	ck_assert(!writer_failed(writer));
	blank(writer->text, "\"time\":\"", "T", "\"");
	blank(writer->text, "\"start\":\"", "T", "\"");
	ck_assert_str_eq(writer->text, wanted);
	writer_done(writer);
}

#define PROCESS                                                                                                          \
	"\"process\":{\"exec_id\":\"e1\",\"pid\":4321,\"tid\":4322,\"ppid\":4300,\"start\":\"T\",\"uid\":33,\"gid\":34," \
	"\"euid\":35"
#define DECISION                                                                                                \
	"{\"time\":\"T\",\"node\":\"web-1\",\"type\":\"decision\",\"id\":\"0d5e\",\"policy\":\"web-no-shell\"," \
	"\"rule\":\"no-shell\",\"mode\":\"enforce\",\"verdict\":\"kill\",\"enforced\":true,"                    \
	"\"message\":\"no \\\"shell\\\" here\",\"tags\":{\"attack\":\"T1059.004\",\"severity\":\"high\"},"

START_TEST(decision_with_everything)
{
	struct writer writer = { 0 };

	begin();
	record.object = (struct bw_event_object){ .ino = 1234, .dev = 8 << 20 | 1 };
	event.text[BW_TEXT_OBJECT] = text("/usr/bin/dash", 13);
	event.text[BW_TEXT_OBJECT_ARGUMENTS] = text("sh\0-c\0\0id \xff\0", 11);
	event.text[BW_TEXT_OBJECT_ARGUMENTS].cut = true;
	event.text[BW_TEXT_BINARY] = text("/usr/sbin/nginx", 15);
	event.text[BW_TEXT_ARGUMENTS] = text("nginx: worker", 13);
	event.text[BW_TEXT_CWD] = text("/", 1);
	event.user = "www-data";
	event.cgroup = "/system.slice/nginx.service";
	event.ancestor[0] = (struct event_ancestor){ 4300, text("/usr/sbin/nginx", 15), text("nginx: master", 13) };
	event.ancestor[1] = (struct event_ancestor){ .pid = 1, .binary = text("/usr/lib/systemd/systemd", 24) };
	event.n_ancestors = 2;
	format_json_event(&writer, "web-1", &event);
	check(&writer, DECISION
	      "\"operation\":\"exec\",\"hook\":\"bprm_check_security\",\"object\":{\"path\":\"/usr/bin/dash\","
	      "\"dev\":\"8:1\",\"ino\":1234,\"args\":[\"sh\",\"-c\",\"\",\"id \\\\xff\"],\"cut\":[\"args\"]}," PROCESS
	      ",\"user\":\"www-data\",\"binary\":\"/usr/sbin/nginx\",\"args\":[\"nginx: worker\"],\"cwd\":\"/\","
	      "\"cgroup\":\"/system.slice/nginx.service\"},\"ancestors\":[{\"pid\":4300,"
	      "\"binary\":\"/usr/sbin/nginx\",\"args\":[\"nginx: master\"]},{\"pid\":1,"
	      "\"binary\":\"/usr/lib/systemd/systemd\"}],\"suppressed\":0}");
}
END_TEST

START_TEST(decision_with_nothing_known)
{
	struct writer writer = { 0 };

	begin();
	record.process.start = 0;
	record.verdict = record.operation = record.hook = record.mode = 200; /* of no word */
	record.enforced = 0;
	record.object.kind = 99;
	event.roster = NULL;
	format_json_event(&writer, "n", &event);
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"decision\",\"id\":\"0d5e\",\"enforced\":false,"
		       "\"object\":{},\"process\":{\"exec_id\":\"e1\",\"pid\":4321,\"tid\":4322,\"ppid\":4300,"
		       "\"uid\":33,\"gid\":34,\"euid\":35},\"suppressed\":0}");
}
END_TEST

START_TEST(numbers_out_of_the_roster)
{
	struct writer writer = { 0 };

	begin();
	record.rule = 2;
	record.policy = 65535;
	record.object.kind = 99;
	format_json_event(&writer, "n", &event);
	ck_assert_ptr_null(strstr(writer.text, "\"policy\""));
	ck_assert_ptr_null(strstr(writer.text, "\"rule\""));
	writer_done(&writer);
}
END_TEST

static const struct {
	struct bw_event_object object;
	const char *text;
	size_t size;
	const char *json;
} objects[] = {
	{ { .kind = BW_OBJECT_INET, .family = 4, .port = 443, .protocol = BW_PROTOCOL_TCP, .address = { 10, 0, 0, 5 } },
	  NULL,
	  0,
	  "{\"address\":\"10.0.0.5\",\"port\":443,\"protocol\":\"tcp\"}" },
	{ { .kind = BW_OBJECT_INET,
	    .family = 6,
	    .port = 53,
	    .protocol = BW_PROTOCOL_UDP,
	    .address = { 0x20, 1, 0xd, 0xb8 } },
	  NULL,
	  0,
	  "{\"address\":\"2001:db8::\",\"port\":53,\"protocol\":\"udp\"}" },
	{ { .kind = BW_OBJECT_INET, .family = 9, .ip_protocol = 47 }, NULL, 0, "{\"port\":0,\"protocol\":\"47\"}" },
	{ { .kind = BW_OBJECT_UNIX }, "/run/x.sock", 11, "{\"unix\":\"/run/x.sock\"}" },
	{ { .kind = BW_OBJECT_ABSTRACT }, "a\0b", 3, "{\"unix\":\"@a@b\"}" },
	{ { .kind = BW_OBJECT_ABSTRACT }, NULL, 0, "{}" },
	{ { .kind = BW_OBJECT_FILE }, NULL, 0, "{}" },
};

START_TEST(objects_of_all_kinds)
{
	struct writer writer = { 0 };
	char wanted[256];

	begin();
	record.object = objects[_i].object;
	event.text[BW_TEXT_OBJECT] = text(objects[_i].text, objects[_i].size);
	format_json_event(&writer, "n", &event);
	snprintf(wanted, sizeof(wanted), "\"object\":%s,\"process\"", objects[_i].json);
	ck_assert_msg(strstr(writer.text, wanted), "%s is not in %s", wanted, writer.text);
	writer_done(&writer);
}
END_TEST

START_TEST(undecided)
{
	struct writer writer = { 0 };

	begin();
	record.record.type = BW_RECORD_UNDECIDED;
	record.verdict = BW_VERDICT_DENY;
	event.text[BW_TEXT_OBJECT] = text("b/c", 3);
	event.text[BW_TEXT_OBJECT].cut = true;
	format_json_event(&writer, "web-1", &event);
	check(&writer, "{\"time\":\"T\",\"node\":\"web-1\",\"type\":\"undecided\",\"id\":\"0d5e\",\"verdict\":\"deny\","
		       "\"enforced\":true,\"operation\":\"exec\",\"hook\":\"bprm_check_security\","
		       "\"object\":{\"path\":\"b/c\",\"cut\":[\"path\"]}," PROCESS "}}");
}
END_TEST

START_TEST(policy)
{
	const struct format_policy loaded = { "loaded", "web", "00ff", "enforce", "/etc/p/a.yaml" };
	const struct format_policy unloaded = { "unloaded", "web", "00ff", NULL, "socket" };
	const struct requester requester = { true, 1000, 77 };
	struct writer writer = { 0 };

	format_json_policy(&writer, "n", &loaded, NULL);
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"policy\",\"change\":\"loaded\",\"policy\":\"web\","
		       "\"hash\":\"00ff\",\"mode\":\"enforce\",\"source\":\"/etc/p/a.yaml\"}");
	format_json_policy(&writer, "n", &unloaded, &requester);
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"policy\",\"change\":\"unloaded\",\"policy\":\"web\","
		       "\"hash\":\"00ff\",\"source\":\"socket\",\"requester\":{\"uid\":1000,\"pid\":77}}");
}
END_TEST

START_TEST(agent_and_lost)
{
	struct writer writer = { 0 };

	format_json_agent(&writer, "n", "started");
	blank(writer.text, "\"pid\":", "0", "}");
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"agent\",\"state\":\"started\","
		       "\"version\":\"" BULWARK_VERSION "\",\"pid\":0}");
	format_json_lost(&writer, "n", "ring", 5);
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"lost\",\"count\":5,\"where\":\"ring\"}");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("format_json");
	TCase *tests = tcase_create("format_json");

	tcase_add_test(tests, decision_with_everything);
	tcase_add_test(tests, decision_with_nothing_known);
	tcase_add_test(tests, numbers_out_of_the_roster);
	tcase_add_loop_test(tests, objects_of_all_kinds, 0, ARRAY_SIZE(objects));
	tcase_add_test(tests, undecided);
	tcase_add_test(tests, policy);
	tcase_add_test(tests, agent_and_lost);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

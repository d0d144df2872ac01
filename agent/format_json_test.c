/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * format_json.c: every type of event, to the byte. Times and pids, which differ in each run, stand as "T" and 0.
 */
#include "format_json.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <test/harness.h>
#include "container.h"
#include "roster.h"

static const struct table_tag tags[] = { { "attack", "T1059.004" }, { "severity", "high" } };
static const struct roster_policy policies[] = { { "web-no-shell", "00112233", tags, 2 }, { "bare", "44", NULL, 0 } };
static const struct roster_rule rules[] = { { 0, "no-shell", "no \"shell\" here" }, { 1, "default", NULL } };
static const struct roster roster = { .active = 7, .n_rules = 2, .n_policies = 2, .rule = rules, .policy = policies };

static struct bw_event record;
static struct event_ancestor ancestor[2];
static struct event event;

static void begin(void)
{
	ancestor[0] = ancestor[1] = (struct event_ancestor){ 0 };
	record = (struct bw_event){
		.record = { .type = BW_RECORD_DECISION, .size = sizeof(record), .time = 1 },
		.active = 7,
		.verdict = BW_VERDICT_KILL,
		.enforced = 1,
		.operation = BW_OP_EXEC,
		.hook = BW_HOOK_BPRM_CHECK,
		.mode = BW_MODE_ENFORCE,
		.process = { .start = 1,
			     .pid = 4321,
			     .tid = 4322,
			     .ppid = 4300,
			     .uid = 33,
			     .gid = 34,
			     .euid = 35,
			     .loginuid = (__u32)-1 },
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

static const struct container_label labels[] = { { "app", "web" }, { "note", "\"x\"\n" } };
static const struct container web = {
	.id = "0123",
	.names = { "web", "nginx:1.25", "production", "web-7d9", labels, 2 },
};

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
	event.group = "web";
	event.container = &web;
	event.cgroup = "/system.slice/nginx.service";
	event.login_user = "tester";
	record.process.loginuid = 1000;
	record.process.namespaces[BW_NAMESPACE_CGROUP] = 1;
	record.process.namespaces[BW_NAMESPACE_IPC] = 2;
	record.process.namespaces[BW_NAMESPACE_MNT] = 3;
	record.process.namespaces[BW_NAMESPACE_NET] = 4026531840u;
	record.process.namespaces[BW_NAMESPACE_PID] = 5;
	record.process.namespaces[BW_NAMESPACE_USER] = 7;
	record.process.namespaces[BW_NAMESPACE_UTS] = 8;
	ancestor[0] = (struct event_ancestor){
		{ .start = 1, .pid = 4300, .uid = 5 }, "e2", text("/usr/sbin/nginx", 15), text("nginx: master", 13)
	};
	ancestor[0].arguments.cut = true;
	ancestor[1] = (struct event_ancestor){ .run = { .pid = 1 }, .exec_id = "e3" };
	ancestor[1].binary = text("/usr/lib/systemd/systemd", 24);
	event.ancestor = ancestor;
	event.n_ancestors = 2;
	format_json_event(&writer, "web-1", &event);
	check(&writer, DECISION
	      "\"operation\":\"exec\",\"hook\":\"bprm_check_security\",\"object\":{\"path\":\"/usr/bin/dash\","
	      "\"dev\":\"8:1\",\"ino\":1234,\"args\":[\"sh\",\"-c\",\"\",\"id \\\\xff\"],\"cut\":[\"args\"]}," PROCESS
	      ",\"user\":\"www-data\",\"group\":\"web\",\"loginuid\":1000,\"login_user\":\"tester\",\"binary\":\"/usr/sbin/nginx\",\"args\":[\"nginx: worker\"],\"cwd\":\"/\","
	      "\"cgroup\":\"/system.slice/nginx.service\",\"container\":{\"id\":\"0123\",\"name\":\"web\","
	      "\"image\":\"nginx:1.25\",\"namespace\":\"production\",\"pod\":\"web-7d9\","
	      "\"labels\":{\"app\":\"web\",\"note\":\"\\\"x\\\"\\n\"}},"
	      "\"namespaces\":{\"cgroup\":1,\"ipc\":2,\"mnt\":3,\"net\":4026531840,\"pid\":5,\"user\":7,\"uts\":8}},"
	      "\"ancestors\":[{\"exec_id\":\"e2\",\"pid\":4300,\"start\":\"T\",\"uid\":5,"
	      "\"binary\":\"/usr/sbin/nginx\",\"args\":[\"nginx: master\"],\"cut\":[\"args\"]},"
	      "{\"exec_id\":\"e3\",\"pid\":1,\"uid\":0,"
	      "\"binary\":\"/usr/lib/systemd/systemd\"}],\"suppressed\":0}");
}
END_TEST

START_TEST(what_is_folded)
{
	static const struct bw_fold fold = {
		.rule = 0,
		.policy = 0,
		.verdict = BW_VERDICT_DENY,
		.operation = BW_OP_READ,
		.mode = BW_MODE_ENFORCE,
		.comm = "exactly-16-bytes",
	};
	struct writer writer = { 0 };

	begin();
	format_json_suppressed(&writer, "n", event.roster, &fold, 7);
	check(&writer,
	      "{\"time\":\"T\",\"node\":\"n\",\"type\":\"suppressed\",\"count\":7,\"policy\":\"web-no-shell\",\"rule\":\"no-shell\","
	      "\"mode\":\"enforce\",\"verdict\":\"deny\",\"operation\":\"read\","
	      "\"process\":{\"comm\":\"exactly-16-bytes\"}}");
	record.suppressed = 7;
	event.roster = NULL;
	format_json_event(&writer, "n", &event);
	ck_assert_ptr_nonnull(strstr(writer.text, "\"suppressed\":7}"));
	writer_done(&writer);
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

/* The object alone, of the record as it stands. */
static void check_object(const char *wanted)
{
	struct writer writer = { 0 };
	const char *object;
	char *end;

	format_json_event(&writer, "n", &event);
	ck_assert(!writer_failed(&writer));
	object = strstr(writer.text, "\"object\":{");
	ck_assert_ptr_nonnull(object);
	end = strstr(writer.text, ",\"process\":");
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	ck_assert_str_eq(object + strlen("\"object\":"), wanted);
	writer_done(&writer);
}

static void use(enum bw_facility facility, const char *name)
{
	begin();
	record.operation = BW_OP_USE;
	record.object = (struct bw_event_object){ .kind = BW_OBJECT_FACILITY, .facility = (__u8)facility };
	if (name)
		event.text[BW_TEXT_OBJECT] = text(name, strlen(name));
}

START_TEST(facilities)
{
	use(BW_FACILITY_MODULE_LOAD, "net-pf-38");
	check_object("{\"facility\":\"module-load\",\"name\":\"net-pf-38\"}");
	use(BW_FACILITY_MOUNT, "mnt");
	event.text[BW_TEXT_OBJECT].cut = true;
	check_object("{\"facility\":\"mount\",\"name\":\"mnt\",\"cut\":[\"name\"]}");
	use(BW_FACILITY_USERNS, NULL);
	check_object("{\"facility\":\"userns\"}");
	use(BW_FACILITY_BPF, NULL);
	record.object.number = 5;
	check_object("{\"facility\":\"bpf\",\"name\":\"BPF_PROG_LOAD\"}");
	record.object.number = 4711;
	check_object("{\"facility\":\"bpf\",\"name\":\"4711\"}");
	use(BW_FACILITY_PTRACE, "sshd");
	record.object.target = 77;
	check_object("{\"facility\":\"ptrace\",\"name\":\"sshd\",\"pid\":77}");
	use(BW_FACILITY_SIGNAL, "sshd");
	record.object.target = 77;
	record.object.number = 9;
	check_object("{\"facility\":\"signal\",\"name\":\"sshd\",\"pid\":77,\"signal\":\"SIGKILL\"}");
	use(BW_FACILITY_RAW_SOCKET, NULL);
	record.object.socket = (struct bw_socket){ 17, 10, 3 };
	check_object("{\"facility\":\"raw-socket\",\"family\":\"AF_PACKET\",\"type\":\"SOCK_PACKET\",\"protocol\":3}");
	use(200, NULL);
	check_object("{}");
}
END_TEST

START_TEST(kinds_of_sockets)
{
	begin();
	record.operation = BW_OP_SOCKET;
	record.object = (struct bw_event_object){ .kind = BW_OBJECT_SOCKET, .socket = { 38, 5, 0 } };
	check_object("{\"family\":\"AF_ALG\",\"type\":\"SOCK_SEQPACKET\",\"protocol\":0}");
	record.object.socket = (struct bw_socket){ 60, 9, 4000000000u };
	check_object("{\"family\":\"60\",\"type\":\"9\",\"protocol\":4000000000}");
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

START_TEST(guarded)
{
	struct writer writer = { 0 };

	begin();
	record.record.type = BW_RECORD_GUARD;
	record.verdict = BW_VERDICT_DENY;
	event.text[BW_TEXT_OBJECT] = text("b/c", 3);
	event.text[BW_TEXT_OBJECT].cut = true;
	format_json_event(&writer, "web-1", &event);
	check(&writer, "{\"time\":\"T\",\"node\":\"web-1\",\"type\":\"guard\",\"id\":\"0d5e\",\"verdict\":\"deny\","
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

	format_json_agent(&writer, "n", &(struct format_agent){ .state = "started" });
	blank(writer.text, "\"pid\":", "0", "}");
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"agent\",\"state\":\"started\","
		       "\"version\":\"" BULWARK_VERSION "\",\"pid\":0}");
	format_json_agent(&writer, "n", &(struct format_agent){ .state = "took over", .decided = 7 });
	blank(writer.text, "\"pid\":", "0", ",");
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"agent\",\"state\":\"took over\","
		       "\"version\":\"" BULWARK_VERSION "\",\"pid\":0,\"decided\":7}");
	format_json_lost(&writer, "n", "ring", 5);
	check(&writer, "{\"time\":\"T\",\"node\":\"n\",\"type\":\"lost\",\"count\":5,\"where\":\"ring\"}");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("format_json");
	TCase *tests = tcase_create("format_json");

	tcase_add_test(tests, decision_with_everything);
	tcase_add_test(tests, what_is_folded);
	tcase_add_test(tests, decision_with_nothing_known);
	tcase_add_test(tests, facilities);
	tcase_add_test(tests, kinds_of_sockets);
	tcase_add_test(tests, numbers_out_of_the_roster);
	tcase_add_loop_test(tests, objects_of_all_kinds, 0, ARRAY_SIZE(objects));
	tcase_add_test(tests, undecided);
	tcase_add_test(tests, guarded);
	tcase_add_test(tests, policy);
	tcase_add_test(tests, agent_and_lost);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control socket from outside: a whole agent, a real socket, peers of all manners.
 */
#include <check.h>
#include <fcntl.h>
#include "agent_fixture.h"

static const char *const web = POLICY("web");

static void start(void)
{
	fixture_set_up();
	fixture_start();
}

/* --- methods ---------------------------------------------------------------------------------------------- */

START_TEST(load_list_show_unload)
{
	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	fixture_load_expect(web, "parameters.loaded.0.replaced", "true");
	ck_assert_uint_eq(fake_kernel.n_policies, 1);
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_ENFORCE);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.name", "web");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.mode", "enforce");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.source", "socket");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.rules", "1");
	fixture_expect("{\"method\":\"show\",\"parameters\":{\"name\":\"web\"}}", "parameters.text", web);
	fixture_expect("{\"method\":\"show\",\"parameters\":{\"name\":\"web\"}}", "parameters.policy.name", "web");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"web\"]}}", "parameters.unloaded.0", "web");
	ck_assert_uint_eq(fake_kernel.n_policies, 0);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies", "[ ]");
}
END_TEST

START_TEST(load_is_all_or_nothing)
{
	const char *const texts[] = { POLICY("good"), POLICY_HEAD("bad") "spec: {rulez: []}\n" };
	const char *const twice[] = { web, web };
	char *request = fixture_load(texts, 2, NULL);

	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	fixture_expect(request, "error.code", "invalid-policy");
	fixture_expect(request, "error.diagnostics.0.id", "unknown-key");
	fixture_expect(request, "error.diagnostics.0.file", "x.yaml");
	fixture_expect(request, "error.diagnostics.0.line", "4");
	free(request);
	request = fixture_load(twice, 2, NULL);
	fixture_expect(request, "error.code", "invalid-policy");
	free(request);
	ck_assert_uint_eq(fake_kernel.active, 2);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.1.name", "");
}
END_TEST

START_TEST(load_in_another_mode)
{
	char *request = fixture_load(&web, 1, "audit");

	fixture_expect(request, "parameters.loaded.0.mode", "audit");
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_AUDIT);
	free(request);
	request = fixture_load(&web, 1, "whatever");
	fixture_expect(request, "error.code", "bad-request");
	free(request);
}
END_TEST

START_TEST(mode_switches_and_stays)
{
	const char *const other = POLICY("other");

	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"audit\"}}", "parameters.was",
		       "enforce");
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_AUDIT);
	ck_assert_uint_eq(fake_kernel.active, 2); /* one store, no new set of tables */
	fixture_load_expect(other, "parameters.loaded.0.name", "other");
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_AUDIT);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.mode", "audit");
	fake_kernel.mode_error = -EIO;
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"enforce\"}}", "error.code",
		       "failed");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.mode", "audit");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"none\",\"mode\":\"audit\"}}", "error.code",
		       "not-found");
}
END_TEST

START_TEST(mode_overrules_rollout)
{
	static const char text[] =
		POLICY_HEAD("web") "spec:\n  mode: enforce\n  rollout: 0\n  rules: [{exec: /bin/sh}]\n";

	fixture_load_expect(text, "parameters.loaded.0.mode", "audit");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.rolled_out", "false");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"enforce\"}}", "parameters.was",
		       "audit");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.rolled_out", "true");
	fixture_load_expect(POLICY("other"), "parameters.loaded.0.name", "other");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.mode", "enforce");
}
END_TEST

START_TEST(unload_is_all_or_nothing)
{
	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	fixture_load_expect(POLICY("other"), "parameters.loaded.0.name", "other");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"web\",\"none\"]}}", "error.code",
		       "not-found");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.name", "web");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{}}", "error.code", "bad-request");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "parameters.unloaded.1", "other");
	ck_assert_uint_eq(fake_kernel.n_policies, 0);
}
END_TEST

START_TEST(a_refusal_of_the_kernel_changes_nothing)
{
	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	fake_kernel.apply_error = -ENOMEM;
	fixture_load_expect(POLICY("other"), "error.code", "failed");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "error.code", "failed");
	fake_kernel.apply_error = 0;
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.name", "web");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.1.name", "");
	ck_assert_uint_eq(fake_kernel.active, 2);
}
END_TEST

START_TEST(counters_survive_a_change)
{
	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	fake_kernel.rule[0] = (struct bw_counter){ .hits = 5, .denials = 3, .last = 1000000000 };
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.hits", "5");
	fixture_load_expect(POLICY("other"), "parameters.loaded.0.name", "other");
	fake_kernel.rule[0].hits = 1;
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.hits", "6");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.denials", "3");
	fixture_load_expect(web, "parameters.loaded.0.replaced", "true");
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.hits", "6");
}
END_TEST

START_TEST(status_tells)
{
	fake_kernel.stats = (struct bw_stats){ .decided = 1, .sent = 2, .lost = 3, .undecided = 4 };
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
	fixture_expect("{\"method\":\"status\"}", "parameters.node", "node");
	fixture_expect("{\"method\":\"status\"}", "parameters.events.lost", "3");
	fixture_expect("{\"method\":\"status\"}", "parameters.programs.0.attached", "true");
}
END_TEST

static size_t decision(char *buffer, size_t room)
{
	return fake_kernel_decision(buffer, room, "/usr/bin/dash");
}

/* Reads events up to the reply and returns how many there were. */
static size_t count_events(const char *request)
{
	int fd = fixture_connect();
	size_t n = 0;
	char *line;

	fixture_send(fd, request, strlen(request));
	fixture_send(fd, "\n", 1);
	while ((line = fixture_line(fd)) && strncmp(line, "{\"event\"", 8) == 0) {
		n++;
		free(line);
	}
	ck_assert_ptr_nonnull(line);
	ck_assert_str_eq(line, "{\"parameters\":{}}");
	free(line);
	close(fd);
	return n;
}

START_TEST(events_are_chosen)
{
	_Alignas(8) char record[1024];
	size_t size;

	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	size = decision(record, sizeof(record));
	ck_assert(fake_kernel_send(record, size)); /* nobody turns the loop: the question itself has to fetch it */
	ck_assert_uint_eq(count_events("{\"method\":\"events\",\"parameters\":{\"verdict\":\"deny\"}}"), 1);
	ck_assert_uint_eq(count_events("{\"method\":\"events\"}"), 3); /* started, loaded, denied */
	ck_assert_uint_eq(count_events("{\"method\":\"events\",\"parameters\":{\"policy\":\"web\"}}"), 2);
	ck_assert_uint_eq(count_events("{\"method\":\"events\",\"parameters\":{\"policy\":\"none\"}}"), 0);
	ck_assert_uint_eq(count_events("{\"method\":\"events\",\"parameters\":{\"operation\":\"exec\"}}"), 1);
	ck_assert_uint_eq(count_events("{\"method\":\"events\",\"parameters\":{\"operation\":\"read\"}}"), 0);
	ck_assert_uint_eq(count_events("{\"method\":\"events\",\"parameters\":{\"since\":\"2500-01-01T00:00:00Z\"}}"),
			  0);
	fixture_expect("{\"method\":\"events\",\"parameters\":{\"verdict\":\"no\"}}", "error.code", "bad-request");
	fixture_expect("{\"method\":\"events\",\"parameters\":{\"since\":\"no\"}}", "error.code", "bad-request");
	fixture_expect("{\"method\":\"events\",\"parameters\":{\"follow\":1}}", "error.code", "bad-request");
}
END_TEST

START_TEST(events_of_a_set_that_left_keep_their_names)
{
	_Alignas(8) char record[1024];
	int fd = fixture_connect();
	struct json_object *event;
	size_t size;

	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	size = decision(record, sizeof(record));
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "parameters.unloaded.0", "web");
	ck_assert(fake_kernel_send(record, size));
	event = fixture_ask_on(fd, "{\"method\":\"events\",\"parameters\":{\"verdict\":\"deny\"}}");
	ck_assert_str_eq(fixture_at(event, "event.policy"), "web");
	ck_assert_str_eq(fixture_at(event, "event.rule"), "no-shell");
	ck_assert_str_eq(fixture_at(event, "event.message"), "no");
	json_object_put(event);
	close(fd);
}
END_TEST

START_TEST(followers_follow)
{
	static const char follow[] = "{\"method\":\"events\",\"parameters\":{\"follow\":true}}\n";
	_Alignas(8) char record[1024];
	int fd = fixture_connect();
	char *line;

	fixture_send(fd, follow, sizeof(follow) - 1);
	fixture_turn(0);
	ck_assert(fake_kernel_send(record, decision(record, sizeof(record))));
	line = fixture_line(fd);
	ck_assert_ptr_nonnull(strstr(line, "\"type\":\"decision\"")); /* not "started": that was before */
	free(line);
	fixture_load_expect(web, "parameters.loaded.0.name", "web");
	line = fixture_line(fd);
	ck_assert_ptr_nonnull(strstr(line, "\"change\":\"loaded\""));
	ck_assert_ptr_nonnull(strstr(line, "\"requester\":{\"uid\":"));
	free(line);
	close(fd);
	fixture_turn(0);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
}
END_TEST

START_TEST(a_slow_follower_is_told_what_it_missed)
{
	static const char follow[] = "{\"method\":\"events\",\"parameters\":{\"follow\":true}}\n";
	_Alignas(8) char record[1024];
	int fd = fixture_connect();
	unsigned long long got = 0, lost = 0;
	char *line, *at;
	int i;

	fixture_send(fd, follow, sizeof(follow) - 1);
	fixture_turn(0);
	for (i = 0; i < 3 * HISTORY_EVENTS; i++) {
		ck_assert(fake_kernel_send(record, decision(record, sizeof(record))));
		if (i % 64 == 0)
			ck_assert_int_eq(loop_turn(agent.loop, 0), 0);
	}
	while (got + lost < 3 * HISTORY_EVENTS) {
		line = fixture_line(fd);
		at = strstr(line, "\"where\":\"reader\"") ? strstr(line, "\"count\":") : NULL;
		if (at)
			lost += strtoull(at + strlen("\"count\":"), NULL, 10);
		else
			got++;
		free(line);
	}
	ck_assert_uint_eq(got + lost, 3 * HISTORY_EVENTS);
	ck_assert_uint_gt(lost, 0);
	close(fd);
}
END_TEST

START_TEST(stop_answers_then_ends)
{
	int fd = fixture_connect();
	struct json_object *reply = fixture_ask_on(fd, "{\"method\":\"stop\"}");

	ck_assert_str_eq(json_object_get_string(reply), "{ \"parameters\": { } }");
	json_object_put(reply);
	ck_assert_int_eq(loop_run(agent.loop), 0); /* returns at once */
	agent_stop(&agent);
	ck_assert(!fake_kernel.attached);
	ck_assert_int_eq(access(fixture_socket, F_OK), -1);
	ck_assert_ptr_null(fixture_line(fd));
	close(fd);
}
END_TEST

/* --- peers ------------------------------------------------------------------------------------------------ */

static const char *const malformed[] = {
	"x",
	"[]",
	"\"list\"",
	"{\"method\":\"list\"} x",
	"{\"method\":\"list\"}{\"method\":\"list\"}",
	"{\"method\":\"list\"",
	"{\"method\":1}",
	"{}",
	"{\"method\":\"no-such\"}",
	"{\"method\":\"list\",\"parameters\":[]}",
	"{\"method\":\"list\",\"parameters\":null}",
	"{'method':'list'}",
	"{\"method\":\"list\",\"parameters\":{\"a\":[[[[[[[[[[[[1]]]]]]]]]]]]}}",
	"{\"method\":\"show\"}",
	"{\"method\":\"show\",\"parameters\":{\"name\":1}}",
	"{\"method\":\"show\",\"parameters\":{\"name\":\"a\\u0000b\"}}",
	"{\"method\":\"load\"}",
	"{\"method\":\"load\",\"parameters\":{\"documents\":[]}}",
	"{\"method\":\"load\",\"parameters\":{\"documents\":[1]}}",
	"{\"method\":\"load\",\"parameters\":{\"documents\":[{\"name\":\"x\"}]}}",
	"{\"method\":\"l\xffst\"}",
};

START_TEST(malformed_requests)
{
	fixture_expect(malformed[_i], "error.code", "bad-request");
	ck_assert_uint_eq(fake_kernel.active, 1);
}
END_TEST

START_TEST(several_requests_at_once)
{
	static const char two[] =
		"{\"method\":\"list\"}\n\n{\"method\":\"nope\"}\n{\"method\":\"events\"}\n{\"method\":\"list\"}\n";
	static const char *const wanted[] = { "{\"parameters\":{\"policies\":[]}}",
					      "{\"error\":", "{\"event\":", "{\"parameters\":{}}",
					      "{\"parameters\":{\"policies\":[]}}" };
	int fd = fixture_connect();
	char *line;
	size_t i;

	fixture_send(fd, two, sizeof(two) - 1);
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		line = fixture_line(fd);
		ck_assert_msg(strncmp(line, wanted[i], strlen(wanted[i])) == 0, "%s", line);
		free(line);
	}
	close(fd);
}
END_TEST

START_TEST(a_peer_that_shuts_its_half_gets_the_reply)
{
	int fd = fixture_connect();
	char *line;

	fixture_send(fd, "{\"method\":\"list\"}\n{\"method\"", 27);
	shutdown(fd, SHUT_WR);
	line = fixture_line(fd);
	ck_assert_str_eq(line, "{\"parameters\":{\"policies\":[]}}");
	free(line);
	ck_assert_ptr_null(fixture_line(fd)); /* half a line is no request */
	close(fd);
}
END_TEST

START_TEST(half_a_line_then_gone)
{
	int fd = fixture_connect();

	fixture_send(fd, "{\"method\":\"unload\",\"parameters\":{\"all\":true}}", 46);
	close(fd);
	fixture_turn(0);
	ck_assert_uint_eq(fake_kernel.active, 1);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
}
END_TEST

/* A pair of sockets of which the agent has one, as a peer with `rights`. */
static int adopt(unsigned int rights, int *ret_result)
{
	const struct control_peer peer = { .pid = 1, .uid = 1000, .rights = rights };
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
	*ret_result = control_adopt(agent.control, pair[1], &peer);
	return pair[0];
}

START_TEST(a_line_without_end)
{
	static char part[65536];
	struct json_object *reply;
	int r, fd = adopt(CONTROL_READ, &r);
	char *line;

	memset(part, ' ', sizeof(part));
	fixture_send(fd, part, sizeof(part));
	line = fixture_line(fd);
	reply = json_tokener_parse(line);
	ck_assert_str_eq(fixture_at(reply, "error.code"), "too-large");
	json_object_put(reply);
	free(line);
	ck_assert_ptr_null(fixture_line(fd));
	close(fd);
}
END_TEST

START_TEST(readers_only_read)
{
	struct json_object *reply;
	int r, fd = adopt(CONTROL_READ, &r);

	ck_assert_int_eq(r, 0);
	reply = fixture_ask_on(fd, "{\"method\":\"list\"}");
	ck_assert_str_eq(fixture_at(reply, "error.code"), "");
	json_object_put(reply);
	reply = fixture_ask_on(fd, "{\"method\":\"unload\",\"parameters\":{\"all\":true}}");
	ck_assert_str_eq(fixture_at(reply, "error.code"), "not-permitted");
	json_object_put(reply);
	reply = fixture_ask_on(fd, "{\"method\":\"stop\"}");
	ck_assert_str_eq(fixture_at(reply, "error.code"), "not-permitted");
	json_object_put(reply);
	close(fd);
}
END_TEST

START_TEST(strangers_are_turned_away)
{
	int r, fd = adopt(0, &r);
	char *line = fixture_line(fd);

	ck_assert_int_eq(r, -EACCES);
	ck_assert_ptr_nonnull(strstr(line, "not-permitted"));
	free(line);
	ck_assert_ptr_null(fixture_line(fd));
	close(fd);
}
END_TEST

START_TEST(rights_follow_identities)
{
	const struct control_options options = { .admin_group = 10, .reader_group = 20 };
	const struct control_options nobody = { .admin_group = CONFIG_NO_GROUP, .reader_group = CONFIG_NO_GROUP };
	const gid_t admin[] = { 5, 10 }, reader[] = { 20, 5 }, none[] = { 5 }, unset[] = { CONFIG_NO_GROUP };
	const uid_t other = geteuid() + 1000;

	ck_assert_uint_eq(control_rights(&options, 0, none, 1), CONTROL_READ | CONTROL_CHANGE);
	ck_assert_uint_eq(control_rights(&options, other, admin, 2), CONTROL_READ | CONTROL_CHANGE);
	ck_assert_uint_eq(control_rights(&options, other, reader, 2), CONTROL_READ);
	ck_assert_uint_eq(control_rights(&options, other, none, 1), 0);
	ck_assert_uint_eq(control_rights(&nobody, other, unset, 1), 0);
	ck_assert_uint_eq(control_rights(&nobody, other, none, 0), 0);
}
END_TEST

START_TEST(readers_cannot_lock_out_who_may_change)
{
	int fd[100], r, i, n = 0;

	for (i = 0; i < 100; i++) {
		fd[i] = adopt(CONTROL_READ, &r);
		n += r == 0;
	}
	ck_assert_int_lt(n, 64);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
	for (i = 0; i < 100; i++)
		close(fd[i]);
	fixture_turn(0);
	close(adopt(CONTROL_READ, &r));
	ck_assert_int_eq(r, 0);
}
END_TEST

START_TEST(a_peer_that_does_not_read_stalls_itself_only)
{
	int fd = fixture_connect();
	int i;

	for (i = 0; i < 20000; i++) /* replies that nobody takes; requests stop being read, so sending fails */
		(void)!send(fd, "{\"method\":\"status\"}\n", 20, MSG_NOSIGNAL | MSG_DONTWAIT);
	fixture_turn(0);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies", "[ ]");
	close(fd);
	fixture_turn(0);
}
END_TEST

START_TEST(silent_peers_lose_their_place)
{
	int fd = fixture_connect(), i;

	fixture_turn(0);
	for (i = 0; i < 100; i++)
		control_tick(agent.control);
	ck_assert_ptr_null(fixture_line(fd));
	close(fd);
}
END_TEST

START_TEST(many_loads)
{
	char *load = fixture_load(&web, 1, NULL);
	int i, fd = fixture_connect();

	for (i = 0; i < 200; i++) {
		json_object_put(fixture_ask_on(fd, load));
		ck_assert_uint_eq(fake_kernel.n_policies, 1);
		json_object_put(fixture_ask_on(fd, "{\"method\":\"unload\",\"parameters\":{\"names\":[\"web\"]}}"));
		ck_assert_uint_eq(fake_kernel.n_policies, 0);
	}
	ck_assert_uint_eq(fake_kernel.active, 401);
	free(load);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("control");
	TCase *methods = tcase_create("methods"), *peers = tcase_create("peers");

	tcase_set_timeout(methods, 60);
	tcase_set_timeout(peers, 60);
	tcase_add_checked_fixture(methods, start, fixture_tear_down);
	tcase_add_checked_fixture(peers, start, fixture_tear_down);
	tcase_add_test(methods, load_list_show_unload);
	tcase_add_test(methods, load_is_all_or_nothing);
	tcase_add_test(methods, load_in_another_mode);
	tcase_add_test(methods, mode_switches_and_stays);
	tcase_add_test(methods, mode_overrules_rollout);
	tcase_add_test(methods, unload_is_all_or_nothing);
	tcase_add_test(methods, a_refusal_of_the_kernel_changes_nothing);
	tcase_add_test(methods, counters_survive_a_change);
	tcase_add_test(methods, status_tells);
	tcase_add_test(methods, events_are_chosen);
	tcase_add_test(methods, events_of_a_set_that_left_keep_their_names);
	tcase_add_test(methods, followers_follow);
	tcase_add_test(methods, a_slow_follower_is_told_what_it_missed);
	tcase_add_test(methods, stop_answers_then_ends);
	tcase_add_loop_test(peers, malformed_requests, 0, ARRAY_SIZE(malformed));
	tcase_add_test(peers, several_requests_at_once);
	tcase_add_test(peers, a_peer_that_shuts_its_half_gets_the_reply);
	tcase_add_test(peers, half_a_line_then_gone);
	tcase_add_test(peers, a_line_without_end);
	tcase_add_test(peers, readers_only_read);
	tcase_add_test(peers, strangers_are_turned_away);
	tcase_add_test(peers, rights_follow_identities);
	tcase_add_test(peers, readers_cannot_lock_out_who_may_change);
	tcase_add_test(peers, a_peer_that_does_not_read_stalls_itself_only);
	tcase_add_test(peers, silent_peers_lose_their_place);
	tcase_add_test(peers, many_loads);
	suite_add_tcase(suite, methods);
	suite_add_tcase(suite, peers);
	return harness_run(suite);
}

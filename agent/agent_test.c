/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * agent.c: the ladder up and down, on every rung that can break.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include "agent_fixture.h"

#define PODS "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"items\":[]}"

static void check_nothing_left(void)
{
	ck_assert(!fake_kernel.opened && !fake_kernel.attached);
	ck_assert_int_eq(access(fixture_socket, F_OK), -1);
}

START_TEST(starts_and_stops)
{
	char *text, told[16] = "", *line;
	int ready[2], i = 0;

	static const char *const types[] = { "\"type\":\"policy\",\"change\":\"loaded\"",
					     "\"type\":\"agent\",\"state\":\"started\"",
					     "\"type\":\"lost\",\"count\":7",
					     "\"type\":\"agent\",\"state\":\"stopped\"" };

	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	config_list_add(&config.log, fixture_beside("log"));
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(agent_start(&agent, &config, ready[1]), 0);
	ck_assert(fake_kernel.attached);
	ck_assert_int_eq(read(ready[0], told, sizeof(told)), 6);
	ck_assert_str_eq(told, "ready\n");
	ck_assert_int_eq(read(ready[0], told, sizeof(told)), 0); /* said once, and closed */
	fake_kernel.stats.lost = 7;
	fixture_turn(1200);
	kill(getpid(), SIGTERM);
	ck_assert_int_eq(loop_run(agent.loop), 0);
	agent_stop(&agent);
	ck_assert(fake_kernel.attached); /* it outlives the agent */
	ck_assert_int_eq(access(fixture_socket, F_OK), -1);
	text = harness_file(fixture_beside("log"), NULL);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), i++)
		ck_assert_msg(strstr(line, types[i]), "%s", line);
	ck_assert_int_eq(i, ARRAY_SIZE(types));
	free(text);
	close(ready[0]);
}
END_TEST

/* Counts of equal events that no event brings are told when their second is over, and at the end in any case. */
START_TEST(tells_what_was_suppressed)
{
	static const char first[] = "\"type\":\"suppressed\",\"count\":5,\"policy\":\"a\",\"rule\":\"";
	char *text;

	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	config_list_add(&config.log, fixture_beside("log"));
	fixture_start();
	fake_kernel.stats = (struct bw_stats){ .decided = 40, .sent = 32, .suppressed = 8 };
	fake_kernel.fold = (struct bw_fold){ .folded = 5, .active = agent.store.active };
	fake_kernel.fold_is_young = true;
	fixture_expect("{\"method\":\"status\"}", "parameters.events.suppressed", "8");
	fixture_turn(1200);
	ck_assert_uint_eq(fake_kernel.fold.folded, 5);
	fake_kernel.fold_is_young = false;
	fixture_turn(1200); /* though nothing was added meanwhile */
	ck_assert_uint_eq(fake_kernel.fold.folded, 0);
	fake_kernel.fold.folded = 3;
	fake_kernel.stats.suppressed += 3;
	fake_kernel.fold_is_young = true;
	agent_stop(&agent);
	ck_assert_uint_eq(fake_kernel.fold.folded, 0);
	text = harness_file(fixture_beside("log"), NULL);
	ck_assert_msg(strstr(text, first), "%s", text);
	ck_assert_ptr_nonnull(strstr(text, "\"type\":\"suppressed\",\"count\":3,"));
	free(text);
}
END_TEST

START_TEST(stop_takes_enforcement_down)
{
	fixture_start();
	ck_assert(fake_kernel.kept);
	fixture_expect("{\"method\":\"stop\"}", "parameters", "{ }");
	ck_assert_int_eq(loop_run(agent.loop), 0);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

/* What the agent before has counted as told is not told again; what came since is. */
START_TEST(takes_over)
{
	char *text;

	config_list_add(&config.log, fixture_beside("log"));
	fake_kernel.origin = LOAD_ADOPTED;
	fake_kernel.stats = (struct bw_stats){ .decided = 110, .sent = 100, .lost = 10 };
	fake_kernel.control.decided = 100;
	fake_kernel.control.told = 7;
	fixture_start();
	fixture_turn(1200);
	ck_assert_uint_eq(fake_kernel.control.told, 10);
	ck_assert_uint_eq(fake_kernel.control.decided, 110);
	agent_stop(&agent);
	text = harness_file(fixture_beside("log"), NULL);
	ck_assert_ptr_nonnull(strstr(text, "\"state\":\"took over\""));
	ck_assert_ptr_nonnull(strstr(text, "\"decided\":10}"));
	ck_assert_ptr_nonnull(strstr(text, "\"type\":\"lost\",\"count\":3"));
	free(text);
}
END_TEST

/* What programs of another version have decided is told by what they have counted; their reports nobody can read. */
START_TEST(replaces)
{
	char *text;

	config_list_add(&config.log, fixture_beside("log"));
	fake_kernel.origin = LOAD_REPLACES;
	fake_kernel.rest_decided = 20;
	fake_kernel.rest_untold = 5;
	fixture_start();
	ck_assert_uint_eq(fake_kernel.origins, 2); /* before policies came in force, and when programs were attached */
	ck_assert_uint_eq(fake_kernel.marks, 1);   /* only then marks are to be made again */
	agent_stop(&agent);
	text = harness_file(fixture_beside("log"), NULL);
	ck_assert_ptr_nonnull(strstr(text, "\"state\":\"took over\""));
	ck_assert_ptr_nonnull(strstr(text, "\"decided\":20}"));
	ck_assert_ptr_nonnull(strstr(text, "\"type\":\"lost\",\"count\":5"));
	free(text);
}
END_TEST

START_TEST(starts_without_the_marks_of_others)
{
	fake_kernel.origin = LOAD_REPLACES;
	fake_kernel.origins_error = -EPROTO;
	fixture_start();
	ck_assert_uint_eq(fake_kernel.marks, 0);
}
END_TEST

/* A kubelet that takes its time, in a process of its own. */
static pid_t begin_kubelet(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), peer;
	char request[1024];
	pid_t pid;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/sock", fixture_root);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 4), 0);
	ck_assert_int_gt(asprintf(&config.kubelet.from, "unix:%s", address.sun_path), 0);
	pid = fork();
	while (pid == 0) {
		peer = accept(fd, NULL, NULL);
		(void)!read(peer, request, sizeof(request));
		usleep(300000);
		(void)!write(peer, PODS, strlen(PODS));
		close(peer);
	}
	close(fd);
	return pid;
}

/* The tables that go on deciding have the names of pods: none come in force that do not know them yet. */
START_TEST(names_are_waited_for)
{
	pid_t pid = begin_kubelet();
	bool known;

	fake_kernel.origin = _i;
	fixture_start();
	known = kubelet_list(agent.kubelet);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	ck_assert(known == (_i != LOAD_FRESH));
}
END_TEST

/* The next agent counts from the end of this one, not from its last look. */
START_TEST(an_end_in_order_is_a_look)
{
	fixture_start();
	fake_kernel.stats = (struct bw_stats){ .decided = 30, .sent = 20, .lost = 10 };
	agent_stop(&agent);
	ck_assert_uint_eq(fake_kernel.control.decided, 30);
	ck_assert_uint_eq(fake_kernel.control.told, 10);
}
END_TEST

/* What was decided before a start that fails is told by one that does not. */
START_TEST(a_start_that_fails_is_no_look)
{
	fake_kernel.origin = LOAD_ADOPTED;
	fake_kernel.stats = (struct bw_stats){ .decided = 30, .sent = 20, .lost = 10 };
	fake_kernel.keep_error = -EIO;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EIO);
	agent_stop(&agent);
	ck_assert_uint_eq(fake_kernel.control.decided, 0);
	ck_assert_uint_eq(fake_kernel.control.told, 0);
}
END_TEST

START_TEST(what_cannot_outlive_the_agent)
{
	fake_kernel.keep_error = -EIO;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EIO);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(a_kernel_that_cannot)
{
	fake_kernel.unusable = true;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOTSUP);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(programs_that_do_not_load)
{
	fake_kernel.open_error = -EPERM;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EPERM);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(tables_that_do_not_apply)
{
	fake_kernel.apply_error = -ENOMEM;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOMEM);
	ck_assert(!fake_kernel.attached);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(programs_that_do_not_attach)
{
	fake_kernel.attach_error = -ENOTSUP;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOTSUP);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(a_named_folder_that_is_missing)
{
	ck_assert_int_eq(rmdir(fixture_path("")), 0);
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOENT);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(a_log_destination_that_does_not_open)
{
	config_list_add(&config.log, "relative/log");
	ck_assert_int_eq(agent_start(&agent, &config, -1), -EINVAL);
	agent_stop(&agent);
	check_nothing_left();
}
END_TEST

START_TEST(two_agents_on_one_socket)
{
	struct agent second;
	struct stat before, after;

	fixture_start();
	ck_assert_int_eq(stat(fixture_socket, &before), 0);
	ck_assert_int_eq(agent_start(&second, &config, -1), -EADDRINUSE);
	agent_stop(&second);
	ck_assert_int_eq(stat(fixture_socket, &after), 0);
	ck_assert_uint_eq(before.st_ino, after.st_ino);
	ck_assert(fake_kernel.attached);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
}
END_TEST

START_TEST(a_file_in_the_place_of_the_socket)
{
	fixture_start();
	agent_stop(&agent);
	fixture_write(fixture_socket, "left by whoever was here before");
	fixture_start();
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
}
END_TEST

START_TEST(malformed_records_are_counted)
{
	fixture_start();
	ck_assert(fake_kernel_send("xx", 2));
	fixture_turn(0);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "false");
	ck_assert_uint_eq(agent.pipeline.malformed, 1);
}
END_TEST

static void check_container(const char *parameters, const char *path, const char *wanted)
{
	char request[1024];

	snprintf(request, sizeof(request), "{\"method\":\"container-add\",\"parameters\":{%s}}", parameters);
	fixture_expect(request, path, wanted);
}

START_TEST(containers_that_hooks_tell_of)
{
	fixture_start();
	check_container("\"id\":\"web\",\"cgroup\":\"/runc-web.scope\",\"annotations\":"
			"{\"org.opencontainers.image.ref.name\":\"x:1\",\"odd\":[]}",
			"parameters.id", "web");
	cgroups_made(agent.cgroups, 7, "/runc-web.scope");
	ck_assert_uint_eq(fake_kernel.cgroup, 7);
	ck_assert_str_eq(cgroups_find(agent.cgroups, 7)->container->names.image, "x:1");
	cgroups_removed(agent.cgroups, 7);
	ck_assert_uint_eq(fake_kernel.cgroup_gone, 7);
	check_container("\"id\":\"other\",\"cgroup\":\"/\"", "parameters.id", "other");
	check_container("\"id\":\"web\"", "error.code", "bad-request");
	check_container("\"cgroup\":\"/a\"", "error.code", "bad-request");
	check_container("\"id\":\"../web\",\"cgroup\":\"/a\"", "error.code", "bad-request");
	check_container("\"id\":\"web\",\"cgroup\":\"a\"", "error.code", "bad-request");
	check_container("\"id\":\"web\",\"cgroup\":\"/a\",\"annotations\":[]", "error.code", "bad-request");
	fixture_expect("{\"method\":\"status\"}", "parameters.containers.unnamed", "0");
}
END_TEST

/* A process is told as a case of a PolicyTest has it; what it holds, by the tables that are in force alone. */
START_TEST(who_a_process_is)
{
	char ask[96];

	fixture_start();
	fixture_load_expect(
		POLICY_HEAD(
			"who") "spec:\n  mode: enforce\n"
			       "  subject: {binary: [/usr/bin/yes], ancestor: [/usr/bin/some]}\n  default: {bind: deny}\n"
			       "  rules: [{name: r, subject: {binary: [/usr/bin/no]}, except: {owner: true, user: [5000-5009]}, write: [/srv/x]}]\n",
		"parameters.loaded.0.name", "who");
	snprintf(ask, sizeof(ask), "{\"method\":\"subject\",\"parameters\":{\"pid\":%d}}", (int)getpid());
	fake_kernel.standing_error = -ENOENT;
	fixture_expect(ask, "parameters.computed", "false");
	fake_kernel.standing_error = 0;
	fake_kernel.standing.active = fake_kernel.active + 1;
	fixture_expect(ask, "parameters.computed", "false");
	fixture_expect(ask, "parameters.policies", "");
	fake_kernel.standing.active = fake_kernel.active;
	memset(&fake_kernel.standing.held, 0, sizeof(fake_kernel.standing.held));
	fake_kernel.standing.held.any.word[0] = 1 << 1 | 1 << 2; /* the policy's, in the order of its keys */
	fake_kernel.standing.held.all.word[0] = 1 << 1;
	fixture_expect(ask, "parameters.computed", "true");
	fixture_expect(ask, "parameters.policies.0.name", "who");
	fixture_expect(ask, "parameters.policies.0.mode", "enforce");
	fixture_expect(ask, "parameters.policies.0.subject.0.key", "binary");
	fixture_expect(ask, "parameters.policies.0.subject.0.values.0", "/usr/bin/yes");
	fixture_expect(ask, "parameters.policies.0.subject.0.holds", "yes");
	fixture_expect(ask, "parameters.policies.0.subject.1.values.0", "/usr/bin/some");
	fixture_expect(ask, "parameters.policies.0.subject.1.holds", "denials");
	fixture_expect(ask, "parameters.policies.0.rules.0.name", "r");
	fixture_expect(ask, "parameters.policies.0.rules.0.operation", "write");
	fixture_expect(ask, "parameters.policies.0.rules.0.about", "false");
	fixture_expect(ask, "parameters.policies.0.rules.0.subject.0.holds", "no");
	fixture_expect(ask, "parameters.policies.0.rules.0.except.0.values.0", "5000-5009");
	fixture_expect(ask, "parameters.policies.0.rules.0.except.0.holds", "no");
	fixture_expect(ask, "parameters.policies.0.rules.0.except.1.holds", "object");
	fixture_expect(ask, "parameters.policies.0.rules.1.name", "default");
	fixture_expect(ask, "parameters.policies.0.rules.1.about", "true");
	fixture_expect("{\"method\":\"subject\",\"parameters\":{\"pid\":1}}", "parameters.process.user", "0");
	fixture_expect("{\"method\":\"subject\"}", "error.code", "bad-request");
	fixture_expect("{\"method\":\"subject\",\"parameters\":{\"pid\":0}}", "error.code", "bad-request");
	fixture_expect("{\"method\":\"subject\",\"parameters\":{\"pid\":2147483647}}", "error.code", "not-found");
}
END_TEST

/* Tells of a container in whose root /bin/sh leads to `target`. */
static void add_root(const char *id, const char *target)
{
	char folder[256], path[320], parameters[512];

	snprintf(folder, sizeof(folder), "%s-%s", fixture_beside("root"), id);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	snprintf(path, sizeof(path), "%s/bin", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/bin/sh", folder);
	ck_assert_int_eq(symlink(target, path), 0);
	snprintf(parameters, sizeof(parameters), "\"id\":\"%s\",\"cgroup\":\"/runc-%s.scope\",\"root\":\"%s\"", id, id,
		 folder);
	check_container(parameters, "parameters.id", id);
}

/* Before the hook is answered the links of the root are in force; those that are known already change nothing. */
START_TEST(links_in_the_roots_of_containers)
{
	__u64 active;

	fixture_start();
	fixture_load_expect(POLICY_HEAD("shell") "spec: {rules: [{exec: /bin/sh}]}\n", "parameters.loaded.0.name",
			    "shell");
	active = fake_kernel.active;
	ck_assert_uint_eq(agent.store.tables->n_name_conditions, 0);
	add_root("a", "busybox");
	ck_assert_uint_eq(fake_kernel.active, active + 1);
	ck_assert_uint_eq(agent.store.tables->n_name_conditions, 1);
	add_root("b", "/bin/busybox");
	ck_assert_uint_eq(fake_kernel.active, active + 1);
	add_root("c", "/usr/bin/of-others");
	ck_assert_uint_eq(fake_kernel.active, active + 2);
	ck_assert_uint_eq(agent.store.tables->n_name_conditions, 2);
	check_container("\"id\":\"d\",\"cgroup\":\"/\",\"root\":\"relative\"", "error.code", "bad-request");
	/* What does not come in force leaves it to be done again. */
	fixture_load_expect(POLICY_HEAD("broken") "spec: {rules: [{exec: /a, rule: x}]}\n", "error.code",
			    "invalid-policy");
	ck_assert(!cgroups_has_unknown(agent.cgroups));
	fake_kernel.apply_error = -ENOMEM;
	fixture_load_expect(POLICY_HEAD("unlucky") "spec: {rules: [{exec: /a}]}\n", "error.code", "failed");
	fake_kernel.apply_error = 0;
	ck_assert(cgroups_has_unknown(agent.cgroups));
	agent_follow_roots(&agent);
	ck_assert(!cgroups_has_unknown(agent.cgroups));
	active = fake_kernel.active - 2;
	/* Another policy asks for another path: the same roots are looked at for it, once for both. */
	fixture_load_expect(POLICY_HEAD("other") "spec: {rules: [{write: [/bin/sh]}]}\n", "parameters.loaded.0.name",
			    "other");
	ck_assert_uint_eq(fake_kernel.active, active + 3);
	ck_assert_uint_eq(agent.store.tables->n_name_conditions, 2);
}
END_TEST

static int resolves_left;

static int resolve_for_a_while(const char *path, void *context, char **ret)
{
	(void)path;
	(void)context;
	(void)ret;
	return resolves_left-- > 0 ? -ENOENT : -ENOMEM;
}

/* What the policies ask for leads elsewhere, and they cannot be compiled a second time for it: nothing has changed. */
START_TEST(links_that_come_when_memory_ends)
{
	static const char shell[] = POLICY_HEAD("shell") "spec: {rules: [{exec: /bin/sh}]}\n";
	__u64 active;

	fixture_start();
	agent.store.compile.resolve = resolve_for_a_while;
	resolves_left = 1000;
	fixture_load_expect(shell, "parameters.loaded.0.name", "shell");
	resolves_left = 1000 - resolves_left; /* as many as one compilation takes */
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "parameters.unloaded.0", "shell");
	add_root("a", "busybox");
	active = fake_kernel.active;
	fixture_load_expect(shell, "error.code", "failed");
	ck_assert_uint_eq(fake_kernel.active, active);
	resolves_left = 1000;
	fixture_load_expect(shell, "parameters.loaded.0.name", "shell");
	ck_assert_uint_eq(agent.store.tables->n_name_conditions, 1);
}
END_TEST

/* Policies that do not fit together with what roots hold stay in force without it. */
START_TEST(links_that_are_too_many)
{
	char *text = NULL;
	size_t size, i;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	fputs(POLICY_HEAD("many") "spec:\n  rules:\n", to);
	for (i = 0; i < BW_SLICE_MAX; i++)
		fprintf(to, "  - {name: sh-%zu, exec: /bin/sh}\n  - {name: x-%zu, exec: /srv/x}\n", i, i);
	ck_assert_int_eq(fclose(to), 0);
	fixture_start();
	log_set_maximum(0);
	fixture_load_expect(text, "parameters.loaded.0.name", "many");
	add_root("a", "/srv/x");
	ck_assert_uint_eq(agent.store.tables->n_name_conditions, 0);
	ck_assert_uint_eq(agent.store.tables->n_rule_names, 2 * BW_SLICE_MAX);
	fixture_load_expect(POLICY_HEAD("shell") "spec: {rules: [{read: /bin/x}]}\n", "parameters.loaded.0.name",
			    "shell");
	free(text);
}
END_TEST

/* An event of a process in a container, from the record to the line. */
START_TEST(events_name_the_container)
{
	_Alignas(struct bw_event) char buffer[1024];
	struct bw_event *record = (struct bw_event *)buffer;
	size_t size;

	fixture_start();
	check_container("\"id\":\"web\",\"cgroup\":\"/runc-web.scope\"", "parameters.id", "web");
	cgroups_made(agent.cgroups, 7, "/runc-web.scope");
	size = fake_kernel_decision(buffer, sizeof(buffer), "/usr/bin/dash");
	record->process.cgroup = 7;
	ck_assert(fake_kernel_send(buffer, size));
	fixture_turn(0);
	fixture_expect("{\"method\":\"events\",\"parameters\":{\"operation\":\"exec\"}}",
		       "event.process.container.name", "web");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("agent");
	TCase *tests = tcase_create("agent");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, fixture_set_up, fixture_tear_down);
	tcase_add_test(tests, starts_and_stops);
	tcase_add_test(tests, tells_what_was_suppressed);
	tcase_add_test(tests, stop_takes_enforcement_down);
	tcase_add_test(tests, takes_over);
	tcase_add_test(tests, replaces);
	tcase_add_test(tests, starts_without_the_marks_of_others);
	tcase_add_loop_test(tests, names_are_waited_for, LOAD_FRESH, LOAD_REPLACES + 1);
	tcase_add_test(tests, an_end_in_order_is_a_look);
	tcase_add_test(tests, a_start_that_fails_is_no_look);
	tcase_add_test(tests, what_cannot_outlive_the_agent);
	tcase_add_test(tests, a_kernel_that_cannot);
	tcase_add_test(tests, programs_that_do_not_load);
	tcase_add_test(tests, tables_that_do_not_apply);
	tcase_add_test(tests, programs_that_do_not_attach);
	tcase_add_test(tests, a_named_folder_that_is_missing);
	tcase_add_test(tests, a_log_destination_that_does_not_open);
	tcase_add_test(tests, two_agents_on_one_socket);
	tcase_add_test(tests, a_file_in_the_place_of_the_socket);
	tcase_add_test(tests, malformed_records_are_counted);
	tcase_add_test(tests, containers_that_hooks_tell_of);
	tcase_add_test(tests, who_a_process_is);
	tcase_add_test(tests, links_in_the_roots_of_containers);
	tcase_add_test(tests, links_that_come_when_memory_ends);
	tcase_add_test(tests, links_that_are_too_many);
	tcase_add_test(tests, events_name_the_container);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

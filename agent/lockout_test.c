/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * lockout.c under a whole agent: what would take the node from its operator is refused, by whatever way it comes, and
 * what spares him is not.
 */
#include <check.h>
#include <glob.h>
#include "agent_fixture.h"

static char self[256], state[256], *init, *shell;

static void start(void)
{
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	init = realpath("/proc/1/exe", NULL);
	shell = realpath("/bin/sh", NULL);
	fixture_set_up();
	snprintf(state, sizeof(state), "%s", fixture_beside("state/in-force.json"));
	fixture_start();
}

static void stop(void)
{
	fixture_tear_down();
	free(init);
	free(shell);
}

static void expect(const char *spec, const char *path, const char *wanted)
{
	char text[2048];

	snprintf(text, sizeof(text), POLICY_HEAD("web") "spec:\n%s", spec);
	fixture_load_expect(text, path, wanted);
}

#define REFUSED "error.diagnostics.0.id", "lockout"
#define LOADED	"parameters.loaded.0.name", "web"

static const char *spec(const char *before, const char *path, const char *after)
{
	static char text[1024];

	snprintf(text, sizeof(text), "%s%s%s", before, path, after);
	return text;
}

START_TEST(the_start_of_the_agent)
{
	if (!init) /* who may not look at the first process cannot judge by it */
		return;
	expect(spec("  mode: enforce\n  rules: [{name: it, exec: [", self, "]}]\n"), REFUSED);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies", "[ ]");
	expect(spec("  mode: enforce\n  default: {exec: deny}\n  rules: [{exec: [", "/usr/bin/x",
		    "], action: allow}]\n"),
	       REFUSED);
	expect(spec("  mode: enforce\n  rules: [{exec: [", self, "], action: audit}]\n"), LOADED);
	expect(spec("  mode: enforce\n  subject: {user: 1000}\n  rules: [{exec: [", self, "]}]\n"), LOADED);
	expect(spec("  mode: enforce\n  subject: {container: true}\n  rules: [{exec: [", self, "]}]\n"), LOADED);
}
END_TEST

START_TEST(the_files_of_the_agent)
{
	expect(spec("  mode: enforce\n  rules: [{name: it, write: [", state, "]}]\n"), REFUSED);
	expect(spec("  mode: enforce\n  rules: [{name: it, read: [", fixture_path("**"), "]}]\n"), REFUSED);
	expect(spec("  mode: enforce\n  rules: [{name: it, bind: ['unix:", fixture_socket, "']}]\n"), REFUSED);
	expect(spec("  mode: enforce\n  rules: [{name: it, write: [", state, "], except: {user: 0}}]\n"), LOADED);
}
END_TEST

/* In audit mode it may come; it may not be switched. */
START_TEST(the_mode)
{
	expect(spec("  mode: audit\n  rules: [{name: it, write: [", state, "]}]\n"), LOADED);
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"web\",\"mode\":\"enforce\"}}",
		       "error.diagnostics.0.id", "lockout");
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_AUDIT);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.mode", "audit");
	fixture_load_expect(POLICY("other"), "parameters.loaded.0.name", "other"); /* it holds nobody up */
}
END_TEST

START_TEST(a_file_of_a_folder)
{
	char text[1024];

	snprintf(text, sizeof(text), POLICY_HEAD("bad") "spec: {mode: enforce, rules: [{write: [%s]}]}\n", state);
	fixture_write(fixture_path("bad.yaml"), text);
	fixture_write(fixture_path("good.yaml"), POLICY("good"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
	ck_assert_uint_eq(agent.store.n, 1);
	ck_assert_str_eq(agent.store.entry[0]->policy->name, "good");
}
END_TEST

/* What was in force before is not what a change is about: it would be in the way of every other one. */
START_TEST(what_is_in_force_already)
{
	static const char audit[] = "\"mode\":\"audit\"";
	char *text, *mode, *edited;

	expect(spec("  mode: audit\n  rules: [{name: it, write: [", state, "]}]\n"), LOADED);
	agent_stop(&agent);
	text = harness_file(state, NULL);
	mode = strstr(text, audit);
	ck_assert_ptr_nonnull(mode);
	*mode = '\0';
	ck_assert_int_gt(asprintf(&edited, "%s\"mode\":\"enforce\"%s", text, mode + strlen(audit)), 0);
	fixture_write(state, edited);
	free(text);
	free(edited);
	fixture_start();
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.mode", "enforce");
	fixture_load_expect(POLICY("other"), "parameters.loaded.0.name", "other");
	expect(spec("  mode: enforce\n  rules: [{name: it, write: [", state, "]}]\n"), REFUSED);
}
END_TEST

START_TEST(the_reply_warns_of_an_audit)
{
	expect(spec("  mode: audit\n  rules: [{name: it, write: [", state, "]}]\n"), "parameters.warnings.0.id",
	       "lockout");
	expect(spec("  mode: audit\n  rules: [{name: it, write: [", state, "]}]\n"), "parameters.warnings.0.severity",
	       "warning");
	expect(spec("  mode: audit\n  rules: [{name: it, write: [", "/elsewhere", "]}]\n"), "parameters.warnings", "");
}
END_TEST

START_TEST(sockets)
{
	expect("  mode: enforce\n  rules: [{socket: [AF_UNIX]}]\n", REFUSED);
	expect("  mode: enforce\n  default: {socket: deny}\n  rules: [{socket: [AF_INET], action: allow}]\n", REFUSED);
	expect("  mode: enforce\n  subject: {user: 1000}\n  rules: [{socket: [AF_UNIX]}]\n", LOADED);
	expect("  mode: enforce\n  rules: [{socket: [AF_PACKET]}]\n", LOADED);
}
END_TEST

/* The decision is about paths without links. */
START_TEST(by_a_link)
{
	char text[512];

	agent_stop(&agent);
	ck_assert_int_eq(symlink("state", fixture_beside("link")), 0);
	free(config.state_dir);
	config.state_dir = strdup(fixture_beside("link"));
	config.file = strdup(fixture_beside("bulwark.yaml"));
	fixture_start();
	expect(spec("  mode: enforce\n  rules: [{write: [", state, "]}]\n"), REFUSED);
	snprintf(text, sizeof(text), "  mode: enforce\n  rules: [{read: [%s]}]\n", config.file);
	expect(text, REFUSED);
}
END_TEST

/* --- a node that is another one ---------------------------------------------------------------------------- */

static void make(const char *path, const char *text)
{
	char command[256];

	snprintf(command, sizeof(command), "mkdir -p \"$(dirname '%s')\"", path);
	ck_assert_int_eq(system(command), 0);
	fixture_write(path, text);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

/* systemd from 255 on: its first process has another program start services. */
static void stand_on(bool executor)
{
	char maps[512];

	make(fixture_beside("usr/lib/systemd/systemd"), "");
	if (executor)
		make(fixture_beside("usr/lib/systemd/systemd-executor"), "");
	make(fixture_beside("usr/sbin/bulwarkd"), "");
	make(fixture_beside("usr/bin/bulwark"), "");
	snprintf(maps, sizeof(maps),
		 "7f00-7f01 r-xp 00000000 08:01 1                  /usr/lib/libown.so.1\n"
		 "7f01-7f02 r--p 00000000 08:01 2                  /usr/lib/libdata.so.1\n"
		 "7f02-7f03 r-xp 00000000 08:01 3                  /usr/lib/ld-linux-x86-64.so.2\n"
		 "7f03-7f04 r-xp 00000000 08:01 4                  %s\n"
		 "7f04-7f05 r-xp 00000000 00:00 0                  [vdso]\n",
		 fixture_beside("usr/sbin/bulwarkd"));
	make(fixture_beside("proc/self/maps"), maps);
	make(fixture_beside("proc/self/cgroup"), "0::/system.slice/bulwark.service\n");
	ck_assert_int_eq(mkdir(fixture_beside("proc/1"), 0700), 0);
	ck_assert_int_eq(symlink(fixture_beside("usr/lib/systemd/systemd"), fixture_beside("proc/1/exe")), 0);
	ck_assert_int_eq(symlink(fixture_beside("usr/sbin/bulwarkd"), fixture_beside("proc/self/exe")), 0);
	agent.lockout = lockout_free(agent.lockout);
	ck_assert_int_eq(lockout_new(&config, fixture_beside("proc"), &agent.lockout), 0);
	agent.store.lockout = agent.lockout;
}

static void expect_of(const char *subject, const char *path, const char *wanted_path, const char *wanted)
{
	char text[512];

	snprintf(text, sizeof(text), "  mode: enforce\n  subject: %s\n  rules: [{exec: [%s]}]\n", subject,
		 fixture_beside(path));
	expect(text, wanted_path, wanted);
}

static const char *binary(const char *path)
{
	static char text[256];

	snprintf(text, sizeof(text), "{binary: %s}", fixture_beside(path));
	return text;
}

START_TEST(who_starts_the_agent)
{
	stand_on(_i);
	expect_of(binary("usr/lib/systemd/systemd"), "usr/lib/systemd/systemd-executor",
		  _i ? "error.diagnostics.0.id" : "parameters.loaded.0.name", _i ? "lockout" : "web");
	json_object_put(fixture_ask("{\"method\":\"unload\",\"parameters\":{\"all\":true}}"));
	if (_i) {
		expect_of(binary("usr/lib/systemd/systemd-executor"), "usr/sbin/bulwarkd", REFUSED);
		expect_of(binary("usr/lib/systemd/systemd"), "usr/sbin/bulwarkd", LOADED);
	} else {
		expect_of(binary("usr/lib/systemd/systemd"), "usr/sbin/bulwarkd", REFUSED);
	}
}
END_TEST

START_TEST(the_cgroup_of_the_agent)
{
	char text[512], hint[512];

	stand_on(true);
	expect_of("{cgroup: /system.slice/bulwark.service}", "usr/sbin/bulwarkd", REFUSED);
	expect_of("{cgroup: /user.slice/**}", "usr/sbin/bulwarkd", LOADED);
	snprintf(text, sizeof(text),
		 "  mode: enforce\n  subject: {cgroup: /system.slice/**}\n  default: {exec: deny}\n"
		 "  rules: [{exec: [/usr/bin/**], action: allow}]\n");
	expect(text, REFUSED);
	snprintf(hint, sizeof(hint), "allow it: {exec: [%s], action: allow}",
		 fixture_beside("usr/lib/systemd/systemd-executor"));
	expect(text, "error.diagnostics.0.hint", hint);
}
END_TEST

START_TEST(the_libraries_of_the_agent)
{
	stand_on(true);
	expect("  mode: enforce\n  rules: [{exec: [/usr/lib/libown.so.1]}]\n", REFUSED);
	expect("  mode: enforce\n  rules: [{read: [/usr/lib/libown.so.1]}]\n", REFUSED);
	expect("  mode: enforce\n  rules: [{exec: [/usr/lib/libdata.so.1]}]\n", LOADED);
}
END_TEST

/* What is shipped for nodes is nothing that a node would refuse. */
START_TEST(the_shipped_policies)
{
	glob_t found;
	size_t i;

	stand_on(true);
	ck_assert_int_eq(glob(TEST_SOURCE_DIR "/policy/library/*.yaml", 0, NULL, &found), 0);
	ck_assert_uint_ge(found.gl_pathc, 20);
	for (i = 0; i < found.gl_pathc; i++) {
		char *text = harness_file(found.gl_pathv[i], NULL);
		char *request = fixture_load((const char *const[]){ text }, 1, "enforce");

		fixture_expect(request, "parameters.loaded.0.mode", "enforce");
		free(request);
		free(text);
	}
	globfree(&found);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lockout");
	TCase *tests = tcase_create("lockout");

	tcase_add_checked_fixture(tests, start, stop);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, the_start_of_the_agent);
	tcase_add_test(tests, the_files_of_the_agent);
	tcase_add_test(tests, the_mode);
	tcase_add_test(tests, a_file_of_a_folder);
	tcase_add_test(tests, what_is_in_force_already);
	tcase_add_test(tests, the_reply_warns_of_an_audit);
	tcase_add_test(tests, sockets);
	tcase_add_test(tests, by_a_link);
	tcase_add_loop_test(tests, who_starts_the_agent, false, true + 1);
	tcase_add_test(tests, the_cgroup_of_the_agent);
	tcase_add_test(tests, the_libraries_of_the_agent);
	tcase_add_test(tests, the_shipped_policies);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

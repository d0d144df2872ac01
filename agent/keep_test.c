/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * keep.c, state.c, trial.c: what the next agent begins with, and what is taken back, under a whole agent.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include "agent_fixture.h"
#include "when.h"

#define BROKEN POLICY_HEAD("broken") "spec: {rulez: []}\n"

static void start(void)
{
	fixture_set_up();
	fixture_start();
}

/* The agent is killed, or told to end, and another one starts. */
static void start_again(void)
{
	agent_stop(&agent);
	fixture_start();
}

/* The names in force with their modes, as "a:enforce b:audit ". */
static const char *in_force(void)
{
	static char text[256];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < agent.store.n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s:%s ", agent.store.entry[i]->policy->name,
			 store_mode_of(&agent.store, i) == BW_MODE_ENFORCE ? "enforce" : "audit");
	return text;
}

static void load_try(const char *policy, const char *seconds, const char *path, const char *wanted)
{
	char *request = fixture_load(&policy, 1, NULL), *with;

	request[strlen(request) - 2] = '\0'; /* "}}" */
	ck_assert_int_gt(asprintf(&with, "%s,\"try\":%s}}", request, seconds), 0);
	fixture_expect(with, path, wanted);
	free(request);
	free(with);
}

/* --- what lasts ------------------------------------------------------------------------------------------- */

START_TEST(policies_of_the_socket_last)
{
	__u64 loaded;

	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	fixture_load_expect(POLICY("b"), "parameters.loaded.0.name", "b");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"b\",\"mode\":\"audit\"}}", "parameters.mode",
		       "audit");
	loaded = store_find(&agent.store, "a")->loaded;
	start_again();
	ck_assert_str_eq(in_force(), "a:enforce b:audit ");
	ck_assert_uint_eq(store_find(&agent.store, "a")->loaded, loaded);
	fixture_expect("{\"method\":\"list\"}", "parameters.policies.0.source", "socket");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"a\"]}}", "parameters.unloaded.0", "a");
	start_again();
	ck_assert_str_eq(in_force(), "b:audit ");
}
END_TEST

/* A file says what it says; a mode that was switched to lasts as long as the file is the same. */
START_TEST(files_stand_over_what_was_kept)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_write(fixture_path("c.yaml"), POLICY("c"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"a\",\"mode\":\"audit\"}}", "parameters.mode",
		       "audit");
	agent_stop(&agent);
	fixture_write(fixture_path("b.yaml"), POLICY_HEAD("b") "spec: {mode: audit, rules: [{read: /b}]}\n");
	ck_assert_int_eq(unlink(fixture_path("c.yaml")), 0);
	fixture_start();
	ck_assert_str_eq(in_force(), "a:audit b:audit ");
	agent_stop(&agent);
	fixture_write(fixture_path("a.yaml"), POLICY("a") "# changed\n---\n" POLICY("d"));
	fixture_start();
	ck_assert_str_eq(in_force(), "a:enforce b:audit d:enforce ");
}
END_TEST

START_TEST(a_file_that_broke_meanwhile)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	agent_stop(&agent);
	fixture_write(fixture_path("a.yaml"), BROKEN);
	fixture_start();
	ck_assert_str_eq(in_force(), "a:enforce ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
}
END_TEST

/* Two flips would be one too many: what was kept is in force, and the folders say the same. */
START_TEST(nothing_new_is_put_in_force_once)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	agent_stop(&agent);
	fake_kernel.active = 0;
	fixture_start();
	ck_assert_uint_eq(fake_kernel.active, 1);
}
END_TEST

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

/*
 * An agent that is killed between the flip and the write leaves a state that is older than what is in force. To go back
 * to that for a moment would be to let go of what came in force since.
 */
START_TEST(what_was_not_kept_any_more_is_not_let_go)
{
	char *older;

	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	older = harness_file(fixture_beside("state/in-force.json"), NULL);
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	agent_stop(&agent);
	fixture_write(fixture_beside("state/in-force.json"), older);
	free(older);
	fake_kernel.active = 0;
	fixture_start();
	ck_assert_uint_eq(fake_kernel.active, 1);
	ck_assert_str_eq(in_force(), "a:enforce b:enforce ");
	start_again();
	ck_assert_str_eq(in_force(), "a:enforce b:enforce ");
}
END_TEST

/* What was, what has changed, what broke and what is new: in one step, and each told once. */
START_TEST(all_at_once)
{
	char *text;

	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_load_expect(POLICY("s"), "parameters.loaded.0.name", "s");
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	agent_stop(&agent);
	fixture_write(fixture_path("a.yaml"), POLICY_HEAD("a") "spec: {mode: audit, rules: [{read: /a}]}\n");
	fixture_write(fixture_path("b.yaml"), BROKEN);
	fixture_write(fixture_path("c.yaml"), POLICY("c"));
	config_list_add(&config.log, fixture_beside("log"));
	fake_kernel.active = 0;
	fixture_start();
	ck_assert_uint_eq(fake_kernel.active, 1);
	ck_assert_str_eq(in_force(), "s:enforce a:audit b:enforce c:enforce ");
	agent_stop(&agent);
	text = harness_file(fixture_beside("log"), NULL);
	ck_assert_uint_eq(count(text, "\"change\":\"loaded\""), 4);
	ck_assert_uint_eq(count(text, "\"policy\":\"a\""), 1);
	free(text);
}
END_TEST

/* The kernel refuses: the agent does not start, and what the kernel has it goes on with. */
START_TEST(what_cannot_be_put_in_force)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	agent_stop(&agent);
	fake_kernel.apply_error = -ENOMEM;
	ck_assert_int_eq(agent_start(&agent, &config, -1), -ENOMEM);
	agent_stop(&agent);
	fake_kernel.apply_error = 0;
	fixture_start();
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

static const char *const foreign[] = {
	"", "{", "[]", "{\"version\":1}", "{\"version\":2,\"policies\":[]}", "{\"version\":1,\"policies\":{}}",
};

START_TEST(a_file_that_is_none_of_ours)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	agent_stop(&agent);
	fixture_write(fixture_beside("state/in-force.json"), foreign[_i]);
	fixture_start();
	ck_assert_str_eq(in_force(), "");
	ck_assert_int_eq(access(fixture_beside("state/in-force.json.bad"), F_OK), 0);
	fixture_load_expect(POLICY("b"), "parameters.loaded.0.name", "b");
	start_again();
	ck_assert_str_eq(in_force(), "b:enforce ");
}
END_TEST

/* One policy that is none costs the others nothing. */
START_TEST(a_policy_that_is_none_any_more)
{
	agent_stop(&agent);
	fixture_write(fixture_beside("state/in-force.json"),
		      "{\"version\":1,\"policies\":[7,{},{\"mode\":\"loud\",\"text\":\"x\"},"
		      "{\"mode\":\"audit\",\"rollout\":100,\"text\":\"apiVersion: bulwark/v1\"},"
		      "{\"mode\":\"audit\",\"rollout\":100,\"text\":\"apiVersion: bulwark/v1\\nkind: Policy\\n"
		      "metadata: {name: good}\\nspec: {rules: [{read: /a}]}\\n\"}]}");
	fixture_start();
	ck_assert_str_eq(in_force(), "good:audit ");
}
END_TEST

START_TEST(what_was_half_written_is_nothing)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	agent_stop(&agent);
	fixture_write(fixture_beside("state/in-force.json.next"), "{\"version\":1,\"poli");
	fixture_start();
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

/* A load that could not be kept is refused; to weaken what is in force is not, for it may be the way out. */
START_TEST(a_full_disk)
{
	const struct rlimit full = { .rlim_cur = 0, .rlim_max = RLIM_INFINITY };
	const struct rlimit empty = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
	fixture_load_expect(POLICY("b"), "error.code", "failed");
	ck_assert_str_eq(in_force(), "a:enforce ");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"a\",\"mode\":\"audit\"}}", "parameters.mode",
		       "audit");
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "false");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &empty), 0);
	fixture_turn(1200); /* a second later it is made good */
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "true");
	start_again();
	ck_assert_str_eq(in_force(), "a:audit ");
}
END_TEST

START_TEST(a_folder_that_cannot_be_made)
{
	agent_stop(&agent);
	free(config.state_dir);
	config.state_dir = strdup("/dev/null/state");
	fixture_start();
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "false");
	free(config.state_dir);
	config.state_dir = strdup(fixture_beside("state"));
}
END_TEST

/* What any user could write would be a way to put policies in force, or out of it. */
START_TEST(a_folder_that_others_may_write)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	agent_stop(&agent);
	ck_assert_int_eq(chmod(fixture_beside("state"), 0777), 0);
	fixture_start();
	ck_assert_str_eq(in_force(), "");
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "false");
	agent_stop(&agent);
	ck_assert_int_eq(chmod(fixture_beside("state"), 0755), 0); /* to look is no harm */
	fixture_start();
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

static void load_large(const char *head, const char *path, const char *wanted)
{
	static char text[(4u << 20) - 256];
	const char *texts[] = { text };
	struct json_object *reply;
	char *request;

	memset(text, '#', sizeof(text) - 1);
	memcpy(text, head, strlen(head));
	request = fixture_load(texts, 1, NULL);
	reply = fixture_ask(request);
	ck_assert_str_eq(fixture_at(reply, path), wanted);
	json_object_put(reply);
	free(request);
}

/* What is written can be read again: a load that would make it too large is refused. */
START_TEST(more_than_can_be_kept)
{
	load_large(POLICY("a"), "parameters.loaded.0.name", "a");
	load_large(POLICY("b"), "parameters.loaded.0.name", "b");
	load_large(POLICY("c"), "parameters.loaded.0.name", "c");
	load_large(POLICY("d"), "parameters.loaded.0.name", "d");
	load_large(POLICY("e"), "error.code", "too-large");
	ck_assert_str_eq(in_force(), "a:enforce b:enforce c:enforce d:enforce ");
	start_again();
	ck_assert_str_eq(in_force(), "a:enforce b:enforce c:enforce d:enforce ");
}
END_TEST

/* Whose request is complete first is done first, as a whole, whatever the other one has sent of his. */
START_TEST(two_clients_at_once)
{
	const char *text[] = { POLICY("a"), POLICY("b") };
	char *a = fixture_load(text, 2, NULL), *b = fixture_load(&text[1], 1, "audit");
	int slow = fixture_connect(), quick = fixture_connect();
	struct json_object *reply;

	fixture_send(slow, a, strlen(a) / 2);
	reply = fixture_ask_on(quick, b);
	ck_assert_str_eq(fixture_at(reply, "parameters.loaded.0.replaced"), "false");
	json_object_put(reply);
	ck_assert_str_eq(in_force(), "b:audit ");
	reply = fixture_ask_on(slow, a + strlen(a) / 2);
	ck_assert_str_eq(fixture_at(reply, "parameters.loaded.1.replaced"), "true");
	json_object_put(reply);
	ck_assert_str_eq(in_force(), "b:enforce a:enforce ");
	close(slow);
	fixture_send(quick, b, strlen(b) / 2); /* and is gone: of half a request nothing comes */
	close(quick);
	fixture_turn(0);
	start_again();
	ck_assert_str_eq(in_force(), "b:enforce a:enforce ");
	free(a);
	free(b);
}
END_TEST

/* --- on trial --------------------------------------------------------------------------------------------- */

START_TEST(a_trial_is_taken_back)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	load_try(POLICY("b"), "1", "parameters.trial", "1");
	ck_assert_str_eq(in_force(), "a:enforce b:enforce ");
	fixture_load_expect(POLICY("c"), "error.code", "busy");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "error.code", "busy");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"a\",\"mode\":\"audit\"}}", "error.code",
		       "busy");
	fixture_turn(1500);
	ck_assert_str_eq(in_force(), "a:enforce ");
	fixture_expect("{\"method\":\"confirm\"}", "error.code", "not-found");
	fixture_load_expect(POLICY("c"), "parameters.loaded.0.name", "c");
}
END_TEST

START_TEST(a_trial_is_confirmed)
{
	load_try(POLICY("b"), "1", "parameters.trial", "1");
	fixture_expect("{\"method\":\"confirm\"}", "parameters", "{ }");
	fixture_turn(1500);
	ck_assert_str_eq(in_force(), "b:enforce ");
	start_again();
	ck_assert_str_eq(in_force(), "b:enforce ");
}
END_TEST

START_TEST(a_trial_of_a_mode_is_undone)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"a\",\"mode\":\"audit\",\"try\":60}}",
		       "parameters.trial", "60");
	ck_assert_str_eq(in_force(), "a:audit ");
	fixture_expect("{\"method\":\"confirm\",\"parameters\":{\"undo\":true}}", "parameters", "{ }");
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

START_TEST(a_trial_outlives_the_agent)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	load_try(POLICY("b"), "2", "parameters.trial", "2");
	start_again();
	ck_assert_str_eq(in_force(), "a:enforce b:enforce ");
	fixture_expect("{\"method\":\"status\"}", "parameters.trial", "2");
	agent_stop(&agent);
	usleep(2100000);
	fixture_start();
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

/* Who is locked out has nothing but this: it is tried until it is done, or somebody confirms after all. */
START_TEST(a_trial_that_cannot_be_taken_back_at_once)
{
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
	load_try(POLICY("b"), "1", "parameters.trial", "1");
	fake_kernel.apply_error = -EIO;
	fixture_turn(1500);
	ck_assert_str_eq(in_force(), "a:enforce b:enforce ");
	fixture_expect("{\"method\":\"confirm\",\"parameters\":{\"undo\":true}}", "error.code", "failed");
	fixture_load_expect(POLICY("c"), "error.code", "busy");
	fake_kernel.apply_error = 0;
	fixture_turn(TRIAL_RETRY_SECONDS * 1000 + 500);
	ck_assert_str_eq(in_force(), "a:enforce ");
	start_again();
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

/* Else the next agent would take back what was confirmed. */
START_TEST(a_confirmation_that_cannot_be_kept)
{
	const struct rlimit full = { .rlim_cur = 0, .rlim_max = RLIM_INFINITY };
	const struct rlimit empty = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };

	signal(SIGXFSZ, SIG_IGN);
	load_try(POLICY("a"), "60", "parameters.trial", "60");
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
	fixture_expect("{\"method\":\"confirm\"}", "error.code", "failed");
	ck_assert(trial_is_on(&agent.trial));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &empty), 0);
	fixture_expect("{\"method\":\"confirm\"}", "parameters", "{ }");
	ck_assert(!trial_is_on(&agent.trial));
	start_again();
	ck_assert(!trial_is_on(&agent.trial));
	ck_assert_str_eq(in_force(), "a:enforce ");
}
END_TEST

/* What a folder gave meanwhile is no part of the trial, and not for a moment out of force. */
START_TEST(a_folder_that_changes_during_a_trial)
{
	const struct policy *old, *new;

	fixture_write(fixture_path("a.yaml"), POLICY("old"));
	ck_assert_int_eq(reload_folders(&agent.reload, true, NULL), 0);
	load_try(POLICY("b"), "60", "parameters.trial", "60");
	fixture_write(fixture_path("a.yaml"), POLICY_HEAD("old") "spec: {mode: audit, rules: [{read: /b}]}\n");
	fixture_write(fixture_path("c.yaml"), POLICY("new"));
	ck_assert_int_eq(reload_folders(&agent.reload, false, NULL), 0);
	old = store_find(&agent.store, "old")->policy;
	new = store_find(&agent.store, "new")->policy;
	fixture_expect("{\"method\":\"reload\"}", "error.code", "busy");
	fixture_expect("{\"method\":\"confirm\",\"parameters\":{\"undo\":true}}", "parameters", "{ }");
	ck_assert_str_eq(in_force(), "old:audit new:enforce ");
	ck_assert_ptr_eq(store_find(&agent.store, "old")->policy, old);
	ck_assert_ptr_eq(store_find(&agent.store, "new")->policy, new);
}
END_TEST

/* Who had to reboot could not confirm. */
START_TEST(a_trial_before_a_reboot)
{
	char *text, *boot;

	load_try(POLICY("b"), "3600", "parameters.trial", "3600");
	agent_stop(&agent);
	text = harness_file(fixture_beside("state/in-force.json"), NULL);
	boot = strstr(text, "\"boot\":\"");
	ck_assert_ptr_nonnull(boot);
	boot[8] = boot[8] == 'x' ? 'y' : 'x';
	fixture_write(fixture_beside("state/in-force.json"), text);
	free(text);
	fixture_start();
	ck_assert_str_eq(in_force(), "");
}
END_TEST

START_TEST(a_change_that_fails_is_on_no_trial)
{
	load_try(BROKEN, "60", "error.code", "invalid-policy");
	fake_kernel.apply_error = -EIO;
	load_try(POLICY("a"), "60", "error.code", "failed");
	fake_kernel.apply_error = 0;
	load_try(POLICY("a"), "0", "error.code", "bad-request");
	load_try(POLICY("a"), "86401", "error.code", "bad-request");
	load_try(POLICY("a"), "\"60\"", "error.code", "bad-request");
	ck_assert(!trial_is_on(&agent.trial));
	fixture_load_expect(POLICY("a"), "parameters.loaded.0.name", "a");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("keep");
	TCase *lasts = tcase_create("lasts"), *trial = tcase_create("trial");

	tcase_set_timeout(lasts, 60);
	tcase_set_timeout(trial, 60);
	tcase_add_checked_fixture(lasts, start, fixture_tear_down);
	tcase_add_test(lasts, policies_of_the_socket_last);
	tcase_add_test(lasts, files_stand_over_what_was_kept);
	tcase_add_test(lasts, a_file_that_broke_meanwhile);
	tcase_add_test(lasts, nothing_new_is_put_in_force_once);
	tcase_add_test(lasts, what_was_not_kept_any_more_is_not_let_go);
	tcase_add_test(lasts, all_at_once);
	tcase_add_test(lasts, what_cannot_be_put_in_force);
	tcase_add_loop_test(lasts, a_file_that_is_none_of_ours, 0, ARRAY_SIZE(foreign));
	tcase_add_test(lasts, a_policy_that_is_none_any_more);
	tcase_add_test(lasts, what_was_half_written_is_nothing);
	tcase_add_test(lasts, a_full_disk);
	tcase_add_test(lasts, a_folder_that_cannot_be_made);
	tcase_add_test(lasts, a_folder_that_others_may_write);
	tcase_add_test(lasts, more_than_can_be_kept);
	tcase_add_test(lasts, two_clients_at_once);
	tcase_add_checked_fixture(trial, start, fixture_tear_down);
	tcase_add_test(trial, a_trial_is_taken_back);
	tcase_add_test(trial, a_trial_is_confirmed);
	tcase_add_test(trial, a_trial_of_a_mode_is_undone);
	tcase_add_test(trial, a_trial_outlives_the_agent);
	tcase_add_test(trial, a_trial_that_cannot_be_taken_back_at_once);
	tcase_add_test(trial, a_confirmation_that_cannot_be_kept);
	tcase_add_test(trial, a_folder_that_changes_during_a_trial);
	tcase_add_test(trial, a_trial_before_a_reboot);
	tcase_add_test(trial, a_change_that_fails_is_on_no_trial);
	suite_add_tcase(suite, lasts);
	suite_add_tcase(suite, trial);
	return harness_run(suite);
}

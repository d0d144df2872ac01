/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * reload.c, scan.c, folders.c: policy folders under a whole agent, through every way that a folder changes.
 */
#include <check.h>
#include <signal.h>
#include "agent_fixture.h"

#define BROKEN POLICY_HEAD("broken") "spec: {rulez: []}\n"

/* The names in force, in any order that they have, as "a b ". */
static const char *names(void)
{
	static char text[256];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < agent.store.n; i++) {
		strcat(text, agent.store.entry[i]->policy->name);
		strcat(text, " ");
	}
	return text;
}

static void reload(bool all)
{
	ck_assert_int_eq(reload_folders(&agent.reload, all, NULL), 0);
}

/* A file may keep its size and time; what counts is its text. */
START_TEST(files_by_name)
{
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_write(fixture_path("a.yml"), POLICY("a") "---\n" POLICY("a2"));
	fixture_write(fixture_path("c.json"),
		      "{\"apiVersion\": \"bulwark/v1\", \"kind\": \"Policy\", "
		      "\"metadata\": {\"name\": \"c\"}, \"spec\": {\"rules\": [{\"read\": \"/c\"}]}}");
	fixture_write(fixture_path(".d.yaml"), POLICY("d"));
	fixture_write(fixture_path("e.yaml~"), POLICY("e"));
	fixture_write(fixture_path("README"), "text");
	fixture_start();
	ck_assert_str_eq(names(), "a a2 b c ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
	ck_assert_uint_eq(fake_kernel.active, 1);
	reload(false);
	ck_assert_uint_eq(fake_kernel.active, 1); /* nothing changed, so nothing was done */
}
END_TEST

START_TEST(a_broken_file_keeps_what_it_gave)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_start();
	fixture_write(fixture_path("a.yaml"), POLICY("a1") "---\n" BROKEN);
	fixture_write(fixture_path("b.yaml"), POLICY("b1"));
	reload(false);
	ck_assert_str_eq(names(), "a b1 ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
	fixture_expect("{\"method\":\"status\"}", "parameters.healthy", "false");
	fixture_expect("{\"method\":\"status\"}", "parameters.failed.0.file", fixture_path("a.yaml"));
	fixture_write(fixture_path("a.yaml"), POLICY("a1"));
	reload(false);
	ck_assert_str_eq(names(), "b1 a1 ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
}
END_TEST

START_TEST(broken_at_the_start)
{
	fixture_write(fixture_path("a.yaml"), BROKEN);
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_write(fixture_path("c.yaml"), "");
	ck_assert_int_eq(mkdir(fixture_path("d.yaml"), 0700), 0);
	ck_assert_int_eq(mkfifo(fixture_path("e.yaml"), 0600), 0);
	ck_assert_int_eq(symlink("nowhere", fixture_path("f.yaml")), 0);
	fixture_start();
	ck_assert_str_eq(names(), "b ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 5);
}
END_TEST

START_TEST(a_name_in_two_files)
{
	fixture_write(fixture_path("a.yaml"), POLICY("x"));
	fixture_write(fixture_path("b.yaml"), POLICY("x") "---\n" POLICY("y"));
	fixture_start();
	ck_assert_str_eq(names(), "x ");
	ck_assert_str_eq(agent.store.entry[0]->file, fixture_path("a.yaml"));
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
	unlink(fixture_path("a.yaml"));
	reload(false);
	ck_assert_str_eq(names(), "x y ");
	ck_assert_str_eq(agent.store.entry[0]->file, fixture_path("b.yaml"));
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
}
END_TEST

START_TEST(a_policy_moves_to_another_file)
{
	fixture_write(fixture_path("b.yaml"), POLICY("x"));
	fixture_start();
	fixture_write(fixture_path("a.yaml"), POLICY("x"));
	fixture_write(fixture_path("b.yaml"), POLICY("y"));
	reload(false);
	ck_assert_str_eq(names(), "x y ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
	ck_assert_int_eq(rename(fixture_path("a.yaml"), fixture_path("z.yaml")), 0);
	reload(false);
	ck_assert_str_eq(names(), "y x ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
}
END_TEST

/* What only the compiler of all policies together can find breaks the file that it is in, and no other. */
START_TEST(what_does_not_compile)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a") "---\n" POLICY("a"));
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_start();
	ck_assert_str_eq(names(), "b ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
}
END_TEST

START_TEST(the_kernel_refuses)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_start();
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fake_kernel.apply_error = -ENOMEM;
	ck_assert_int_eq(reload_folders(&agent.reload, false, NULL), -ENOMEM);
	ck_assert_str_eq(names(), "a ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
	fixture_expect("{\"method\":\"reload\"}", "error.code", "failed");
	fake_kernel.apply_error = 0;
	fixture_expect("{\"method\":\"reload\"}", "parameters.policies", "2");
	ck_assert_str_eq(names(), "a b ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
}
END_TEST

START_TEST(what_the_socket_did_stays)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_write(fixture_path("b.yaml"), POLICY("b"));
	fixture_start();
	fixture_load_expect(POLICY("c"), "parameters.loaded.0.name", "c");
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"names\":[\"b\"]}}", "parameters.unloaded.0", "b");
	fixture_expect("{\"method\":\"mode\",\"parameters\":{\"name\":\"a\",\"mode\":\"audit\"}}", "parameters.was",
		       "enforce");
	fixture_write(fixture_path("d.yaml"), POLICY("d"));
	reload(false); /* a change elsewhere */
	ck_assert_str_eq(names(), "a c d ");
	reload(true); /* an order */
	ck_assert_str_eq(names(), "a c d b ");
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_AUDIT); /* of a text that did not change */
	fixture_write(fixture_path("a.yaml"), POLICY("a") "# changed\n");
	reload(false);
	ck_assert_uint_eq(fake_kernel.mode[0], BW_MODE_ENFORCE);
}
END_TEST

START_TEST(a_folder_that_vanishes)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_start();
	ck_assert_int_eq(rename(fixture_path(""), fixture_beside("gone")), 0);
	reload(false);
	ck_assert_str_eq(names(), "a ");
	ck_assert_uint_eq(reload_failures(&agent.reload), 1);
	reload(true);
	ck_assert_str_eq(names(), "a ");
	ck_assert_int_eq(rename(fixture_beside("gone"), fixture_path("")), 0);
	unlink(fixture_path("a.yaml"));
	reload(false);
	ck_assert_str_eq(names(), "");
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
}
END_TEST

/* --- changes that are seen -------------------------------------------------------------------------------- */

START_TEST(changes_are_seen)
{
	fixture_start();
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_turn(1600);
	ck_assert_str_eq(names(), "a ");
	fixture_write(fixture_path("a.tmp"), POLICY("b"));
	ck_assert_int_eq(rename(fixture_path("a.tmp"), fixture_path("a.yaml")), 0);
	fixture_turn(1600);
	ck_assert_str_eq(names(), "b ");
	unlink(fixture_path("a.yaml"));
	fixture_turn(1600);
	ck_assert_str_eq(names(), "");
}
END_TEST

/* As the kubelet does it: ..data -> ..1, web.yaml -> ..data/web.yaml; then ..data is renamed over. */
START_TEST(a_config_map_is_swapped)
{
	ck_assert_int_eq(mkdir(fixture_path("..1"), 0700) | mkdir(fixture_path("..2"), 0700), 0);
	fixture_write(fixture_path("..1/web.yaml"), POLICY("one"));
	fixture_write(fixture_path("..2/web.yaml"), POLICY("two"));
	ck_assert_int_eq(symlink("..1", fixture_path("..data")), 0);
	ck_assert_int_eq(symlink("..data/web.yaml", fixture_path("web.yaml")), 0);
	fixture_start();
	ck_assert_str_eq(names(), "one ");
	ck_assert_int_eq(symlink("..2", fixture_path("..data_tmp")), 0);
	ck_assert_int_eq(rename(fixture_path("..data_tmp"), fixture_path("..data")), 0);
	fixture_turn(1600);
	ck_assert_str_eq(names(), "two ");
}
END_TEST

/* The folder itself is a link that is swapped; afterwards changes in the new one are seen. */
START_TEST(a_folder_is_swapped)
{
	ck_assert_int_eq(rename(fixture_path(""), fixture_beside("one")), 0);
	ck_assert_int_eq(mkdir(fixture_beside("two"), 0700), 0);
	fixture_write(fixture_beside("one/a.yaml"), POLICY("one"));
	fixture_write(fixture_beside("two/a.yaml"), POLICY("two"));
	*strrchr(config.policy_dirs.text[0], '/') = '\0'; /* a link with a slash behind it would be its folder */
	ck_assert_int_eq(symlink("one", config.policy_dirs.text[0]), 0);
	fixture_start();
	ck_assert_str_eq(names(), "one ");
	ck_assert_int_eq(symlink("two", fixture_beside("next")), 0);
	ck_assert_int_eq(rename(fixture_beside("next"), config.policy_dirs.text[0]), 0);
	fixture_turn(1600);
	ck_assert_str_eq(names(), "two ");
	fixture_write(fixture_beside("two/a.yaml"), POLICY("three"));
	fixture_turn(1600);
	ck_assert_str_eq(names(), "three ");
}
END_TEST

START_TEST(a_folder_is_made_later)
{
	ck_assert_int_eq(rmdir(fixture_path("")), 0);
	config.policy_dirs_named = false;
	fixture_start();
	ck_assert_uint_eq(reload_failures(&agent.reload), 0);
	ck_assert_int_eq(mkdir(fixture_path(""), 0700), 0);
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_turn(1600);
	ck_assert_str_eq(names(), "a ");
}
END_TEST

START_TEST(hangup_is_an_order)
{
	fixture_write(fixture_path("a.yaml"), POLICY("a"));
	fixture_start();
	fixture_expect("{\"method\":\"unload\",\"parameters\":{\"all\":true}}", "parameters.unloaded.0", "a");
	kill(getpid(), SIGHUP);
	fixture_turn(0);
	ck_assert_str_eq(names(), "a ");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reload");
	TCase *files = tcase_create("files"), *seen = tcase_create("seen");

	tcase_set_timeout(seen, 60);
	tcase_add_checked_fixture(files, fixture_set_up, fixture_tear_down);
	tcase_add_checked_fixture(seen, fixture_set_up, fixture_tear_down);
	tcase_add_test(files, files_by_name);
	tcase_add_test(files, a_broken_file_keeps_what_it_gave);
	tcase_add_test(files, broken_at_the_start);
	tcase_add_test(files, a_name_in_two_files);
	tcase_add_test(files, a_policy_moves_to_another_file);
	tcase_add_test(files, what_does_not_compile);
	tcase_add_test(files, the_kernel_refuses);
	tcase_add_test(files, what_the_socket_did_stays);
	tcase_add_test(files, a_folder_that_vanishes);
	tcase_add_test(seen, changes_are_seen);
	tcase_add_test(seen, a_config_map_is_swapped);
	tcase_add_test(seen, a_folder_is_swapped);
	tcase_add_test(seen, a_folder_is_made_later);
	tcase_add_test(seen, hangup_is_an_order);
	suite_add_tcase(suite, files);
	suite_add_tcase(suite, seen);
	return harness_run(suite);
}

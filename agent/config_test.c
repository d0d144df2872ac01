/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * config.c: what a file says, and what is said about a file that is wrong.
 */
#include "config.h"
#include <bulwark/control.h>
#include <check.h>
#include <fcntl.h>
#include <test/harness.h>

static struct config config;
static char *printed;
static int result;

static void read_text(const char *text)
{
	char path[] = "/tmp/config_test.XXXXXX";
	int fd = mkstemp(path);
	struct diag diag = { 0 };

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	ck_assert_int_eq(config_default(&config), 0);
	result = config_read(path, &config, &diag);
	unlink(path);
	printed = harness_printed(&diag);
	diag_done(&diag);
}

static void done(void)
{
	free(printed);
	config_done(&config);
}

START_TEST(defaults)
{
	char host[256];

	read_text("");
	ck_assert_int_eq(result, 0);
	gethostname(host, sizeof(host));
	ck_assert_str_eq(config.node, host);
	ck_assert_str_eq(config.socket, BW_CONTROL_SOCKET);
	ck_assert_uint_eq(config.policy_dirs.n, 1);
	ck_assert_str_eq(config.policy_dirs.text[0], CONFIG_POLICY_DIR);
	ck_assert(!config.policy_dirs_named);
	ck_assert_uint_eq(config.log.n, 0);
	ck_assert_int_eq(config.on_error, BW_ON_ERROR_DENY);
	ck_assert(config.admin_group == CONFIG_NO_GROUP && config.reader_group == CONFIG_NO_GROUP);
	done();
}
END_TEST

START_TEST(everything)
{
	read_text("# all keys\nnode: web-1\npolicy_dirs: [/a, /b]\nsocket: /run/x.sock\nlog: ['-', /var/log/x]\n"
		  "on_error: allow\nadmin_group: root\nreader_group: root\n");
	ck_assert_str_eq(printed, "");
	ck_assert_int_eq(result, 0);
	ck_assert_str_eq(config.node, "web-1");
	ck_assert_uint_eq(config.policy_dirs.n, 2);
	ck_assert_str_eq(config.policy_dirs.text[1], "/b");
	ck_assert(config.policy_dirs_named);
	ck_assert_str_eq(config.socket, "/run/x.sock");
	ck_assert_uint_eq(config.log.n, 2);
	ck_assert_str_eq(config.log.text[0], "-");
	ck_assert_int_eq(config.on_error, BW_ON_ERROR_ALLOW);
	ck_assert_uint_eq(config.admin_group, 0);
	ck_assert_uint_eq(config.reader_group, 0);
	done();
}
END_TEST

START_TEST(one_is_a_list_of_one)
{
	read_text("{\"log\": \"-\", \"policy_dirs\": \"/p\"}");
	ck_assert_int_eq(result, 0);
	ck_assert_uint_eq(config.log.n, 1);
	ck_assert_uint_eq(config.policy_dirs.n, 1);
	done();
}
END_TEST

static const struct {
	const char *text;
	const char *said; /* a part of what is printed, after the file's name */
} mistakes[] = {
	{ "nod: x\n", ":1:1: error: unknown key 'nod' in the configuration [unknown-key]\n"
		      "    1 | nod: x\n      | ^~~\n   hint: did you mean 'node'?\n" },
	{ "node: x\npolicy-dirs: [/a]\n", "did you mean 'policy_dirs'?" },
	{ "zzzzzzzzzzz: x\n", ":1:1: error: unknown key 'zzzzzzzzzzz'" },
	{ "on_error: maybe\n", ":1:11: error: on_error is 'deny' or 'allow', not 'maybe'" },
	{ "on_error: [deny]\n", ":1:11: error: expected 'deny' or 'allow', found a list" },
	{ "node:\n", "error: expected a name, found " },
	{ "node: ''\n", "error: expected a name, found an empty text" },
	{ "socket: x.sock\n", ":1:9: error: 'x.sock' is not an absolute path" },
	{ "policy_dirs: [/a, b]\n", ":1:19: error: 'b' is not an absolute path" },
	{ "log: {}\n", "error: expected a destination, found a map" },
	{ "admin_group: no-such-group-here\n", ":1:14: error: this node has no group 'no-such-group-here'" },
	{ "- a\n", "error: the configuration is a map of keys, not a list" },
	{ "node: a\n---\nnode: b\n", "error: the configuration is one document" },
	{ "node: a\nnode: b\n", ":2:1: error:" },
	{ "node: [\n", "error:" },
	{ "node: &a b\n", "error:" },
};

START_TEST(says_what_is_wrong)
{
	read_text(mistakes[_i].text);
	ck_assert_int_eq(result, -EINVAL);
	ck_assert_msg(strstr(printed, mistakes[_i].said), "'%s' is not in:\n%s", mistakes[_i].said, printed);
	done();
}
END_TEST

START_TEST(says_all_that_is_wrong)
{
	read_text("on_error: x\nlogs: y\nsocket: z\n");
	ck_assert_ptr_nonnull(strstr(printed, ":1:"));
	ck_assert_ptr_nonnull(strstr(printed, ":2:"));
	ck_assert_ptr_nonnull(strstr(printed, ":3:"));
	done();
}
END_TEST

START_TEST(no_file)
{
	struct diag diag = { 0 };

	ck_assert_int_eq(config_default(&config), 0);
	ck_assert_int_eq(config_read("/nonexistent/bulwark.yaml", &config, &diag), -ENOENT);
	ck_assert_int_eq(config_read("/tmp", &config, &diag), -EISDIR);
	ck_assert_uint_eq(diag.n, 0);
	config_done(&config);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *tests = tcase_create("config");

	tcase_add_test(tests, defaults);
	tcase_add_test(tests, everything);
	tcase_add_test(tests, one_is_a_list_of_one);
	tcase_add_loop_test(tests, says_what_is_wrong, 0, ARRAY_SIZE(mistakes));
	tcase_add_test(tests, says_all_that_is_wrong);
	tcase_add_test(tests, no_file);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

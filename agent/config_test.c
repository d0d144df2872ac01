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
	ck_assert_uint_eq(config.fold_after, 32);
	ck_assert_int_eq(config.on_error, BW_ON_ERROR_DENY);
	ck_assert(!config.judge_open_files);
	ck_assert_int_eq(config.confine, CONFINE_ON);
	ck_assert_int_eq(config.unknown_container, BW_ON_ERROR_ALLOW);
	ck_assert_ptr_null(config.kubelet.from);
	ck_assert(config.guard && !config.seal);
	ck_assert_str_eq(config.package_managers.text[0], "/usr/bin/dpkg");
	ck_assert(config.admin_group == CONFIG_NO_GROUP && config.reader_group == CONFIG_NO_GROUP);
	done();
}
END_TEST

START_TEST(everything)
{
	read_text("# all keys\nnode: web-1\npolicy_dirs: [/a, /b]\nsocket: /run/x.sock\nlog: ['-', /var/log/x]\n"
		  "on_error: allow\nopen_files: judge\nunknown_container: deny\nadmin_group: root\nreader_group: root\n"
		  "kubelet: https://[::1]:10250\nkubelet_ca: /ca\nkubelet_certificate: /crt\nkubelet_key: /key\n"
		  "kubelet_token: /token\nkubelet_name: web-1\nconfine: false\nfold_after: 0\n");
	ck_assert_str_eq(printed, "");
	ck_assert_int_eq(result, 0);
	ck_assert_str_eq(config.node, "web-1");
	ck_assert_uint_eq(config.policy_dirs.n, 2);
	ck_assert_str_eq(config.policy_dirs.text[1], "/b");
	ck_assert(config.policy_dirs_named);
	ck_assert_str_eq(config.socket, "/run/x.sock");
	ck_assert_uint_eq(config.log.n, 2);
	ck_assert_str_eq(config.log.text[0], "-");
	ck_assert_uint_eq(config.fold_after, 0);
	ck_assert_int_eq(config.on_error, BW_ON_ERROR_ALLOW);
	ck_assert(config.judge_open_files);
	ck_assert_int_eq(config.confine, CONFINE_OFF);
	ck_assert_int_eq(config.unknown_container, BW_ON_ERROR_DENY);
	ck_assert_str_eq(config.kubelet.from, "https://[::1]:10250");
	ck_assert_str_eq(config.kubelet.ca, "/ca");
	ck_assert_str_eq(config.kubelet.certificate, "/crt");
	ck_assert_str_eq(config.kubelet.key, "/key");
	ck_assert_str_eq(config.kubelet.token, "/token");
	ck_assert_str_eq(config.kubelet.name, "web-1");
	ck_assert_uint_eq(config.admin_group, 0);
	ck_assert_uint_eq(config.reader_group, 0);
	done();
}
END_TEST

START_TEST(guarded_and_sealed)
{
	read_text("seal: true\npackage_managers: [/usr/bin/pacman, /usr/bin/ansible]\n");
	ck_assert_int_eq(result, 0);
	ck_assert(config.guard && config.seal);
	ck_assert_uint_eq(config.package_managers.n, 2);
	ck_assert_str_eq(config.package_managers.text[1], "/usr/bin/ansible");
	done();
	read_text("guard: false\n");
	ck_assert_int_eq(result, 0);
	ck_assert(!config.guard);
	done();
}
END_TEST

START_TEST(confinement_that_tells)
{
	read_text("confine: log\n");
	ck_assert_int_eq(result, 0);
	ck_assert_int_eq(config.confine, CONFINE_TOLD);
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
	{ "open_files: kept\n", ":1:13: error: open_files is 'keep' or 'judge', not 'kept'" },
	{ "open_files: true\n", ":1:13: error: open_files is 'keep' or 'judge', not 'true'" },
	{ "fold_after: -1\n", ":1:13: error: fold_after is a number from 0 to 1000000, not '-1'" },
	{ "fold_after: 1000001\n", ":1:13: error: fold_after is a number from 0 to 1000000, not '1000001'" },
	{ "fold_after: {}\n", ":1:13: error: expected a number, found a map" },
	{ "confine: maybe\n", ":1:10: error: confine is 'true', 'log' or 'false', not 'maybe'" },
	{ "guard: maybe\n", ":1:8: error: guard is 'false' or 'true', not 'maybe'" },
	{ "seal: 1\n", ":1:7: error: seal is 'false' or 'true', not '1'" },
	{ "guard: false\nseal: true\n",
	  ":2:7: error: without the guard root takes down what is sealed [contradiction]" },
	{ "package_managers: dpkg\n", ":1:19: error: 'dpkg' is not an absolute path" },
	{ "confine: []\n", ":1:10: error: expected 'true', 'log' or 'false', found a list" },
	{ "unknown_container: refuse\n", ":1:20: error: unknown_container is 'deny' or 'allow', not 'refuse'" },
	{ "kubelet: http://127.0.0.1:10255/pods\n",
	  ":1:10: error: kubelet is the absolute path of a file, unix:PATH, or https://HOST[:PORT][/PATH], not 'http://" },
	{ "kubelet: unix:sock\n", "hint: as in https://127.0.0.1:10250/pods" },
	{ "kubelet: https://127.0.0.1:10250/pods\n", ":1:10: error: https needs kubelet_ca, by which " },
	{ "kubelet: unix:/k\nkubelet_ca: /ca\n",
	  ":2:1: error: 'kubelet_ca' is about a kubelet that is asked over https [contradiction]" },
	{ "kubelet_token: /token\n", "hint: add kubelet: https://HOST:PORT/pods" },
	{ "kubelet: https://h\nkubelet_ca: /ca\nkubelet_key: /key\n",
	  ":3:1: error: kubelet_key needs kubelet_certificate" },
	{ "kubelet: https://h\nkubelet_ca: ca\n", ":2:13: error: 'ca' is not an absolute path" },
	{ "kubelet: https://h\nkubelet_ca: /ca\nkubelet_name: []\n", ":3:15: error: expected a name, found a list" },
	{ "kubelet: []\n", ":1:10: error: expected where the kubelet's pods are told, found a list" },
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

/* What is wrong with `kubelet` is said, and not once more of all that goes with it. */
START_TEST(says_it_once)
{
	read_text("kubelet: http://x\nkubelet_ca: /ca\nkubelet_key: /key\n");
	ck_assert_int_eq(result, -EINVAL);
	ck_assert_ptr_nonnull(strstr(printed, ":1:"));
	ck_assert_ptr_null(strstr(printed, "contradiction"));
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
	tcase_add_test(tests, guarded_and_sealed);
	tcase_add_test(tests, confinement_that_tells);
	tcase_add_test(tests, one_is_a_list_of_one);
	tcase_add_loop_test(tests, says_what_is_wrong, 0, ARRAY_SIZE(mistakes));
	tcase_add_test(tests, says_all_that_is_wrong);
	tcase_add_test(tests, says_it_once);
	tcase_add_test(tests, no_file);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

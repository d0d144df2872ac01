/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The FILE and DIR arguments: what they stand for, in which order, and what cannot be read.
 */
#include "input.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static char folder[32];

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *to;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	to = fopen(path, "w");
	ck_assert_ptr_nonnull(to);
	fputs(text, to);
	fclose(to);
}

static const char *in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void set_up(void)
{
	strcpy(folder, "/tmp/input_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void tear_down(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static int read_one(const char *argument, struct input_list *list)
{
	_free_ char *path = NULL;
	int r = input_read(argument, list, &path);

	ck_assert_int_eq(!path, r == 0);
	return r;
}

/* As a ConfigMap lays a folder out: the files are links through a hidden folder. */
START_TEST(folder_is_sorted)
{
	struct input_list list = { 0 };
	char base[64];

	put("20-b.yml", "b");
	put("10-a.yaml", "a");
	put("notes.txt", "x");
	put(".hidden.yaml", "x");
	ck_assert_int_eq(mkdir(in_folder("..data"), 0755), 0);
	put("..data/c.json", "c");
	ck_assert_int_eq(symlink("..data/c.json", in_folder("30-c.json")), 0);
	ck_assert_int_eq(read_one(folder, &list), 0);
	ck_assert_uint_eq(list.n, 3);
	ck_assert_str_eq(list.source[0]->text, "a");
	ck_assert_str_eq(list.source[1]->text, "b");
	ck_assert_str_eq(list.source[2]->text, "c");
	ck_assert_str_eq(list.source[0]->name, in_folder("10-a.yaml"));
	input_list_done(&list);
	/* a slash at the end does not show twice in what the author reads */
	snprintf(base, sizeof(base), "%s/", folder);
	ck_assert_int_eq(read_one(base, &list), 0);
	ck_assert_str_eq(list.source[0]->name, in_folder("10-a.yaml"));
	input_list_done(&list);
}
END_TEST

START_TEST(named_file_has_any_name)
{
	struct input_list list = { 0 };

	put("policy", "x");
	ck_assert_int_eq(read_one(in_folder("policy"), &list), 0);
	ck_assert_uint_eq(list.n, 1);
	input_list_done(&list);
}
END_TEST

START_TEST(failures)
{
	struct input_list list = { 0 };
	_free_ char *path = NULL;

	ck_assert_int_eq(read_one(in_folder("absent.yaml"), &list), -ENOENT);
	ck_assert_int_eq(read_one(folder, &list), -ENODATA);
	ck_assert_int_eq(read_one("", &list), -ENOENT);
	ck_assert_int_eq(symlink("nowhere", in_folder("dangling.yaml")), 0);
	ck_assert_int_eq(input_read(folder, &list, &path), -ENOENT);
	ck_assert_str_eq(path, in_folder("dangling.yaml"));
	ck_assert_int_eq(unlink(in_folder("dangling.yaml")), 0);
	ck_assert_int_eq(mkfifo(in_folder("pipe.yaml"), 0600), 0);
	ck_assert_int_eq(read_one(in_folder("pipe.yaml"), &list), -EINVAL);
	ck_assert_uint_eq(list.n, 0);
	input_list_done(&list);
}
END_TEST

START_TEST(standard_input)
{
	struct input_list list = { 0 };

	put("stdin", "from a pipe");
	ck_assert_ptr_nonnull(freopen(in_folder("stdin"), "r", stdin));
	ck_assert_int_eq(read_one("-", &list), 0);
	ck_assert_str_eq(list.source[0]->name, "<stdin>");
	ck_assert_str_eq(list.source[0]->text, "from a pipe");
	input_list_done(&list);
}
END_TEST

START_TEST(standard_input_too_large)
{
	struct input_list list = { 0 };
	int fd;

	put("stdin", "");
	fd = open(in_folder("stdin"), O_WRONLY);
	ck_assert_int_eq(ftruncate(fd, BW_SOURCE_MAX + 1), 0);
	close(fd);
	ck_assert_ptr_nonnull(freopen(in_folder("stdin"), "r", stdin));
	ck_assert_int_eq(read_one("-", &list), -EFBIG);
	input_list_done(&list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("input");
	TCase *cases = tcase_create("input");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, folder_is_sorted);
	tcase_add_test(cases, named_file_has_any_name);
	tcase_add_test(cases, failures);
	tcase_add_test(cases, standard_input);
	tcase_add_test(cases, standard_input_too_large);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * resolve.c: links of all kinds in a folder of its own.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <test/harness.h>
#include <unistd.h>
#include "resolve.h"

static char root[64];

static const struct {
	const char *name;
	const char *target;
} links[] = {
	{ "bin", "usr/bin" },
	{ "sh", "usr/bin/dash" },
	{ "absolute", "%/usr/bin" },
	{ "dangling", "not/there/yet" },
	{ "loop", "loop" },
	{ "loop1", "loop2" },
	{ "loop2", "loop1/x" },
	{ "usr/up", "../other/.." },
	{ "chain", "absolute/../up" },
};

static const char *at(const char *path)
{
	static char text[8][256];
	static unsigned int next;
	char *buffer = text[next++ % 8];

	snprintf(buffer, sizeof(text[0]), "%s/%s", root, path);
	return buffer;
}

static void set_up(void)
{
	char target[256];
	size_t i;

	strcpy(root, "/tmp/resolve_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(mkdir(at("usr"), 0700) | mkdir(at("usr/bin"), 0700), 0);
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].target[0] == '%')
			snprintf(target, sizeof(target), "%s%s", root, links[i].target + 1);
		else
			snprintf(target, sizeof(target), "%s", links[i].target);
		ck_assert_int_eq(symlink(target, at(links[i].name)), 0);
	}
}

static void tear_down(void)
{
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		unlink(at(links[i].name));
	rmdir(at("usr/bin"));
	rmdir(at("usr"));
	rmdir(root);
}

static const struct {
	const char *path;
	const char *resolved; /* NULL: `result` */
	int result;
} cases[] = {
	{ "usr/bin/dash", NULL, -ENOENT },
	{ "usr/none/x", NULL, -ENOENT },
	{ "bin", "usr/bin", 0 },
	{ "bin/x/y", "usr/bin/x/y", 0 },
	{ "sh", "usr/bin/dash", 0 },
	{ "absolute/x", "usr/bin/x", 0 },
	{ "dangling", "not/there/yet", 0 },
	{ "dangling/x", "not/there/yet/x", 0 },
	{ "usr/up/x", "x", 0 },
	{ "chain/usr", "usr", 0 },
	{ "loop", NULL, -ELOOP },
	{ "loop1/a", NULL, -ELOOP },
};

START_TEST(resolves)
{
	char *resolved = NULL;
	int r = resolve_path(at(cases[_i].path), NULL, &resolved);

	ck_assert_int_eq(r, cases[_i].result);
	if (cases[_i].resolved)
		ck_assert_str_eq(resolved, at(cases[_i].resolved));
	else
		ck_assert_ptr_null(resolved);
	free(resolved);
}
END_TEST

START_TEST(bounds)
{
	char path[8192], *resolved = NULL;

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(resolve_path(path, NULL, &resolved), -ENAMETOOLONG);
	path[4095] = '\0';
	ck_assert_int_eq(resolve_path(path, NULL, &resolved), -ENOENT);
	path[4096 - strlen(root)] = '\0';
	ck_assert_int_eq(resolve_path("/", NULL, &resolved), -ENOENT);
	ck_assert_int_eq(resolve_path("/proc/self/../x/../../..", NULL, &resolved), 0);
	ck_assert_str_eq(resolved, "/");
	free(resolved);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("resolve");
	TCase *tests = tcase_create("resolve");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, resolves, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tests, bounds);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * search.c: linked files in a folder of its own; what is covered is found, and nobody looks elsewhere.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "policy/sample.h"
#include "search.h"

#define FOUND_MAX 16

static char root[64];
static char found[FOUND_MAX][256];
static size_t n_found;

static const char *at(const char *path)
{
	static char text[8][256];
	static unsigned int next;
	char *buffer = text[next++ % 8];

	snprintf(buffer, sizeof(text[0]), "%s/%s", root, path);
	return buffer;
}

static void make_file(const char *path)
{
	int fd = open(at(path), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void set_up(void)
{
	static const char *const folders[] = { "a", "a/deep", "a/deep/er", "b", "b/x", "out", "literal" };
	static const char *const files[] = { "a/linked", "a/alone",   "a/deep/er/linked",
					     "b/x/key",	 "b/x/other", "literal/key" };

	strcpy(root, "/tmp/search_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		ck_assert_int_eq(mkdir(at(folders[i]), 0700), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		make_file(files[i]);
	ck_assert_int_eq(link(at("a/linked"), at("out/1")), 0);
	ck_assert_int_eq(link(at("a/deep/er/linked"), at("out/2")), 0);
	ck_assert_int_eq(link(at("b/x/key"), at("out/3")), 0);
	ck_assert_int_eq(link(at("b/x/other"), at("out/4")), 0);
	ck_assert_int_eq(link(at("literal/key"), at("out/5")), 0);
	ck_assert_int_eq(symlink(at("out"), at("a/link-to-folder")), 0);
	n_found = 0;
}

static void tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	ck_assert_int_eq(system(command), 0);
}

static void note(void *context, const char *path)
{
	(void)context;
	ck_assert_uint_lt(n_found, FOUND_MAX);
	snprintf(found[n_found++], sizeof(found[0]), "%s", path);
}

static bool was_found(const char *path)
{
	for (size_t i = 0; i < n_found; i++)
		if (strcmp(found[i], at(path)) == 0)
			return true;
	return false;
}

static struct tables *tables_about(struct policy **policy, const char *first, const char *second)
{
	struct rule *rule;

	*policy = sample_policy("search", 1);
	rule = sample_rule(*policy, BW_OP_READ, BW_VERDICT_DENY);
	sample_object(*policy, rule, at(first));
	sample_object(*policy, rule, at(second));
	return sample_compile(policy, 1);
}

static const struct search_bounds plenty = { .entries = 1000, .milliseconds = 60000 };

START_TEST(linked_files_are_found_where_they_are_covered)
{
	struct policy *policy;
	struct tables *tables;

	set_up();
	tables = tables_about(&policy, "a/**", "b/*/key");
	ck_assert_ptr_null(search_linked(tables, &plenty, note, NULL));
	ck_assert_uint_eq(n_found, 3);
	ck_assert(was_found("a/linked"));
	ck_assert(was_found("a/deep/er/linked"));
	ck_assert(was_found("b/x/key"));
	tables_free(tables);
	sample_free(policy);
	tear_down();
}
END_TEST

START_TEST(a_folder_is_searched_once)
{
	struct policy *policy;
	struct tables *tables;

	set_up();
	tables = tables_about(&policy, "a/**", "a/deep/*/linked");
	ck_assert_uint_eq(tables->n_searches, 2);
	ck_assert_ptr_null(search_linked(tables, &plenty, note, NULL));
	ck_assert_uint_eq(n_found, 2);
	tables_free(tables);
	sample_free(policy);
	tear_down();
}
END_TEST

START_TEST(a_bound_names_the_search_that_it_ended)
{
	const struct search_bounds few = { .entries = 2, .milliseconds = 60000 }, late = { .entries = 1000 };
	const struct table_search *unfinished;
	struct policy *policy;
	struct tables *tables;

	set_up();
	tables = tables_about(&policy, "a/**", "b/*/key");
	unfinished = search_linked(tables, &few, note, NULL);
	ck_assert_ptr_eq(unfinished, &tables->search[0]);
	ck_assert_str_eq(unfinished->pattern, at("a/**"));
	for (unsigned int i = 0; i < 100; i++) {
		char name[32];

		snprintf(name, sizeof(name), "a/file-%u", i);
		make_file(name);
	}
	ck_assert_ptr_nonnull(search_linked(tables, &late, note, NULL));
	tables_free(tables);
	sample_free(policy);
	tear_down();
}
END_TEST

START_TEST(what_is_not_there_is_no_error)
{
	struct policy *policy;
	struct tables *tables;

	set_up();
	tables = tables_about(&policy, "nowhere/**", "a/alone/*");
	ck_assert_ptr_null(search_linked(tables, &plenty, note, NULL));
	ck_assert_uint_eq(n_found, 0);
	tables_free(tables);
	sample_free(policy);
	tear_down();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		linked_files_are_found_where_they_are_covered,
		a_folder_is_searched_once,
		a_bound_names_the_search_that_it_ended,
		what_is_not_there_is_no_error,
	};

	return sample_main("search", tests, ARRAY_SIZE(tests));
}

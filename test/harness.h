/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests of the policy language share: one main(), texts to policies and diagnostics, golden files.
 */
#ifndef TEST_HARNESS_H
#define TEST_HARNESS_H

#include <base/cleanup.h>
#include <check.h>
#include <errno.h>
#include <policy/policy.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands before `spec` in most tests: texts under it are indented by two. */
#define HARNESS_SPEC "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: test}\nspec:\n"
#define HARNESS_RULE HARNESS_SPEC "  rules:\n    - "

/* The exit status of a test that cannot be run here; it says why. */
#define HARNESS_SKIPPED 77

/* The program's exit status. */
static inline int harness_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline struct source *harness_source(const char *text, size_t size)
{
	struct source *source = NULL;

	ck_assert_int_eq(source_new("policy.yaml", text, size, &source), 0);
	return source;
}

/* The diagnostics as an author sees them; the caller frees. */
static inline char *harness_printed(const struct diag *diag)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	diag_print(diag, to);
	ck_assert_int_eq(fclose(to), 0);
	return text;
}

/* Reads a text: the policies into `list`, the printed diagnostics as the result, which the caller frees. */
static inline char *harness_read(const char *text, size_t size, struct policy_list *list)
{
	struct source *source = harness_source(text, size);
	struct diag diag = { 0 };
	int r = policy_read(source, list, &diag);
	char *printed = harness_printed(&diag);

	ck_assert_int_eq(r, diag.n_errors ? -EINVAL : 0);
	diag_done(&diag);
	source_unref(source);
	return printed;
}

/* Reads a text that is right, down to the last warning. */
static inline struct policy_list harness_good(const char *text)
{
	struct policy_list list = { 0 };
	char *printed = harness_read(text, strlen(text), &list);

	ck_assert_str_eq(printed, "");
	free(printed);
	return list;
}

/* A whole file, NUL-terminated; NULL when there is none. The caller frees. */
static inline char *harness_file(const char *path, size_t *ret_size)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t size;

	if (!file)
		return NULL;
	text = malloc((1u << 20) + 1);
	ck_assert_ptr_nonnull(text);
	size = fread(text, 1, 1u << 20, file);
	ck_assert_int_eq(ferror(file), 0);
	fclose(file);
	text[size] = '\0';
	if (ret_size)
		*ret_size = size;
	return text;
}

/* Compares with a golden file; with BULWARK_GOLDEN=1 in the environment writes it instead. */
static inline void harness_golden(const char *path, const char *text)
{
	const char *update = getenv("BULWARK_GOLDEN");
	char *golden;

	if (update && strcmp(update, "1") == 0) {
		FILE *file = fopen(path, "we");

		ck_assert_msg(file, "cannot write %s: %m", path);
		fputs(text, file);
		ck_assert_int_eq(fclose(file), 0);
		return;
	}
	golden = harness_file(path, NULL);
	ck_assert_msg(golden, "%s is missing; write it with BULWARK_GOLDEN=1", path);
	ck_assert_msg(strcmp(golden, text) == 0, "%s differs. Expected:\n%s\nGot:\n%s", path, golden, text);
	free(golden);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Policies of other projects, and what they become, word for word: each folder NNN-DIALECT-NAME of test/cases/import
 * holds input.yaml, output.golden and errors.golden. BULWARK_GOLDEN=1 writes the goldens; the diff is the review.
 */
#include "import.h"
#include <base/cleanup.h>
#include <dirent.h>
#include <test/harness.h>

#define CASES TEST_SOURCE_DIR "/test/cases/import"

static struct dirent **folders;
static int n_folders;

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static enum import_dialect dialect_of(const char *folder)
{
	char word[32] = "";

	ck_assert_int_eq(sscanf(folder, "%*[0-9]-%31[a-z]", word), 1);
	ck_assert_int_ge(import_dialect_from(word), 0);
	return (enum import_dialect)import_dialect_from(word);
}

/* The policies, and below them what became of each document. */
static char *written(const struct import_list *list)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	for (size_t i = 0; i < list->n; i++)
		fprintf(to, "%s---\n", list->item[i].text ?: "");
	for (size_t i = 0; i < list->n; i++)
		fprintf(to, "# %s %s: %s, %zu left out, %zu notes\n", list->item[i].kind ?: "-",
			list->item[i].theirs ?: "-", import_result_name(list->item[i].result), list->item[i].n_left_out,
			list->item[i].n_notes);
	ck_assert_int_eq(fclose(to), 0);
	return text;
}

/* Read as any other text of policies, all of them as those of one node. */
static void assert_valid(const struct import_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct policy_list policies = { 0 };
		char *printed;

		ck_assert_int_eq(list->item[i].text != NULL, list->item[i].name != NULL);
		if (!list->item[i].text)
			continue;
		printed = harness_read(list->item[i].text, strlen(list->item[i].text), &policies);
		ck_assert_str_eq(printed, "");
		ck_assert_uint_eq(policies.n, 1);
		ck_assert_str_eq(policies.policy[0]->name, list->item[i].name);
		free(printed);
		policy_list_done(&policies);
	}
}

START_TEST(golden)
{
	const struct import_options options = { .posture = BW_VERDICT_DENY };
	struct import_list list = { 0 };
	struct diag diag = { 0 };
	struct source *source = NULL;
	char path[512], *text, *printed;
	size_t size = 0;

	snprintf(path, sizeof(path), CASES "/%s/input.yaml", folders[_i]->d_name);
	text = harness_file(path, &size);
	ck_assert_msg(text, "%s is missing", path);
	ck_assert_int_eq(source_new("input.yaml", text, size, &source), 0);
	ck_assert_int_eq(import_read(dialect_of(folders[_i]->d_name), &options, source, &list, &diag), 0);
	assert_valid(&list);
	printed = written(&list);
	snprintf(path, sizeof(path), CASES "/%s/output.golden", folders[_i]->d_name);
	harness_golden(path, printed);
	free(printed);
	printed = harness_printed(&diag);
	snprintf(path, sizeof(path), CASES "/%s/errors.golden", folders[_i]->d_name);
	harness_golden(path, printed);
	free(printed);
	free(text);
	diag_done(&diag);
	import_list_done(&list);
	source_unref(source);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("import_cases");
	TCase *cases = tcase_create("import_cases");
	int status;

	n_folders = scandir(CASES, &folders, is_case, alphasort);
	if (n_folders <= 0) {
		fprintf(stderr, "no case in %s\n", CASES);
		return EXIT_FAILURE;
	}
	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, golden, 0, n_folders);
	status = harness_run(suite);
	while (n_folders > 0)
		free(folders[--n_folders]);
	free(folders);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mistakes as authors make them, and what they are told, word for word: each folder of test/cases/policy holds
 * policy.yaml and errors.golden. BULWARK_GOLDEN=1 writes the goldens; the diff is the review.
 */
#include <base/cleanup.h>
#include <dirent.h>
#include <test/harness.h>

#define CASES TEST_SOURCE_DIR "/test/cases/policy"

static struct dirent **folders;
static int n_folders;

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

START_TEST(golden)
{
	struct policy_list list = { 0 };
	char path[512], *text, *printed;
	size_t size = 0;

	snprintf(path, sizeof(path), CASES "/%s/policy.yaml", folders[_i]->d_name);
	text = harness_file(path, &size);
	ck_assert_msg(text, "%s is missing", path);
	printed = harness_read(text, size, &list);
	ck_assert_msg(*printed, "%s has no mistake", path);
	snprintf(path, sizeof(path), CASES "/%s/errors.golden", folders[_i]->d_name);
	harness_golden(path, printed);
	free(printed);
	free(text);
	policy_list_done(&list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cases");
	TCase *cases = tcase_create("cases");
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

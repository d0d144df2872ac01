/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lines of files of any shape: ends, none at the end, longer than a block, longer than any event.
 */
#include "lines.h"
#include <base/cleanup.h>
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK ((size_t)1 << 20)

/* What was taken: the sizes of the lines, "-" for one that was too long. */
struct taken {
	char text[256];
	size_t stop; /* the line at which reading is ended by an error; 0: none */
	size_t n;
};

static int take(void *context, const char *line, size_t size)
{
	struct taken *taken = context;
	size_t used = strlen(taken->text);

	if (line && size) /* all of it can be read */
		ck_assert_int_ne(line[0] + line[size - 1], 0);
	snprintf(taken->text + used, sizeof(taken->text) - used, line ? "%zu " : "- ", size);
	return ++taken->n == taken->stop ? -ENOMEM : 0;
}

/* A file of these texts, each a byte that is repeated. */
static const struct {
	struct {
		char byte;
		size_t n;
	} part[8];
	const char *taken;
} cases[] = {
	{ { { 0, 0 } }, "" },
	{ { { '\n', 1 } }, "0 " },
	{ { { 'a', 3 }, { '\n', 1 }, { 'b', 2 } }, "3 2 " },
	{ { { 'a', 3 }, { '\r', 1 }, { '\n', 2 }, { 'b', 2 }, { '\n', 1 } }, "3 0 2 " },
	{ { { 'a', BLOCK }, { '\n', 1 }, { 'b', BLOCK - 1 }, { '\n', 1 } }, "1048576 1048575 " },
	{ { { 'a', 3 * BLOCK + 7 }, { '\n', 1 }, { 'b', 1 } }, "3145735 1 " },
	{ { { 'a', 1 }, { '\n', 1 }, { 'b', LINES_SIZE_MAX + 2 * BLOCK }, { '\n', 1 }, { 'c', 4 }, { '\n', 1 } },
	  "1 - 4 " },
	{ { { 'b', 2 * (size_t)LINES_SIZE_MAX + 3 * BLOCK } }, "- " },
};

static void write_file(const char *path, int at)
{
	_fclose_ FILE *to = fopen(path, "we");
	_free_ char *bytes = malloc(2 * (size_t)LINES_SIZE_MAX + 4 * BLOCK);

	ck_assert_ptr_nonnull(to);
	ck_assert_ptr_nonnull(bytes);
	for (size_t i = 0; i < ARRAY_SIZE(cases[at].part) && cases[at].part[i].n; i++) {
		memset(bytes, cases[at].part[i].byte, cases[at].part[i].n);
		ck_assert_uint_eq(fwrite(bytes, 1, cases[at].part[i].n, to), cases[at].part[i].n);
	}
}

START_TEST(lines)
{
	char path[] = "/tmp/bulwark-lines.XXXXXX";
	struct taken taken = { 0 };
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
	write_file(path, _i);
	ck_assert_int_eq(lines_read(path, take, &taken), 0);
	ck_assert_str_eq(taken.text, cases[_i].taken);
	taken = (struct taken){ .stop = 1 };
	ck_assert_int_eq(lines_read(path, take, &taken), _i ? -ENOMEM : 0);
	ck_assert_uint_eq(taken.n, _i > 0);
	unlink(path);
}
END_TEST

START_TEST(no_files)
{
	struct taken taken = { 0 };

	ck_assert_int_eq(lines_read("/nonexistent", take, &taken), -ENOENT);
	ck_assert_int_eq(lines_read("/", take, &taken), -EISDIR);
	ck_assert_uint_eq(taken.n, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lines");
	TCase *tcase = tcase_create("lines");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, lines, 0, ARRAY_SIZE(cases));
	tcase_add_test(tcase, no_files);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

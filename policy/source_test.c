/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sources: what is read and what is refused, lines and spans.
 */
#include "source.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <sys/stat.h>
#include <test/harness.h>

START_TEST(lines)
{
	static const char text[] = "one\ntwo\r\nthree\rfour\n\nlast";
	static const char *const expected[] = { "one", "two", "three", "four", "", "last" };
	struct source *source = harness_source(text, strlen(text));
	size_t i, length;

	ck_assert_uint_eq(source->n_lines, ARRAY_SIZE(expected));
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *line = source_line(source, (uint32_t)i + 1, &length);

		ck_assert_uint_eq(length, strlen(expected[i]));
		ck_assert_int_eq(strncmp(line, expected[i], length), 0);
	}
	source_line(source, 0, &length);
	ck_assert_uint_eq(length, 0);
	source_line(source, 7, &length);
	ck_assert_uint_eq(length, 0);
	ck_assert_ptr_null(source_unref(source));
}
END_TEST

static const struct {
	const char *text;
	size_t from, to;
	uint32_t line, column, length;
} spans[] = {
	{ "", 0, 0, 1, 1, 1 },	       { "", 5, 9, 1, 1, 1 },	      { "abc", 0, 3, 1, 1, 3 },
	{ "abc", 1, 1, 1, 2, 1 },      { "abc", 3, 4, 1, 4, 1 },      { "ab\ncd\n", 1, 5, 1, 2, 1 },
	{ "ab\ncd\n", 3, 5, 2, 1, 2 }, { "ab\ncd\n", 6, 6, 3, 1, 1 }, { "ab\r\ncd", 4, 6, 2, 1, 2 },
	{ "ab\rcd", 3, 5, 2, 1, 2 },
};

START_TEST(places)
{
	struct source *source = harness_source(spans[_i].text, strlen(spans[_i].text));
	struct span span = source_span(source, spans[_i].from, spans[_i].to);

	ck_assert_uint_eq(span.line, spans[_i].line);
	ck_assert_uint_eq(span.column, spans[_i].column);
	ck_assert_uint_eq(span.length, spans[_i].length);
	source_unref(source);
}
END_TEST

START_TEST(files)
{
	char folder[] = "/tmp/source_test.XXXXXX", path[64], fifo[64];
	struct source *source = NULL;
	FILE *file;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/policy.yaml", folder);
	snprintf(fifo, sizeof(fifo), "%s/fifo", folder);
	ck_assert_int_eq(source_read(path, &source), -ENOENT);
	ck_assert_int_eq(source_read(folder, &source), -EISDIR);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(source_read(fifo, &source), -EINVAL);
	ck_assert_int_eq(source_read("/dev/zero", &source), -EINVAL);
	ck_assert_ptr_null(source);
	file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	fputs("a: b\n", file);
	fclose(file);
	ck_assert_int_eq(source_read(path, &source), 0);
	ck_assert_str_eq(source->name, path);
	ck_assert_str_eq(source->text, "a: b\n");
	source_unref(source);
	ck_assert_int_eq(truncate(path, BW_SOURCE_MAX), 0);
	ck_assert_int_eq(source_read(path, &source), 0);
	ck_assert_uint_eq(source->size, BW_SOURCE_MAX);
	source_unref(source);
	ck_assert_int_eq(truncate(path, BW_SOURCE_MAX + 1), 0);
	ck_assert_int_eq(source_read(path, &source), -EFBIG);
	unlink(path);
	unlink(fifo);
	rmdir(folder);
}
END_TEST

/* A file of /proc says it has no bytes and has some. */
START_TEST(size_unknown)
{
	struct source *source = NULL;

	ck_assert_int_eq(source_read("/proc/self/status", &source), 0);
	ck_assert_uint_gt(source->size, 100);
	source_unref(source);
}
END_TEST

START_TEST(references)
{
	struct source *source = harness_source("x", 1);

	ck_assert_ptr_eq(source_ref(source), source);
	ck_assert_ptr_null(source_unref(source));
	ck_assert_str_eq(source->text, "x");
	ck_assert_ptr_null(source_unref(source));
	ck_assert_ptr_null(source_unref(NULL));
	ck_assert_ptr_null(source_ref(NULL));
}
END_TEST

START_TEST(names)
{
	ck_assert(source_is_policy_name("web.yaml"));
	ck_assert(source_is_policy_name("web.yml"));
	ck_assert(source_is_policy_name("web.json"));
	ck_assert(!source_is_policy_name(".web.yaml"));
	ck_assert(!source_is_policy_name("..data"));
	ck_assert(!source_is_policy_name(".yaml"));
	ck_assert(!source_is_policy_name("web.yaml~"));
	ck_assert(!source_is_policy_name("README"));
	ck_assert(!source_is_policy_name("web.YAML"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("source");
	TCase *cases = tcase_create("source");

	suite_add_tcase(suite, cases);
	tcase_add_test(cases, lines);
	tcase_add_loop_test(cases, places, 0, ARRAY_SIZE(spans));
	tcase_add_test(cases, files);
	tcase_add_test(cases, size_unknown);
	tcase_add_test(cases, references);
	tcase_add_test(cases, names);
	return harness_run(suite);
}

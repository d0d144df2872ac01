/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Diagnostics as their author sees them: the place and its caret, foreign bytes made visible, the order, the bound.
 */
#include "diag.h"
#include <base/cleanup.h>
#include <test/harness.h>

/* Prints one error about `length` bytes from `from` on of a text. */
static char *printed(const char *text, size_t from, size_t length, const char *message)
{
	struct source *source = harness_source(text, strlen(text));
	struct diag diag = { 0 };
	char *result;

	diag_error(&diag, source, source_span(source, from, from + length), "id", "a hint", "%s", message);
	result = harness_printed(&diag);
	diag_done(&diag);
	source_unref(source);
	return result;
}

static const struct {
	const char *text;
	size_t from, length;
	const char *expected;
} forms[] = {
	{ "a: b\n", 3, 1,
	  "policy.yaml:1:4: error: wrong [id]\n"
	  "    1 | a: b\n"
	  "      |    ^\n"
	  "   hint: a hint\n" },
	{ "x\n\tkey: value\n", 8, 5,
	  "policy.yaml:2:7: error: wrong [id]\n"
	  "    2 | \tkey: value\n"
	  "      | \t     ^~~~~\n"
	  "   hint: a hint\n" },
	{ "d\xc3\xa9j\xc3\xa0: x", 8, 1, /* columns count bytes, the caret counts characters */
	  "policy.yaml:1:9: error: wrong [id]\n"
	  "    1 | d\xc3\xa9j\xc3\xa0: x\n"
	  "      |       ^\n"
	  "   hint: a hint\n" },
	{ "a\x1b[2J\xff: \xe2\x80\xae x", 12, 1, /* nothing reaches the terminal that could act on it */
	  "policy.yaml:1:13: error: wrong [id]\n"
	  "    1 | a\\x1b[2J\\xff: <U+202E> x\n"
	  "      |                        ^\n"
	  "   hint: a hint\n" },
	{ "ab", 2, 0, /* past the end */
	  "policy.yaml:1:3: error: wrong [id]\n"
	  "    1 | ab\n"
	  "      |   ^\n"
	  "   hint: a hint\n" },
	{ "one\ntwo", 1, 6, /* over the end of the line */
	  "policy.yaml:1:2: error: wrong [id]\n"
	  "    1 | one\n"
	  "      |  ^~\n"
	  "   hint: a hint\n" },
};

START_TEST(form)
{
	char *text = printed(forms[_i].text, forms[_i].from, forms[_i].length, "wrong");

	ck_assert_str_eq(text, forms[_i].expected);
	free(text);
}
END_TEST

START_TEST(long_line)
{
	char line[1001] = "";
	char *text;

	memset(line, 'x', 1000);
	memcpy(line + 500, "HERE", 4);
	text = printed(line, 500, 4, "wrong");
	ck_assert_ptr_nonnull(strstr(text, "| ...xxxx"));
	ck_assert_ptr_nonnull(strstr(text, "xHERExxx"));
	ck_assert_ptr_nonnull(strstr(text, "xxx...\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n      |                                            ^~~~\n"));
	free(text);
	text = printed(line, 999, 400, "wrong");
	ck_assert_ptr_nonnull(strstr(text, "x\n      |    "));
	free(text);
}
END_TEST

START_TEST(message_is_harmless)
{
	char *text = printed("a", 0, 1, "the key '\x1b]0;owned\x07\n\t\xc2\x9b'");

	ck_assert_ptr_nonnull(strstr(text, "error: the key '\\x1b]0;owned\\x07\\x0a\\x09<U+009B>' [id]\n"));
	free(text);
}
END_TEST

START_TEST(order)
{
	struct source *source = harness_source("a\nb\nc\n", 6);
	struct span nowhere = { 0 };
	struct diag diag = { 0 };
	char *text;

	diag_error(&diag, source, source_span(source, 4, 5), "third", NULL, "3");
	diag_warning(&diag, source, source_span(source, 2, 3), "second", NULL, "2");
	diag_error(&diag, source, source_span(source, 2, 3), "second", NULL, "2 later");
	diag_error(&diag, source, nowhere, "first", NULL, "1");
	diag_error(&diag, NULL, nowhere, "none", NULL, "0");
	text = harness_printed(&diag);
	ck_assert_str_eq(text, "error: 0 [none]\n"
			       "policy.yaml: error: 1 [first]\n"
			       "policy.yaml:2:1: warning: 2 [second]\n    2 | b\n      | ^\n"
			       "policy.yaml:2:1: error: 2 later [second]\n    2 | b\n      | ^\n"
			       "policy.yaml:3:1: error: 3 [third]\n    3 | c\n      | ^\n");
	ck_assert_uint_eq(diag.n_errors, 4);
	ck_assert_uint_eq(diag.n_warnings, 1);
	free(text);
	diag_done(&diag);
	source_unref(source);
}
END_TEST

START_TEST(full)
{
	struct span nowhere = { 0 };
	struct diag diag = { 0 };
	char *text;
	int i;

	for (i = 0; i < 1000; i++)
		diag_warning(&diag, NULL, nowhere, "w", NULL, "warning %d", i);
	for (i = 0; i < 1000; i++)
		diag_error(&diag, NULL, nowhere, "e", NULL, "error %d", i);
	ck_assert_uint_eq(diag.n_warnings, 1000);
	ck_assert_uint_eq(diag.n_errors, 1000);
	ck_assert_uint_eq(diag.n, DIAG_MAX);
	text = harness_printed(&diag);
	ck_assert_ptr_nonnull(strstr(text, "error: error 0 [e]\n")); /* warnings do not crowd errors out */
	ck_assert_ptr_nonnull(strstr(text, "\nand 1900 more\n"));
	free(text);
	diag_done(&diag);
	ck_assert_uint_eq(diag.n_errors, 0);
}
END_TEST

START_TEST(one_line)
{
	struct source *source = harness_source("a\nb\n", 4);
	struct diag diag = { 0 };
	char line[64], small[12];

	diag_error(&diag, source, source_span(source, 2, 3), "id", "hint", "it is %d", 42);
	diag_line(&diag.list[0], line, sizeof(line));
	ck_assert_str_eq(line, "policy.yaml:2:1: error: it is 42");
	diag_line(&diag.list[0], small, sizeof(small));
	ck_assert_str_eq(small, "policy.yaml");
	diag_line(&diag.list[0], small, 1);
	ck_assert_str_eq(small, "");
	diag_line(&diag.list[0], small, 0);
	diag_done(&diag);
	source_unref(source);
}
END_TEST

static const struct {
	const char *word;
	const char *nearest;
} near[] = {
	{ "exce", "exec" },
	{ "EXEC", "exec" },
	{ "reed", "read" },
	{ "wirte", "write" },
	{ "conect", NULL },
	{ "paths", "path" },
	{ "x", NULL },
	{ "", NULL },
	{ "bulwark", NULL },
	{ "dmin", "net_admin" },
	{ "a-word-that-is-much-longer-than-any-name-that-anybody-would-know", NULL },
};

START_TEST(nearest)
{
	static const char *const names[] = { "exec", "read", "write", "path", "net_admin", NULL };
	const char *found = diag_nearest(near[_i].word, names);

	if (near[_i].nearest)
		ck_assert_str_eq(found, near[_i].nearest);
	else
		ck_assert_ptr_null(found);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("diag");
	TCase *cases = tcase_create("diag");

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, form, 0, ARRAY_SIZE(forms));
	tcase_add_test(cases, long_line);
	tcase_add_test(cases, message_is_harmless);
	tcase_add_test(cases, order);
	tcase_add_test(cases, full);
	tcase_add_test(cases, one_line);
	tcase_add_loop_test(cases, nearest, 0, ARRAY_SIZE(near));
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Terminal safety: nothing that an attacker may name reaches the terminal as a control character.
 */
#include "print.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

static char shown[4096];

/* What `print` writes for `text`. */
static const char *capture(void (*print)(FILE *to, const char *text), const char *text)
{
	FILE *to = fmemopen(shown, sizeof(shown), "w");

	ck_assert_ptr_nonnull(to);
	print(to, text);
	fclose(to);
	return shown;
}

static const struct {
	const char *text;
	const char *shown;
} lines[] = {
	{ "/usr/bin/dash", "/usr/bin/dash" },
	{ NULL, "-" },
	{ "", "" },
	{ "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7" },
	/* the escape sequence that clears the screen, and the ones that retitle it */
	{ "\033[2J", "\\x1b[2J" },
	{ "\033]0;x\a", "\\x1b]0;x\\x07" },
	{ "a\nb\tc\rd", "a\\nb\\tc\\x0dd" },
	{ "\x7f\b", "\\x7f\\x08" },
	/* a name that spells an escape must not look like the byte */
	{ "\\x1b", "\\\\x1b" },
	/* C1: CSI in one character */
	{ "\xc2\x9b"
	  "2J",
	  "\\xc2\\x9b2J" },
	/* broken UTF-8: lone, overlong, surrogate, beyond Unicode, cut off */
	{ "\x9b", "\\x9b" },
	{ "\xc0\xaf", "\\xc0\\xaf" },
	{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
	{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
	{ "\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80" },
	{ "\xe2\x82", "\\xe2\\x82" },
	/* a direction mark that shows "gpj.exe" for "exe.jpg", a zero-width space, a byte-order mark */
	{ "\xe2\x80\xae"
	  "gpj",
	  "\\xe2\\x80\\xaegpj" },
	{ "a\xe2\x80\x8b"
	  "b",
	  "a\\xe2\\x80\\x8bb" },
	{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },
};

START_TEST(text_is_safe)
{
	ck_assert_str_eq(capture(print_text, lines[_i].text), lines[_i].shown);
}
END_TEST

START_TEST(block_keeps_its_lines)
{
	ck_assert_str_eq(capture(print_block, "a:\n\t- \\d\n\033[2J\n"), "a:\n\t- \\d\n\\x1b[2J\n");
}
END_TEST

static void indent(FILE *to, const char *text)
{
	print_indented(to, 3, text);
}

START_TEST(indented_text_has_no_unindented_line)
{
	ck_assert_str_eq(capture(indent, "one\ntwo"), "   one\n   two\n");
	ck_assert_str_eq(capture(indent, "one\n"), "   one\n");
}
END_TEST

static void style(FILE *to, const char *text)
{
	print_styled(to, PRINT_BAD, 6, text);
}

/* A pipe gets no colours; the padding counts characters, not bytes. */
START_TEST(style_pads_and_stays_plain_off_a_terminal)
{
	ck_assert_str_eq(capture(style, "deny"), "deny  ");
	ck_assert_str_eq(capture(style, "\xc3\xa9"), "\xc3\xa9     ");
	ck_assert_str_eq(capture(style, "longer than six"), "longer than six");
}
END_TEST

START_TEST(table_aligns)
{
	static const char *const heading[] = { "NAME", "HITS", "SOURCE" };
	struct print_table table = { .heading = heading, .n_columns = 3, .right = 1u << 1 };
	FILE *to = fmemopen(shown, sizeof(shown), "w");

	print_table_add(&table, "caf\xc3\xa9");
	print_table_add_number(&table, 7);
	print_table_add(&table, "/a\nb");
	print_table_add(&table, "longest-name");
	print_table_add_number(&table, 123456);
	print_table_add(&table, NULL);
	ck_assert_int_eq(print_table_write(&table, to), 0);
	fclose(to);
	print_table_done(&table);
	ck_assert_str_eq(shown, "NAME            HITS  SOURCE\n"
				"caf\xc3\xa9               7  /a\\nb\n"
				"longest-name  123456  -\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("print");
	TCase *cases = tcase_create("print");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_add_loop_test(cases, text_is_safe, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(cases, block_keeps_its_lines);
	tcase_add_test(cases, indented_text_has_no_unindented_line);
	tcase_add_test(cases, style_pads_and_stays_plain_off_a_terminal);
	tcase_add_test(cases, table_aligns);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

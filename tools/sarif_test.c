/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Diagnostics as SARIF: places in characters, names as URIs, texts of any bytes, and a rule for each id.
 */
#include "reply.h"
#include "sarif.h"
#include <base/cleanup.h>
#include <check.h>
#include <stdlib.h>

static struct json_object *render(const struct diag *diag)
{
	struct json_object *document;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	ck_assert_int_eq(sarif_print(diag, to), 0);
	ck_assert_int_eq(fclose(to), 0);
	document = json_tokener_parse(text);
	ck_assert_ptr_nonnull(document);
	free(text);
	return document;
}

static struct json_object *run_of(struct json_object *document)
{
	ck_assert_str_eq(reply_text(document, "version"), "2.1.0");
	ck_assert_uint_eq(reply_count(reply_list(document, "runs")), 1);
	return json_object_array_get_idx(reply_list(document, "runs"), 0);
}

static struct json_object *rules_of(struct json_object *run)
{
	return reply_list(reply_object(reply_object(run, "tool"), "driver"), "rules");
}

static struct json_object *place_of(struct json_object *result)
{
	return reply_object(json_object_array_get_idx(reply_list(result, "locations"), 0), "physicalLocation");
}

START_TEST(a_result)
{
	static const char line[] = "a: \xe2\x82\xac\xe2\x82\xac bad\n";
	struct json_object *document, *run, *result, *region, *rule;
	struct source *source = NULL;
	struct diag diag = { 0 };

	ck_assert_int_eq(source_new("/etc/a b%.yaml", line, strlen(line), &source), 0);
	diag_error(&diag, source, source_span(source, 10, 13), "unknown-key", "did you mean\x1b?", "unknown \xff");
	document = render(&diag);
	run = run_of(document);
	result = json_object_array_get_idx(reply_list(run, "results"), 0);
	ck_assert_str_eq(reply_text(result, "level"), "error");
	ck_assert_str_eq(reply_text(reply_object(result, "message"), "text"), "unknown \\xff. did you mean\x1b?");
	ck_assert_str_eq(reply_text(reply_object(place_of(result), "artifactLocation"), "uri"),
			 "file:///etc/a%20b%25.yaml");
	region = reply_object(place_of(result), "region");
	ck_assert_int_eq(reply_number(region, "startLine"), 1);
	ck_assert_int_eq(reply_number(region, "startColumn"), 7);
	ck_assert_int_eq(reply_number(region, "endColumn"), 10);
	rule = json_object_array_get_idx(rules_of(run), (size_t)reply_number(result, "ruleIndex"));
	ck_assert_str_eq(reply_text(rule, "id"), "unknown-key");
	json_object_put(document);
	diag_done(&diag);
	source_unref(source);
}
END_TEST

START_TEST(rules_are_the_rows_of_the_page)
{
	struct diag diag = { 0 };
	struct json_object *document = render(&diag), *rules = rules_of(run_of(document));

	ck_assert_uint_gt(reply_count(rules), 80);
	for (size_t i = 0; i < reply_count(rules); i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);
		const char *level = reply_text(reply_object(rule, "defaultConfiguration"), "level");
		const char *id = reply_text(rule, "id");

		ck_assert_str_ne(reply_text(reply_object(rule, "shortDescription"), "text"), "");
		ck_assert_str_ne(reply_text(reply_object(rule, "help"), "text"), "");
		if (strcmp(id, "duplicate-rule") == 0 || strcmp(id, "names-nothing") == 0 ||
		    strcmp(id, "unresolved-path") == 0)
			ck_assert_str_eq(level, "warning");
		if (strcmp(id, "yaml") == 0)
			ck_assert_str_eq(level, "error");
		ck_assert_str_ne(id, "second-document"); /* of the configuration, which is no policy */
	}
	json_object_put(document);
}
END_TEST

START_TEST(a_mistake_without_a_place)
{
	struct json_object *document, *result;
	struct diag diag = { 0 };

	diag_warning(&diag, NULL, (struct span){ 0 }, "hash-collision", NULL, "a message");
	document = render(&diag);
	result = json_object_array_get_idx(reply_list(run_of(document), "results"), 0);
	ck_assert_ptr_null(reply_list(result, "locations"));
	ck_assert_str_eq(reply_text(result, "level"), "warning");
	json_object_put(document);
	diag_done(&diag);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sarif");
	TCase *tcase = tcase_create("sarif");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, a_result);
	tcase_add_test(tcase, rules_are_the_rows_of_the_page);
	tcase_add_test(tcase, a_mistake_without_a_place);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

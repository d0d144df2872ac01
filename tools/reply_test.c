/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Answers of another shape than the contract's read as "not known", never as a crash.
 */
#include "reply.h"
#include <base/cleanup.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(fields)
{
	struct json_object *object = json_tokener_parse("{\"t\":\"x\",\"n\":-7,\"b\":true,\"l\":[\"a\",1],\"o\":{}}");

	ck_assert_str_eq(reply_text(object, "t"), "x");
	ck_assert_int_eq(reply_number(object, "n"), -7);
	ck_assert(reply_true(object, "b"));
	ck_assert_uint_eq(reply_count(reply_list(object, "l")), 2);
	ck_assert_str_eq(reply_item(reply_list(object, "l"), 0), "a");
	ck_assert_ptr_null(reply_item(reply_list(object, "l"), 1));
	ck_assert_ptr_nonnull(reply_object(object, "o"));
	json_object_put(object);
}
END_TEST

START_TEST(wrong_types)
{
	static const char *const shapes[] = { "{}",	    "{\"k\":null}", "{\"k\":1}",  "{\"k\":\"x\"}",
					      "{\"k\":[]}", "{\"k\":true}", "{\"k\":{}}", "[]",
					      "\"text\"",   "null",	    "1.5",	  "{\"k\":1.5}" };
	struct json_object *object = json_tokener_parse(shapes[_i]);
	int found = 0;

	found += reply_text(object, "k") != NULL;
	found += reply_number(object, "k") != 0;
	found += reply_true(object, "k");
	found += reply_list(object, "k") != NULL;
	found += reply_object(object, "k") != NULL;
	ck_assert_int_le(found, 1);
	ck_assert_uint_eq(reply_count(reply_list(object, "absent")), 0);
	json_object_put(object);
}
END_TEST

/* Machines get the same JSON, a terminal gets no control character. */
START_TEST(printed_json_is_safe)
{
	struct json_object *object = json_object_new_object(), *again;
	char shown[256];
	FILE *to = fmemopen(shown, sizeof(shown), "w");

	json_object_object_add(object, "path", json_object_new_string("/a\033[2J\x7f\xc2\x9b\xc3\xa9\n"));
	reply_print(object, to);
	fclose(to);
	ck_assert_str_eq(shown, "{\"path\":\"/a\\u001b[2J\\u007f\\u009b\xc3\xa9\\n\"}\n");
	again = json_tokener_parse(shown);
	ck_assert(json_object_equal(object, again));
	json_object_put(again);
	json_object_put(object);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reply");
	TCase *cases = tcase_create("reply");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_add_test(cases, fields);
	tcase_add_loop_test(cases, wrong_types, 0, 12);
	tcase_add_test(cases, printed_json_is_safe);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

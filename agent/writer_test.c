/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * writer.c: commas and nesting, and that whatever bytes come in, valid JSON goes out.
 */
#include <check.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <test/harness.h>
#include "writer.h"

START_TEST(nests_and_separates)
{
	struct writer w = { 0 };

	writer_open(&w, NULL, '{');
	writer_text(&w, "a", "1");
	writer_open(&w, "b", '[');
	writer_number(&w, NULL, 18446744073709551615ull);
	writer_open(&w, NULL, '{');
	writer_close(&w, '}');
	writer_boolean(&w, NULL, true);
	writer_close(&w, ']');
	writer_text(&w, "absent", NULL);
	writer_json(&w, "c", "{}", 2);
	writer_close(&w, '}');
	ck_assert(!writer_failed(&w));
	ck_assert_str_eq(w.text, "{\"a\":\"1\",\"b\":[18446744073709551615,{},true],\"c\":{}}");
	writer_done(&w);
}
END_TEST

static const struct {
	const char *bytes;
	size_t size;
	const char *json;
} strings[] = {
	{ "", 0, "\"\"" },
	{ "plain", 5, "\"plain\"" },
	{ "a\"b\\c", 5, "\"a\\\"b\\\\c\"" },
	{ "a\nb\tc\x01\x7f", 7, "\"a\\nb\\tc\\u0001\\u007f\"" },
	{ "a\0b", 3, "\"a\\u0000b\"" },
	{ "h\xc3\xa9", 3, "\"h\xc3\xa9\"" },
	{ "\xf0\x9f\x8c\x8d", 4, "\"\xf0\x9f\x8c\x8d\"" },
	{ "\xff\xfe", 2, "\"\\\\xff\\\\xfe\"" },
	{ "\xc3", 1, "\"\\\\xc3\"" },				       /* the second byte is missing */
	{ "\xc0\xaf", 2, "\"\\\\xc0\\\\xaf\"" },		       /* an overlong '/' */
	{ "\xe0\x80\xaf", 3, "\"\\\\xe0\\\\x80\\\\xaf\"" },	       /* the same, longer */
	{ "\xed\xa0\x80", 3, "\"\\\\xed\\\\xa0\\\\x80\"" },	       /* a surrogate */
	{ "\xf4\x90\x80\x80", 4, "\"\\\\xf4\\\\x90\\\\x80\\\\x80\"" }, /* above U+10FFFF */
	{ "\xe2\x80\xa8|\xe2\x80\xa9", 7, "\"\\u2028|\\u2029\"" },
	{ "\xe2\x82\xac", 3, "\"\xe2\x82\xac\"" },
};

START_TEST(writes_any_bytes)
{
	struct writer w = { 0 };

	writer_bytes(&w, NULL, strings[_i].bytes, strings[_i].size);
	ck_assert_str_eq(w.text, strings[_i].json);
	writer_done(&w);
}
END_TEST

START_TEST(random_bytes_parse)
{
	unsigned char bytes[64];
	struct json_object *object;
	struct writer w = { 0 };
	int round;
	size_t i;

	srand(1);
	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(bytes); i++)
			bytes[i] = rand() >> 7;
		w.size = 0;
		w.after = false;
		writer_bytes(&w, NULL, (char *)bytes, rand() % (sizeof(bytes) + 1));
		object = json_tokener_parse(w.text);
		ck_assert_msg(object && json_object_get_type(object) == json_type_string, "%s", w.text);
		ck_assert_ptr_null(strchr(w.text, '\n'));
		json_object_put(object);
	}
	writer_done(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("writer");
	TCase *tests = tcase_create("writer");

	tcase_add_test(tests, nests_and_separates);
	tcase_add_loop_test(tests, writes_any_bytes, 0, sizeof(strings) / sizeof(strings[0]));
	tcase_add_test(tests, random_bytes_parse);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

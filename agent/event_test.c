/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * event.c: good records give their texts, and no record at all makes it read outside of itself. Run with the address
 * sanitizer to make the second half mean something: records here end where their memory ends.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <test/harness.h>
#include "event.h"

struct record {
	struct bw_event event;
	char text[256];
};

static struct record record;

static void begin(void)
{
	memset(&record, 0, sizeof(record));
	record.event.record.type = BW_RECORD_DECISION;
	record.event.record.size = sizeof(struct bw_event);
}

static void put(enum bw_text text, const char *bytes, size_t size, __u32 flags)
{
	size_t at = record.event.record.size - sizeof(struct bw_event);

	memcpy(record.text + at, bytes, size);
	record.event.span[text] = (struct bw_span){ .offset = at, .size = size, .flags = flags };
	record.event.record.size += size;
}

/* A copy that ends where its memory ends, at an odd address. */
static int decode(size_t size, struct event *ret)
{
	char *copy = malloc(size + 1);
	int r;

	memcpy(copy + 1, &record, size);
	r = event_decode(copy + 1, size, ret);
	free(copy);
	return r;
}

static const struct {
	const char *bytes;
	size_t size;
	__u32 flags;
	const char *path;
	bool cut;
} paths[] = {
	{ "dash\0bin\0usr\0", 13, BW_SPAN_REVERSED, "/usr/bin/dash", false },
	{ "a\0", 2, BW_SPAN_REVERSED, "/a", false },
	{ "\0", 1, BW_SPAN_REVERSED, "/", false },
	{ "a\0\0b\0", 5, BW_SPAN_REVERSED, "/b/a", false },
	{ "c\0b\0", 4, BW_SPAN_REVERSED | BW_SPAN_CUT, "b/c", true },
	{ "c\0bb", 4, BW_SPAN_REVERSED, "bb/c", true },
	{ "abc", 3, BW_SPAN_REVERSED, "abc", true },
	{ "\0\0\0", 3, BW_SPAN_REVERSED, "/", false },
	{ "/usr/bin/dash", 13, 0, "/usr/bin/dash", false },
	{ "/usr/bin/dash\0\0\0", 16, 0, "/usr/bin/dash", false },
	{ "/usr\0/etc", 9, 0, "/usr", false },
	{ "/long", 5, BW_SPAN_CUT, "/long", true },
	{ "\0", 1, 0, "", false },
};

START_TEST(reads_paths)
{
	struct event event;

	begin();
	put(BW_TEXT_BINARY, "filler", 6, 0);
	put(BW_TEXT_OBJECT, paths[_i].bytes, paths[_i].size, paths[_i].flags);
	ck_assert_int_eq(decode(record.event.record.size, &event), 0);
	ck_assert_str_eq(event.text[BW_TEXT_OBJECT].bytes, paths[_i].path);
	ck_assert_uint_eq(event.text[BW_TEXT_OBJECT].size, strlen(paths[_i].path));
	ck_assert(event.text[BW_TEXT_OBJECT].cut == paths[_i].cut);
	ck_assert_ptr_null(event.text[BW_TEXT_CWD].bytes);
	event_done(&event);
}
END_TEST

START_TEST(keeps_nuls_where_they_mean_something)
{
	struct event event;

	begin();
	record.event.object.kind = BW_OBJECT_ABSTRACT;
	put(BW_TEXT_OBJECT, "a\0b", 3, 0);
	put(BW_TEXT_ARGUMENTS, "x\0y\0", 4, BW_SPAN_REVERSED); /* a flag that means nothing here */
	ck_assert_int_eq(decode(record.event.record.size, &event), 0);
	ck_assert_uint_eq(event.text[BW_TEXT_OBJECT].size, 3);
	ck_assert_uint_eq(event.text[BW_TEXT_ARGUMENTS].size, 4);
	ck_assert_mem_eq(event.text[BW_TEXT_ARGUMENTS].bytes, "x\0y\0", 4);
	event_done(&event);
}
END_TEST

START_TEST(skips_what_it_does_not_know)
{
	struct event event;

	begin();
	record.event.record.type = 77;
	ck_assert_int_eq(decode(sizeof(struct bw_event), &event), -ENOMSG);
	ck_assert_int_eq(decode(sizeof(struct bw_record), &event), -ENOMSG);
}
END_TEST

START_TEST(refuses_wrong_sizes)
{
	struct event event;
	size_t size;

	begin();
	put(BW_TEXT_OBJECT, "/x", 2, 0);
	for (size = 0; size < record.event.record.size; size++) /* every truncation */
		ck_assert_int_eq(decode(size, &event), -EBADMSG);
	for (size = 0; size < sizeof(struct bw_event); size++) { /* a record that calls itself too small */
		record.event.record.size = size;
		ck_assert_int_eq(decode(sizeof(record), &event), -EBADMSG);
	}
	record.event.record.size = sizeof(record) + 1;
	ck_assert_int_eq(decode(sizeof(record), &event), -EBADMSG);
	record.event.record.size = sizeof(struct bw_event) + 2; /* bytes after the record are not its own */
	ck_assert_int_eq(decode(sizeof(record), &event), 0);
	event_done(&event);
}
END_TEST

static const struct {
	__u16 offset;
	__u16 size;
	int result; /* with 10 bytes of text */
} spans[] = {
	{ 0, 10, 0 },
	{ 9, 1, 0 },
	{ 10, 0, 0 }, /* not known: the offset means nothing */
	{ 65535, 0, 0 },
	{ 0, 11, -EBADMSG },
	{ 10, 1, -EBADMSG },
	{ 9, 2, -EBADMSG },
	{ 65535, 65535, -EBADMSG },
	{ 1, 65535, -EBADMSG },
	{ 65535, 1, -EBADMSG },
};

START_TEST(checks_every_span)
{
	struct event event;
	__u32 flags;
	int text, r;

	for (text = 0; text < _BW_TEXT_MAX; text++)
		for (flags = 0; flags < 4; flags++) {
			begin();
			record.event.record.size += 10;
			memset(record.text, 'a', 10);
			record.event.span[text] = (struct bw_span){ spans[_i].offset, spans[_i].size, flags };
			r = decode(record.event.record.size, &event);
			ck_assert_int_eq(r, spans[_i].result);
			if (r == 0)
				event_done(&event);
		}
}
END_TEST

START_TEST(survives_noise)
{
	struct event event;
	int round;
	size_t i;

	srand(1);
	for (round = 0; round < 20000; round++) {
		for (i = 0; i < sizeof(record); i++)
			((unsigned char *)&record)[i] = rand() >> 7;
		record.event.record.type = BW_RECORD_DECISION + rand() % 2;
		record.event.record.size = sizeof(struct bw_event) + rand() % sizeof(record.text);
		for (i = 0; i < _BW_TEXT_MAX; i++) { /* mostly near the edge */
			record.event.span[i].offset %= sizeof(record.text);
			record.event.span[i].size %= 64;
		}
		if (decode(sizeof(record), &event) == 0)
			event_done(&event);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("event");
	TCase *tests = tcase_create("event");

	tcase_add_loop_test(tests, reads_paths, 0, sizeof(paths) / sizeof(paths[0]));
	tcase_add_test(tests, keeps_nuls_where_they_mean_something);
	tcase_add_test(tests, skips_what_it_does_not_know);
	tcase_add_test(tests, refuses_wrong_sizes);
	tcase_add_loop_test(tests, checks_every_span, 0, sizeof(spans) / sizeof(spans[0]));
	tcase_add_test(tests, survives_noise);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

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
	char text[1024];
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

/* Adds an ancestor whose head is as given, with the bytes of `texts` behind it. */
static void put_ancestor(struct bw_ancestor head, const char *texts, size_t size)
{
	size_t at = record.event.record.size - sizeof(struct bw_event);

	if (!record.event.ancestors.size)
		record.event.ancestors.offset = at;
	memcpy(record.text + at, &head, sizeof(head));
	memcpy(record.text + at + sizeof(head), texts, size);
	record.event.record.size += sizeof(head) + size;
	record.event.ancestors.size += sizeof(head) + size;
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

START_TEST(reads_ancestors)
{
	struct event event;

	begin();
	put(BW_TEXT_OBJECT, "odd", 3, 0); /* they may stand at any offset */
	put_ancestor((struct bw_ancestor){ 7, 8, 9, 10, 48, 7, 5, 0 }, "sh\0bin\0s\0-c\0\0\0\0", 16);
	put_ancestor((struct bw_ancestor){ 1, 2, 3, 4, 40, 4, 3, BW_ANCESTOR_BINARY_CUT | BW_ANCESTOR_ARGUMENTS_CUT },
		     "a\0b\0xyz", 8);
	put_ancestor((struct bw_ancestor){ 0, 0, 2, 0, 32, 0, 0, BW_ANCESTOR_SEEN }, "", 0);
	ck_assert_int_eq(decode(record.event.record.size, &event), 0);
	ck_assert_uint_eq(event.n_ancestors, 3);
	ck_assert_uint_eq(event.ancestor[0].run.start, 7);
	ck_assert_uint_eq(event.ancestor[0].run.execs, 8);
	ck_assert_uint_eq(event.ancestor[0].run.pid, 9);
	ck_assert_uint_eq(event.ancestor[0].run.uid, 10);
	ck_assert_str_eq(event.ancestor[0].binary.bytes, "/bin/sh");
	ck_assert_uint_eq(event.ancestor[0].arguments.size, 5);
	ck_assert_mem_eq(event.ancestor[0].arguments.bytes, "s\0-c\0", 5);
	ck_assert(!event.ancestor[0].binary.cut && !event.ancestor[0].arguments.cut);
	ck_assert_str_eq(event.ancestor[1].binary.bytes, "b/a"); /* no path from the root */
	ck_assert_str_eq(event.ancestor[1].arguments.bytes, "xyz");
	ck_assert(event.ancestor[1].binary.cut && event.ancestor[1].arguments.cut);
	ck_assert_ptr_null(event.ancestor[2].binary.bytes);
	ck_assert_ptr_null(event.ancestor[2].arguments.bytes);
	event_done(&event);
}
END_TEST

START_TEST(takes_as_many_ancestors_as_there_may_be)
{
	struct event event;
	size_t i;

	begin();
	for (i = 0; i < BW_ANCESTORS_MAX; i++)
		put_ancestor((struct bw_ancestor){ .pid = (__u32)i, .size = 32 }, "", 0);
	ck_assert_int_eq(decode(record.event.record.size, &event), 0);
	ck_assert_uint_eq(event.n_ancestors, BW_ANCESTORS_MAX);
	ck_assert_uint_eq(event.ancestor[BW_ANCESTORS_MAX - 1].run.pid, BW_ANCESTORS_MAX - 1);
	event_done(&event);
	put_ancestor((struct bw_ancestor){ .size = 32 }, "", 0);
	ck_assert_int_eq(decode(record.event.record.size, &event), -EBADMSG);
}
END_TEST

/* Of an ancestor with 8 bytes of texts, behind which one more stands. */
static const struct {
	__u16 size;
	__u16 binary;
	__u16 arguments;
	int result;
} heads[] = {
	{ 40, 8, 0, 0 },
	{ 40, 0, 8, 0 },
	{ 40, 4, 4, 0 },
	{ 40, 9, 0, -EBADMSG },
	{ 40, 0, 9, -EBADMSG },
	{ 40, 5, 4, -EBADMSG },
	{ 40, 65535, 65535, -EBADMSG },
	{ 40, 65535, 1, -EBADMSG },
	{ 0, 0, 0, -EBADMSG }, /* it would never end */
	{ 31, 0, 0, -EBADMSG },
	{ 32, 0, 0, -EBADMSG }, /* then its texts are no ancestor */
	{ 65535, 0, 0, -EBADMSG },
	{ 73, 0, 0, -EBADMSG }, /* beyond both */
	{ 72, 40, 0, 0 },	/* the next one is its text: nobody can tell */
	{ 41, 0, 0, -EBADMSG }, /* what is left is no head */
};

START_TEST(checks_every_ancestor)
{
	struct event event;
	int r;

	begin();
	put_ancestor((struct bw_ancestor){ 1, 1, 1, 1, heads[_i].size, heads[_i].binary, heads[_i].arguments, 0 },
		     "\0\0\0\0\0\0\0\0", 8);
	put_ancestor((struct bw_ancestor){ 1, 1, 1, 1, 32, 0, 0, 0 }, "", 0);
	r = decode(record.event.record.size, &event);
	ck_assert_int_eq(r, heads[_i].result);
	if (r == 0)
		event_done(&event);
}
END_TEST

START_TEST(checks_where_ancestors_stand)
{
	struct event event;
	__u16 offset, size;
	int r;

	for (offset = 0; offset < 40; offset++)
		for (size = 0; size < 48; size++) {
			begin();
			put_ancestor((struct bw_ancestor){ .size = 32 }, "", 0);
			record.event.ancestors = (struct bw_span){ .offset = offset, .size = size };
			r = decode(record.event.record.size, &event);
			ck_assert_int_eq(r, !size || (offset == 0 && size == 32) ? 0 : -EBADMSG);
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
		record.event.ancestors.offset %= 64;
		record.event.ancestors.size %= 512;
		for (i = record.event.ancestors.offset; i + sizeof(struct bw_ancestor) < 512; i += 64) {
			struct bw_ancestor head = { .size = 64, .binary = rand() % 34, .arguments = rand() % 34 };

			memcpy(record.text + i, &head, sizeof(head));
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
	tcase_add_test(tests, reads_ancestors);
	tcase_add_test(tests, takes_as_many_ancestors_as_there_may_be);
	tcase_add_loop_test(tests, checks_every_ancestor, 0, sizeof(heads) / sizeof(heads[0]));
	tcase_add_test(tests, checks_where_ancestors_stand);
	tcase_add_test(tests, survives_noise);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

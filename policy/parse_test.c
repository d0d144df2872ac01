/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * YAML to documents: places of what is read, and what of YAML is refused.
 */
#include "parse.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <test/harness.h>

/* All documents of a text, and what was said about them. */
struct reading {
	struct source *source;
	struct diag diag;
	struct document document[4];
	size_t n;
	int r; /* of the last call */
};

static struct reading read_bytes(const char *text, size_t size)
{
	struct reading reading = { .source = harness_source(text, size) };
	struct parser *parser = NULL;

	ck_assert_int_eq(parse_new(reading.source, &reading.diag, &parser), 0);
	do {
		ck_assert_uint_lt(reading.n, ARRAY_SIZE(reading.document));
		reading.r = parse_document(parser, &reading.document[reading.n]);
		reading.n += reading.r == 1;
	} while (reading.r == 1);
	parse_free(parser);
	return reading;
}

static struct reading read_text(const char *text)
{
	return read_bytes(text, strlen(text));
}

static void reading_done(struct reading *reading)
{
	size_t i;

	for (i = 0; i < reading->n; i++)
		document_done(&reading->document[i]);
	diag_done(&reading->diag);
	source_unref(reading->source);
}

/* The tree in one line: maps in { }, lists in [ ], broken nodes as !. */
static void show(const struct node *node, FILE *to)
{
	const struct node *child;

	if (node->key)
		fprintf(to, "%s=", node->key->text);
	if (node->kind == NODE_BROKEN)
		fputc('!', to);
	if (node->kind == NODE_SCALAR)
		fprintf(to, document_is_null(node) ? "~" : "%s", node->text);
	if (node->kind == NODE_SCALAR || node->kind == NODE_BROKEN)
		return;
	fputc(node->kind == NODE_MAP ? '{' : '[', to);
	for (child = node->first; child; child = child->next) {
		show(child, to);
		fputs(child->next ? "," : "", to);
	}
	fputc(node->kind == NODE_MAP ? '}' : ']', to);
}

static char *shown(const struct node *node)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	show(node, to);
	fclose(to);
	return text;
}

static const struct {
	const char *text;
	const char *tree;
} trees[] = {
	{ "a: b", "{a=b}" },
	{ "a: [b, c]\nd: {e: f}", "{a=[b,c],d={e=f}}" },
	{ "- a\n- - b\n  - c\n- d: e\n  f: g", "[a,[b,c],{d=e,f=g}]" },
	{ "{\"a\": [\"b\", {\"c\": null}, 1, true]}", "{a=[b,{c=~},1,true]}" },
	{ "a:\nb: ~\nc: ''", "{a=~,b=~,c=}" },
	{ "a: |\n  x\n  y\nb: >\n  x\n  y\n", "{a=x\ny\n,b=x y\n}" },
	{ "a: \"\\x41\\u00e9\\n\"", "{a=A\xc3\xa9\n}" },
	{ "\xef\xbb\xbf"
	  "a: b",
	  "{a=b}" },
	{ "a: b\r\nc: d\r\n", "{a=b,c=d}" },
	{ "# comment\na: b # c\n...\n", "{a=b}" },
	{ "word", "word" },
	{ "a: /etc/*.conf\nb: 10.0.0.0/8:443\nc: unix:@x\nd: a#b", "{a=/etc/*.conf,b=10.0.0.0/8:443,c=unix:@x,d=a#b}" },
	{ "{}", "{}" },
	{ "[]", "[]" },
};

START_TEST(tree)
{
	struct reading reading = read_text(trees[_i].text);
	char *text;

	ck_assert_int_eq(reading.r, 0);
	ck_assert_uint_eq(reading.n, 1);
	ck_assert_uint_eq(reading.diag.n_errors, 0);
	text = shown(reading.document[0].root);
	ck_assert_str_eq(text, trees[_i].tree);
	free(text);
	reading_done(&reading);
}
END_TEST

/* Mistakes that are stepped over: the tree that is left, and all that was said. */
static const struct {
	const char *text;
	const char *tree;
	const char *ids[3];
	struct span span; /* of the first */
} refused[] = {
	{ "a: &x b", "{a=b}", { "anchor" }, { 1, 4, 4 } },
	{ "a: *x", "{a=!}", { "alias" }, { 1, 4, 2 } },
	{ "a: !!str b\nc: !x [d]", "{a=b,c=[d]}", { "tag", "tag" }, { 1, 4, 7 } },
	{ "a: b\na: c\nd: e\na: f", "{a=b,d=e}", { "duplicate-key", "duplicate-key" }, { 2, 1, 1 } },
	{ "a: b\n'a': c", "{a=b}", { "duplicate-key" }, { 2, 1, 3 } },
	{ "[a]: b\nc: d", "{c=d}", { "key-not-text" }, { 1, 1, 1 } },
	{ "{a: b}: c", "{}", { "key-not-text" }, { 1, 1, 1 } },
	{ "? {a: b}\n: c", "{}", { "key-not-text" }, { 1, 3, 1 } },
	{ "*x : c\nd: e", "{d=e}", { "alias" }, { 1, 1, 2 } },
	{ "a: \"\\0\"\nb: c", "{a=!,b=c}", { "nul-byte" }, { 1, 4, 4 } },
	{ "\"\\0\": x\nb: c", "{b=c}", { "nul-byte" }, { 1, 1, 4 } },
	{ "%YAML 1.1\n---\na: b", "{a=b}", { "directive" }, { 1, 1, 1 } },
	{ "%TAG ! tag:x,2000:\n---\na: b", "{a=b}", { "directive" }, { 1, 1, 1 } },
};

START_TEST(refusing)
{
	struct reading reading = read_text(refused[_i].text);
	struct span span;
	char *text;
	size_t i;

	ck_assert_int_eq(reading.r, 0);
	ck_assert_uint_eq(reading.n, 1);
	text = shown(reading.document[0].root);
	ck_assert_str_eq(text, refused[_i].tree);
	for (i = 0; i < ARRAY_SIZE(refused[_i].ids) && refused[_i].ids[i]; i++)
		ck_assert_str_eq(reading.diag.list[i].id, refused[_i].ids[i]);
	ck_assert_uint_eq(reading.diag.n_errors, i);
	span = reading.diag.list[0].span;
	ck_assert_uint_eq(span.line, refused[_i].span.line);
	ck_assert_uint_eq(span.column, refused[_i].span.column);
	ck_assert_uint_eq(span.length, refused[_i].span.length);
	free(text);
	reading_done(&reading);
}
END_TEST

/* Texts that cannot be read on: one error, with a place. */
static const struct {
	const char *bytes;
	size_t size;
	const char *id;
	uint32_t line, column;
	const char *message;
} broken[] = {
#define BROKEN(text, id, line, column, message)                   \
	{                                                         \
		text, sizeof(text) - 1, id, line, column, message \
	}
	BROKEN("a:\n\tb: c", "yaml", 2, 1, "tab"),
	BROKEN("a: [b, c", "yaml", 1, 9, "[ ]"),
	BROKEN("a:\n  b: c\n d: e", "yaml", 3, 2, "end of the map"),
	BROKEN("a: 'b", "yaml", 1, 6, "within quotes"),
	BROKEN("a: b: c", "yaml", 1, 5, "':'"),
	BROKEN("a: *:53", "yaml", 1, 5, "alias"),
	BROKEN("a: @x", "yaml", 1, 4, "no value begins"),
	BROKEN("a: \"\\*\"", "yaml", 1, 5, "escape"),
	BROKEN("a: [/{b,c}/d]", "yaml", 1, 6, "[ ]"),
	BROKEN("a: b\n...\nc: d", "yaml", 3, 1, "after the end"),
	BROKEN("a: [::1]", "yaml", 1, 5, ""),
	BROKEN("\x7f"
	       "ELF\x02\x01\x01\0\0\0",
	       "encoding", 1, 1, "control character"),
	BROKEN("a: b\nc: \xff\n", "encoding", 2, 4, "UTF-8"),
	BROKEN("a: \xc3\xa9\nc: \xe9\n", "encoding", 2, 4, "UTF-8"),
	BROKEN("a: b\0c", "encoding", 1, 5, "control character"),
	BROKEN("a: \xc0\x80", "encoding", 1, 4, "UTF-8"),
	BROKEN("a: \xed\xa0\x80", "encoding", 1, 4, "UTF-8"),
	BROKEN("a: \xc3", "encoding", 1, 4, "UTF-8"),
	BROKEN("\xff\xfe"
	       "a\0:\0",
	       "encoding", 1, 1, "UTF-8"),
	BROKEN("[[[[[[[[[[[[[[[[[x", "too-deep", 1, 17, "16"),
};

START_TEST(breaking)
{
	struct reading reading = read_bytes(broken[_i].bytes, broken[_i].size);
	const struct diagnostic *d = &reading.diag.list[0];

	ck_assert_int_eq(reading.r, -EINVAL);
	ck_assert_uint_eq(reading.diag.n_errors, 1);
	ck_assert_str_eq(d->id, broken[_i].id);
	ck_assert_msg(strstr(d->message, broken[_i].message), "%d: %s", _i, d->message);
	ck_assert_msg(d->span.line == broken[_i].line && d->span.column == broken[_i].column, "%d: %s at %u:%u", _i,
		      d->message, d->span.line, d->span.column);
	reading_done(&reading);
}
END_TEST

/* Columns count bytes although the library counts characters. */
START_TEST(places)
{
	struct reading reading =
		read_text("\xef\xbb\xbf# \xc3\xa9\xc3\xa9\n\"\xc3\xa9\": [\xf0\x9f\x98\x80, x, 'it''s', \"a b\"]\n");
	const struct node *list = document_member(reading.document[0].root, "\xc3\xa9");
	const struct node *emoji = list->first, *x = emoji->next, *escaped = x->next, *quoted = escaped->next;
	struct span span;

	ck_assert_uint_eq(list->key->span.line, 2);
	ck_assert_uint_eq(list->key->span.column, 1);
	ck_assert_uint_eq(list->key->span.length, 4);
	ck_assert_uint_eq(list->span.column, 7);
	ck_assert_uint_eq(emoji->span.column, 8);
	ck_assert_uint_eq(emoji->span.length, 4);
	ck_assert_uint_eq(x->span.column, 14);
	ck_assert(x->verbatim && x->plain);
	ck_assert(quoted->verbatim && !quoted->plain);
	ck_assert(!escaped->verbatim);
	ck_assert_uint_eq(escaped->span.column, 17);
	span = document_span(quoted, reading.source, 2, 1);
	ck_assert_uint_eq(span.column, quoted->span.column + 3);
	ck_assert_uint_eq(span.length, 1);
	span = document_span(escaped, reading.source, 2, 1);
	ck_assert_uint_eq(span.column, escaped->span.column);
	reading_done(&reading);
}
END_TEST

/* What has no text of its own is shown by its key. */
START_TEST(place_of_nothing)
{
	struct reading reading = read_text("a: b\nempty:\nmap:\n  key: x\n");
	const struct node *root = reading.document[0].root;

	ck_assert_uint_eq(document_member(root, "empty")->span.line, 2);
	ck_assert_uint_eq(document_member(root, "empty")->span.length, 5);
	ck_assert_uint_eq(document_member(root, "map")->span.line, 4);
	ck_assert_uint_eq(document_member(root, "map")->span.column, 3);
	ck_assert_uint_eq(document_member(root, "map")->span.length, 3);
	ck_assert_ptr_null(document_member(root, "other"));
	ck_assert_ptr_null(document_member(document_member(root, "empty"), "x"));
	reading_done(&reading);
}
END_TEST

static const struct {
	const char *text;
	const char *parts[3]; /* each document's own bytes */
} files[] = {
	{ "a: b\n", { "a: b\n" } },
	{ "# head\na: b\n", { "# head\na: b\n" } },
	{ "---\na: b\n", { "a: b\n" } },
	{ "---\r\na: b\r\n", { "a: b\r\n" } },
	{ "--- {a: b}\n", { " {a: b}\n" } },
	{ "--- # first\na: b\n", { " # first\na: b\n" } },
	{ "a: b\n---\n# second\nc: d\n", { "a: b\n", "# second\nc: d\n" } },
	{ "a: b\n...\n---\nc: d\n...\n", { "a: b\n", "c: d\n" } },
	{ "\xef\xbb\xbf"
	  "a: \xc3\xa9\n---\nb: c",
	  { "a: \xc3\xa9\n", "b: c" } },
	{ "---\n---\n", { "", "" } },
	{ "", { NULL } },
	{ "# nothing\n", { NULL } },
	{ "\n\n", { NULL } },
	{ "\xef\xbb\xbf", { NULL } },
};

START_TEST(documents)
{
	struct reading reading = read_text(files[_i].text);
	size_t i;

	ck_assert_int_eq(reading.r, 0);
	ck_assert_uint_eq(reading.diag.n_errors, 0);
	for (i = 0; i < reading.n; i++) {
		const struct document *document = &reading.document[i];

		ck_assert_ptr_nonnull(files[_i].parts[i]);
		ck_assert_uint_eq(document->text_size, strlen(files[_i].parts[i]));
		ck_assert_int_eq(strncmp(reading.source->text + document->text_from, files[_i].parts[i],
					 document->text_size),
				 0);
	}
	ck_assert_ptr_null(files[_i].parts[i]);
	reading_done(&reading);
}
END_TEST

/* Whatever is cut off or damaged, there is an answer: a document, an error, never a crash. */
START_TEST(damage)
{
	static const char text[] =
		"---\na: {b: [c, 'd', \"e\\u00e9\"], ? f : g}\nh: |\n  i\n---\n- *j\n- &k !l m\n- <<: \xc3\xa9\n";
	char copy[sizeof(text)];
	size_t at, byte;

	for (at = 0; at < sizeof(text) - 1; at++) {
		struct reading reading = read_bytes(text, at);

		ck_assert(reading.r == 0 || reading.diag.n_errors);
		reading_done(&reading);
		for (byte = 0; byte < 256; byte += 3) {
			memcpy(copy, text, sizeof(text));
			copy[at] = (char)byte;
			reading = read_bytes(copy, sizeof(text) - 1);
			ck_assert(reading.r == 0 || reading.diag.n_errors);
			reading_done(&reading);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("parse");
	TCase *cases = tcase_create("parse");

	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 60);
	tcase_add_loop_test(cases, tree, 0, ARRAY_SIZE(trees));
	tcase_add_loop_test(cases, refusing, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(cases, breaking, 0, ARRAY_SIZE(broken));
	tcase_add_test(cases, places);
	tcase_add_test(cases, place_of_nothing);
	tcase_add_loop_test(cases, documents, 0, ARRAY_SIZE(files));
	tcase_add_test(cases, damage);
	return harness_run(suite);
}

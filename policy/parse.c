/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a source. Out: documents, one at a time, so that a file of many policies never stands in memory as a whole.
 *
 * libyaml's events drive a stack of open lists and maps that is BW_DEPTH_YAML_MAX deep; nothing recurses. Its marks
 * count characters, our places count bytes: a cursor that follows the marks knows both.
 */
#include "parse.h"
#include "duplicates.h"
#include "parse_hint.h"
#include "utf8.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <errno.h>
#include <stdio.h>
#include <yaml.h>

#define BOM "\xef\xbb\xbf"

/* A list or map that has not ended yet. */
struct level {
	struct node *node;
	struct node **tail;	/* where its next item or member is linked */
	const struct node *key; /* of a map: read, and its value not yet */
};

struct parser {
	yaml_parser_t yaml;
	struct source *source;
	struct diag *diag;
	size_t character; /* the cursor: characters that libyaml counts, ... */
	size_t offset;	  /* ... and the byte that they lead to */
	struct level level[BW_DEPTH_YAML_MAX];
	size_t depth;
	bool foreign; /* another project's: a NUL byte ends a text; to say the same twice is no error */
};

/* --- places ------------------------------------------------------------------------------------------- */

/* A byte order mark is no part of the text. */
static size_t text_begin(const struct source *source)
{
	return strncmp(source->text, BOM, strlen(BOM)) == 0 ? strlen(BOM) : 0;
}

static bool is_character_start(char byte)
{
	return ((unsigned char)byte & 0xc0) != 0x80;
}

/* The byte that a mark is at. Marks come nearly in order, so the cursor passes over the text but a few times. */
static size_t offset_of(struct parser *parser, const yaml_mark_t *mark)
{
	const char *text = parser->source->text;

	while (parser->character < mark->index && parser->offset < parser->source->size) {
		do
			parser->offset++;
		while (parser->offset < parser->source->size && !is_character_start(text[parser->offset]));
		parser->character++;
	}
	while (parser->character > mark->index && parser->offset > 0) {
		do
			parser->offset--;
		while (parser->offset > 0 && !is_character_start(text[parser->offset]));
		parser->character--;
	}
	return parser->offset;
}

static struct span span_of(struct parser *parser, const yaml_event_t *event)
{
	size_t from = offset_of(parser, &event->start_mark);

	return source_span(parser->source, from, offset_of(parser, &event->end_mark));
}

static void refuse(struct parser *parser, struct span span, const char *id, const char *hint, const char *message)
{
	diag_error(parser->diag, parser->source, span, id, hint, "%s", message);
}

/* --- what libyaml cannot read --------------------------------------------------------------------------- */

/* The input is no text: libyaml says at which byte, counted from where it began to read. */
static void report_bytes(struct parser *parser, struct parse_hint hint)
{
	size_t offset = text_begin(parser->source) + parser->yaml.problem_offset;

	if (offset > parser->source->size)
		offset = parser->source->size;
	diag_error(parser->diag, parser->source, source_span(parser->source, offset, offset + 1), "encoding",
		   "a policy is YAML in UTF-8", "%s (byte 0x%02x)", hint.message ?: parser->yaml.problem,
		   (unsigned int)(unsigned char)parser->source->text[offset]);
}

static void report_syntax(struct parser *parser, const yaml_mark_t *mark)
{
	size_t offset = offset_of(parser, mark);
	struct span span = source_span(parser->source, offset, offset + 1);
	struct parse_hint hint = parse_hint(parser->yaml.problem, parser->source->text[offset]);
	const yaml_mark_t *begun = &parser->yaml.context_mark;
	char where[48] = "";

	if (parser->yaml.context && begun->index < mark->index) {
		struct span from = source_span(parser->source, offset_of(parser, begun), 0);

		if (from.line < span.line)
			snprintf(where, sizeof(where), " (begun in line %u)", from.line);
	}
	diag_error(parser->diag, parser->source, span, "yaml", hint.hint, "not valid YAML: %s%s",
		   hint.message ?: parser->yaml.problem ?: "unreadable", where);
}

static int report_failure(struct parser *parser)
{
	switch (parser->yaml.error) {
	case YAML_MEMORY_ERROR:
		return -ENOMEM;
	case YAML_READER_ERROR:
		report_bytes(parser, parse_hint(parser->yaml.problem, '\0'));
		return -EINVAL;
	default:
		report_syntax(parser, &parser->yaml.problem_mark);
		return -EINVAL;
	}
}

static int next_event(struct parser *parser, yaml_event_t *ret)
{
	return yaml_parser_parse(&parser->yaml, ret) ? 0 : report_failure(parser);
}

/* --- building the tree ---------------------------------------------------------------------------------- */

static struct level *top(struct parser *parser)
{
	return parser->depth ? &parser->level[parser->depth - 1] : NULL;
}

static bool awaits_key(const struct level *level)
{
	return level && level->node->kind == NODE_MAP && !level->key;
}

/* A new node goes where the text has come to: the root, an item, a key, or the value of the key before. */
static void place(struct parser *parser, struct document *document, struct node *node)
{
	struct level *level = top(parser);

	if (!level) {
		document->root = node;
		return;
	}
	if (awaits_key(level)) {
		if (node->kind != NODE_SCALAR && node->kind != NODE_BROKEN)
			refuse(parser, node->span, "key-not-text", "put a key that begins with [ or { in quotes",
			       "a list or map as a key");
		if (level->node->n == 0 && !level->node->first && node->kind == NODE_SCALAR)
			level->node->span = node->span; /* a map in block style is shown by its first key */
		level->key = node;
		return;
	}
	node->key = level->key;
	level->key = NULL;
	if (node->key && node->kind == NODE_SCALAR && node->size == 0 && node->plain)
		node->span = node->key->span; /* what is missing is shown by its key */
	*level->tail = node;
	level->tail = &node->next;
	level->node->n++;
}

/* Anchors and tags may stand before any node: refused, and the node itself is read. */
static void check_properties(struct parser *parser, struct span span, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		refuse(parser, span, "anchor", "write the value out where it is needed", "anchors are not allowed");
	if (tag)
		refuse(parser, span, "tag", "leave the tag out; a value that begins with '!' needs quotes",
		       "tags are not allowed");
}

/* Does the text stand in the source as it is? Then mistakes within it can be shown at their very place. */
static void find_text(const struct parser *parser, struct node *node, const yaml_event_t *event, size_t from)
{
	yaml_scalar_style_t style = event->data.scalar.style;
	bool quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;

	node->plain = style == YAML_PLAIN_SCALAR_STYLE;
	node->at = from + quoted;
	node->verbatim = (quoted || node->plain) && node->at + node->size <= parser->source->size &&
			 memcmp(parser->source->text + node->at, node->text, node->size) == 0;
}

/* A character that nobody sees may make "/bin/sh" another path than it seems to be. */
static void warn_invisible(struct parser *parser, const struct node *node)
{
	size_t at, length;
	uint32_t code = 0;

	for (at = 0; node->verbatim && at < node->size; at += length) {
		length = utf8_decode(node->text + at, node->size - at, &code) ?: 1;
		if (!utf8_is_invisible(code) || code == '\t')
			continue;
		diag_warning(parser->diag, parser->source, document_span(node, parser->source, at, length),
			     "invisible-character", "if it is meant, write it as an escape in double quotes",
			     "the invisible character U+%04X", (unsigned int)code);
		return;
	}
}

static int add_scalar(struct parser *parser, struct document *document, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t size = event->data.scalar.length;
	struct node *node = arena_alloc(&document->arena, sizeof(*node));

	if (!node)
		return -ENOMEM;
	node->span = span_of(parser, event);
	check_properties(parser, node->span, event->data.scalar.anchor, event->data.scalar.tag);
	if (parser->foreign)
		size = strnlen(value, size);
	if (memchr(value, '\0', size)) {
		refuse(parser, node->span, "nul-byte", NULL, "a NUL byte in a value");
		node->kind = NODE_BROKEN;
	}
	node->text = arena_text(&document->arena, value, size);
	if (!node->text)
		return -ENOMEM;
	node->size = size;
	find_text(parser, node, event, offset_of(parser, &event->start_mark));
	warn_invisible(parser, node);
	place(parser, document, node);
	return 0;
}

static int add_alias(struct parser *parser, struct document *document, const yaml_event_t *event)
{
	struct node *node = arena_alloc(&document->arena, sizeof(*node));

	if (!node)
		return -ENOMEM;
	node->kind = NODE_BROKEN;
	node->span = span_of(parser, event);
	node->text = "";
	refuse(parser, node->span, "alias", "write the value out, or put a value that begins with '*' in quotes",
	       "aliases are not allowed");
	place(parser, document, node);
	return 0;
}

static int open_collection(struct parser *parser, struct document *document, const yaml_event_t *event)
{
	bool map = event->type == YAML_MAPPING_START_EVENT;
	size_t from = offset_of(parser, &event->start_mark);
	struct node *node;

	if (parser->depth == BW_DEPTH_YAML_MAX) {
		diag_error(parser->diag, parser->source, source_span(parser->source, from, from + 1), "too-deep", NULL,
			   "nested more than %d deep", BW_DEPTH_YAML_MAX);
		return -EINVAL;
	}
	node = arena_alloc(&document->arena, sizeof(*node));
	if (!node)
		return -ENOMEM;
	node->kind = map ? NODE_MAP : NODE_LIST;
	node->span = source_span(parser->source, from, from + 1);
	if (map)
		check_properties(parser, node->span, event->data.mapping_start.anchor, event->data.mapping_start.tag);
	else
		check_properties(parser, node->span, event->data.sequence_start.anchor, event->data.sequence_start.tag);
	place(parser, document, node);
	parser->level[parser->depth++] = (struct level){ .node = node, .tail = &node->first };
	return 0;
}

static int close_collection(struct parser *parser)
{
	struct node *node = top(parser)->node;

	parser->depth--;
	return node->kind == NODE_MAP ? duplicates_drop(node, parser->source, parser->foreign, parser->diag) : 0;
}

/* --- documents ------------------------------------------------------------------------------------------ */

/* The bytes after "---": from the next line on if nothing else stands in its line. */
static size_t content_begin(const struct source *source, size_t at)
{
	size_t blank = strspn(source->text + at, " \t\r");

	return source->text[at + blank] == '\n' ? at + blank + 1 : at;
}

static void begin_document(struct parser *parser, struct document *document, const yaml_event_t *event)
{
	size_t from = offset_of(parser, &event->start_mark);
	struct span span = source_span(parser->source, from, from + 1);

	if (event->data.document_start.version_directive ||
	    event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
		refuse(parser, span, "directive", "leave the line out", "directives (%) are not allowed");
	if (event->data.document_start.implicit) /* only the first of a text can be */
		document->text_from = text_begin(parser->source);
	else
		document->text_from = content_begin(parser->source, offset_of(parser, &event->end_mark));
}

/* Takes one event into the document. 1: it was its last. */
static int take_event(struct parser *parser, struct document *document, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(parser, document, event);
	case YAML_ALIAS_EVENT:
		return add_alias(parser, document, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return open_collection(parser, document, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_collection(parser);
	case YAML_DOCUMENT_END_EVENT:
		document->text_size = offset_of(parser, &event->start_mark) - document->text_from;
		return 1;
	default:
		return 0;
	}
}

static int read_document(struct parser *parser, struct document *document)
{
	int r;

	do {
		yaml_event_t event;

		r = next_event(parser, &event);
		if (r < 0)
			return r;
		r = take_event(parser, document, &event);
		yaml_event_delete(&event);
	} while (r == 0);
	return r;
}

/* 1: a document begins; 0: the text has ended. */
static int find_document(struct parser *parser, struct document *document)
{
	yaml_event_type_t type;
	yaml_event_t event;
	int r;

	do {
		r = next_event(parser, &event);
		if (r < 0)
			return r;
		type = event.type;
		if (type == YAML_DOCUMENT_START_EVENT)
			begin_document(parser, document, &event);
		yaml_event_delete(&event);
	} while (type == YAML_STREAM_START_EVENT);
	return type == YAML_DOCUMENT_START_EVENT;
}

int parse_document(struct parser *parser, struct document *ret)
{
	_cleanup_(document_done) struct document document = { 0 };
	int r;

	parser->depth = 0;
	r = find_document(parser, &document);
	if (r <= 0)
		return r;
	r = read_document(parser, &document);
	if (r < 0)
		return r;
	*ret = document;
	document = (struct document){ 0 };
	return 1;
}

/* --- the parser itself ---------------------------------------------------------------------------------- */

int parse_new(struct source *source, struct diag *diag, struct parser **ret)
{
	struct parser *parser = calloc(1, sizeof(*parser));
	size_t begin = text_begin(source);

	if (!parser)
		return -ENOMEM;
	if (!yaml_parser_initialize(&parser->yaml)) {
		free(parser);
		return -ENOMEM;
	}
	yaml_parser_set_encoding(&parser->yaml, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser->yaml, (const unsigned char *)source->text + begin, source->size - begin);
	parser->source = source_ref(source);
	parser->diag = diag;
	parser->offset = begin;
	*ret = parser;
	return 0;
}

int parse_new_foreign(struct source *source, struct diag *diag, struct parser **ret)
{
	int r = parse_new(source, diag, ret);

	if (r == 0)
		(*ret)->foreign = true;
	return r;
}

struct parser *parse_free(struct parser *parser)
{
	if (!parser)
		return NULL;
	yaml_parser_delete(&parser->yaml);
	source_unref(parser->source);
	free(parser);
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: keys and values. Out: JSON text, growing by doubling. Never writes a byte that a JSON parser may refuse.
 */
#include "writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/utf8.h"

static bool make_room(struct writer *writer, size_t size)
{
	size_t room = writer->room ? writer->room : 512;
	char *text;

	if (writer->failed)
		return false;
	if (size <= writer->room - writer->size)
		return true;
	while (room - writer->size < size)
		room *= 2;
	text = realloc(writer->text, room);
	if (!text) {
		writer->failed = true;
		return false;
	}
	writer->text = text;
	writer->room = room;
	return true;
}

void writer_plain(struct writer *writer, const char *bytes, size_t size)
{
	if (!make_room(writer, size + 1)) /* and a NUL, so that debuggers and tests see a string */
		return;
	memcpy(writer->text + writer->size, bytes, size);
	writer->size += size;
	writer->text[writer->size] = '\0';
}

/* U+2028 and U+2029 end lines for some readers of JSON lines. */
static bool is_line_end(const unsigned char *p, size_t n)
{
	return n == 3 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9);
}

/* The form of a character that may not stand as it is; false: it may. n: its size, 0 for a byte of no character. */
static bool escape_character(const unsigned char *p, size_t n, char escape[8])
{
	if (!n)
		snprintf(escape, 8, "\\\\x%02x", p[0]);
	else if (p[0] == '"' || p[0] == '\\')
		snprintf(escape, 8, "\\%c", p[0]);
	else if (p[0] == '\n')
		snprintf(escape, 8, "\\n");
	else if (p[0] == '\t')
		snprintf(escape, 8, "\\t");
	else if (p[0] < ' ' || p[0] == 0x7f)
		snprintf(escape, 8, "\\u%04x", p[0]);
	else if (is_line_end(p, n))
		snprintf(escape, 8, "\\u20%02x", p[2] - 0x80);
	else
		return false;
	return true;
}

static void put_string(struct writer *writer, const char *bytes, size_t size)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t from = 0, at = 0, n;
	uint32_t code;
	char escape[8];

	writer_plain(writer, "\"", 1);
	for (; at < size; at += n ? n : 1) {
		n = utf8_decode(bytes + at, size - at, &code);
		if (!escape_character(p + at, n, escape))
			continue;
		writer_plain(writer, bytes + from, at - from);
		writer_plain(writer, escape, strlen(escape));
		from = at + (n ? n : 1);
	}
	writer_plain(writer, bytes + from, size - from);
	writer_plain(writer, "\"", 1);
}

static void put_key(struct writer *writer, const char *key)
{
	if (writer->after)
		writer_plain(writer, ",", 1);
	writer->after = true;
	if (!key)
		return;
	put_string(writer, key, strlen(key));
	writer_plain(writer, ":", 1);
}

void writer_open(struct writer *writer, const char *key, char bracket)
{
	put_key(writer, key);
	writer_plain(writer, &bracket, 1);
	writer->after = false;
}

void writer_close(struct writer *writer, char bracket)
{
	writer_plain(writer, &bracket, 1);
	writer->after = true;
}

void writer_text(struct writer *writer, const char *key, const char *text)
{
	if (text)
		writer_bytes(writer, key, text, strlen(text));
}

void writer_bytes(struct writer *writer, const char *key, const char *bytes, size_t size)
{
	put_key(writer, key);
	put_string(writer, bytes, size);
}

void writer_json(struct writer *writer, const char *key, const char *json, size_t size)
{
	put_key(writer, key);
	writer_plain(writer, json, size);
}

void writer_number(struct writer *writer, const char *key, __u64 number)
{
	char digits[24];
	int size = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

	writer_json(writer, key, digits, size);
}

void writer_boolean(struct writer *writer, const char *key, bool value)
{
	writer_json(writer, key, value ? "true" : "false", value ? 4 : 5);
}

void writer_end_line(struct writer *writer)
{
	writer_plain(writer, "\n", 1);
	writer->after = false;
}

void writer_done(struct writer *writer)
{
	free(writer->text);
	*writer = (struct writer){ 0 };
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Writes one JSON text from left to right into memory: for events and replies, which need no tree.
 *
 * What comes in is bytes from anywhere (file names, arguments, policy text); what goes out is valid UTF-8 on one line.
 * A byte that is part of no character is written as the four characters \xNN.
 *
 * Out of memory is remembered: everything after it does nothing, and writer_failed() tells at the end.
 */
#ifndef AGENT_WRITER_H
#define AGENT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct writer {
	char *text;
	size_t size;
	size_t room;
	bool after; /* something stands before in this object or array: a comma is due */
	bool failed;
};

/* `key` NULL: in an array, or at the top. bracket: '{' or '['. */
void writer_open(struct writer *writer, const char *key, char bracket);
void writer_close(struct writer *writer, char bracket);

void writer_text(struct writer *writer, const char *key, const char *text); /* NULL: writes nothing, not even the key */
void writer_bytes(struct writer *writer, const char *key, const char *bytes, size_t size);
void writer_number(struct writer *writer, const char *key, __u64 number);
void writer_boolean(struct writer *writer, const char *key, bool value);
void writer_json(struct writer *writer, const char *key, const char *json, size_t size); /* JSON as it is */

void writer_plain(struct writer *writer, const char *bytes, size_t size); /* outside of any JSON text */
void writer_end_line(struct writer *writer); /* the JSON text is whole, another may follow */

static inline bool writer_failed(const struct writer *writer)
{
	return writer->failed;
}

void writer_done(struct writer *writer);

#endif

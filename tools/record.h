/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A recorded event as bytes: what tells one attempt from another, found in one pass over the line and without taking it
 * apart. Logs have millions of lines and few different attempts; only what is new is parsed.
 *
 * Owner: the line is the caller's and what the spans point into; the keys are the record's and reused by the next scan.
 */
#ifndef TOOLS_RECORD_H
#define TOOLS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct record_span {
	const char *bytes; /* as JSON has it, quotes included; NULL: not there */
	size_t size;
};

struct record_key {
	char *bytes;
	size_t n;
	size_t capacity;
};

/* Zeroed: none yet. */
struct record {
	struct record_span type, policy, rule, verdict, enforced;
	struct record_span exec_id, tid, hook; /* with the keys: one attempt */
	/* All that the question is made of: where both are equal the questions are. */
	struct record_key what; /* operation and object */
	struct record_key who;	/* the process and those before it */
};

/* 0; -EBADMSG when the line is no JSON object, or nested too deep; -ENOMEM. */
int record_scan(struct record *record, const char *line, size_t size);

/* Is it the JSON text of this word? In line, so that the length of a literal is known to the compiler. */
static inline bool record_is(const struct record_span *span, const char *word)
{
	size_t size = strlen(word);

	return span->bytes && span->size == size + 2 && memcmp(span->bytes + 1, word, size) == 0;
}

bool record_equal(const struct record_span *a, const struct record_span *b);

void record_done(struct record *record);

#endif

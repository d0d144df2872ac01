/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The fields of an answer, whose shape nobody vouches for: what is absent or of another type reads as "not known".
 * Every function accepts a NULL object, so that `reply_text(reply_object(event, "process"), "binary")` is safe.
 */
#ifndef TOOLS_REPLY_H
#define TOOLS_REPLY_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

const char *reply_text(struct json_object *object, const char *key);	       /* or NULL */
int64_t reply_number(struct json_object *object, const char *key);	       /* or 0 */
bool reply_true(struct json_object *object, const char *key);		       /* or false */
struct json_object *reply_list(struct json_object *object, const char *key);   /* or NULL; borrowed */
struct json_object *reply_object(struct json_object *object, const char *key); /* or NULL; borrowed */

/* How many elements; 0 for NULL. */
size_t reply_count(struct json_object *list);

/* An element of a list that is a string, or NULL. */
const char *reply_item(struct json_object *list, size_t i);

/* Adds a text to an object that is built; NULL adds nothing. Out of memory returns -ENOMEM. */
int reply_add(struct json_object *object, const char *key, const char *text);

/* Adds a value, or puts it: it is the caller's no more. NULL is what could not be made: -ENOMEM. */
int reply_give(struct json_object *object, const char *key, struct json_object *value);

/* reply_add() for a number; 0 adds nothing. */
int reply_add_number(struct json_object *object, const char *key, unsigned int number);

/* {"name": ..., "text": ...}, as `load` takes it, at the end of a list. Out of memory returns -ENOMEM. */
int reply_add_document(struct json_object *documents, const char *name, const char *text, size_t size);

/*
 * One document on one line. The same JSON as was received, but spelled so that a terminal stays safe: the few
 * control characters that JSON lets through raw (DEL, C1) are escaped.
 */
void reply_print(struct json_object *object, FILE *to);

#endif

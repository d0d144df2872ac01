/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: JSON objects from the agent. Out: their fields with a type check on each, and their text for machines.
 * Nothing here may trust a field to be there; nothing here knows what a field means.
 */
#include "reply.h"
#include <errno.h>

static struct json_object *typed(struct json_object *object, const char *key, enum json_type type)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, key, &value))
		return NULL;
	return json_object_is_type(value, type) ? value : NULL;
}

const char *reply_text(struct json_object *object, const char *key)
{
	return json_object_get_string(typed(object, key, json_type_string));
}

int64_t reply_number(struct json_object *object, const char *key)
{
	return json_object_get_int64(typed(object, key, json_type_int));
}

bool reply_true(struct json_object *object, const char *key)
{
	return json_object_get_boolean(typed(object, key, json_type_boolean));
}

struct json_object *reply_list(struct json_object *object, const char *key)
{
	return typed(object, key, json_type_array);
}

struct json_object *reply_object(struct json_object *object, const char *key)
{
	return typed(object, key, json_type_object);
}

size_t reply_count(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

const char *reply_item(struct json_object *list, size_t i)
{
	struct json_object *value = json_object_array_get_idx(list, i);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

int reply_give(struct json_object *object, const char *key, struct json_object *value)
{
	if (value && json_object_object_add(object, key, value) == 0)
		return 0;
	json_object_put(value);
	return -ENOMEM;
}

int reply_add(struct json_object *object, const char *key, const char *text)
{
	return text ? reply_give(object, key, json_object_new_string(text)) : 0;
}

int reply_add_number(struct json_object *object, const char *key, unsigned int number)
{
	return number ? reply_give(object, key, json_object_new_int64(number)) : 0;
}

int reply_add_document(struct json_object *documents, const char *name, const char *text, size_t size)
{
	struct json_object *document = json_object_new_object();
	int r = document ? reply_add(document, "name", name) : -ENOMEM;

	r = r ?: reply_give(document, "text", json_object_new_string_len(text, (int)size));
	if (r == 0 && json_object_array_add(documents, document) == 0)
		return 0;
	json_object_put(document);
	return -ENOMEM;
}

void reply_print(struct json_object *object, FILE *to)
{
	const int form = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = json_object_to_json_string_ext(object, form);
	const unsigned char *byte;

	for (byte = (const unsigned char *)text; *byte; byte++) {
		/* These bytes can only stand inside a string: an escape there means the same character. */
		if (*byte == 0x7f)
			fputs("\\u007f", to);
		else if (byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] <= 0x9f)
			fprintf(to, "\\u00%02x", *++byte);
		else
			putc(*byte, to);
	}
	putc('\n', to);
}

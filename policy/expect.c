/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: nodes of the document. Out: values of the form that their place asks for, or diagnostics. A node that is
 * NODE_BROKEN was reported by parse: it has no form, and nothing more is said about it.
 */
#include "expect.h"
#include <assert.h>
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- mistakes ------------------------------------------------------------------------------------------ */

void expect_error(struct check *check, const struct node *at, const char *id, const char *hint, const char *format, ...)
{
	char message[512];
	va_list values;

	va_start(values, format);
	vsnprintf(message, sizeof(message), format, values);
	va_end(values);
	diag_error(check->diag, check->source, at->span, id, hint, "%s", message);
}

/* "PREFIXa, b, c"; false when that is longer than anybody would read. */
static bool join(char *buffer, size_t size, const char *prefix, const char *const *words)
{
	size_t used = (size_t)snprintf(buffer, size, "%s", prefix), i;

	for (i = 0; words[i] && used < size; i++)
		used += (size_t)snprintf(buffer + used, size - used, "%s%s", i ? ", " : "", words[i]);
	return used < size;
}

void expect_error_unknown(struct check *check, const struct node *at, const struct unknown *unknown)
{
	const char *nearest = diag_nearest(unknown->word, unknown->words);
	char hint[192];
	bool fits = true;

	if (nearest)
		snprintf(hint, sizeof(hint), "did you mean '%s'?", nearest);
	else
		fits = join(hint, sizeof(hint), "one of: ", unknown->words);
	expect_error(check, at, unknown->id, fits ? hint : NULL, "unknown %s '%.80s'%s%s", unknown->what, unknown->word,
		     unknown->where ? " in " : "", unknown->where ?: "");
}

static bool error_form(struct check *check, const struct node *value, const struct form *form)
{
	char hint[160];

	if (value->kind == NODE_BROKEN)
		return false;
	snprintf(hint, sizeof(hint), "for example: %s", form->example);
	if (value->key && document_is_null(value))
		expect_error(check, value, "wrong-type", hint, "'%.80s' has no value; it takes %s", value->key->text,
			     form->what);
	else if (value->key)
		expect_error(check, value, "wrong-type", hint, "'%.80s' takes %s, not %s", value->key->text, form->what,
			     document_kind(value));
	else
		expect_error(check, value, "wrong-type", hint, "here stands %s; expected %s", document_kind(value),
			     form->what);
	return false;
}

/* --- memory -------------------------------------------------------------------------------------------- */

void *expect_memory(struct check *check, size_t n, size_t size)
{
	void *memory = arena_array(check->arena, n, size);

	if (!memory)
		check->no_memory = true;
	return memory;
}

const char *expect_copy(struct check *check, const char *text, size_t size)
{
	const char *copy = arena_text(check->arena, text, size);

	if (!copy)
		check->no_memory = true;
	return copy;
}

/* --- forms --------------------------------------------------------------------------------------------- */

bool expect_map(struct check *check, const struct node *value, const struct form *form)
{
	return value->kind == NODE_MAP || error_form(check, value, form);
}

bool expect_list(struct check *check, const struct node *value, const struct form *form)
{
	return value->kind == NODE_LIST || error_form(check, value, form);
}

bool expect_text(struct check *check, const struct node *value, const struct form *form)
{
	return (value->kind == NODE_SCALAR && !document_is_null(value)) || error_form(check, value, form);
}

bool expect_boolean(struct check *check, const struct node *value)
{
	static const struct form form = { "true or false", "container: true" };

	if (!expect_text(check, value, &form))
		return false;
	if (value->plain && (strcmp(value->text, "true") == 0 || strcmp(value->text, "false") == 0))
		return true;
	expect_error(check, value, "boolean", "write true or false, without quotes",
		     "'%.80s' is neither true nor false", value->text);
	return false;
}

bool expect_items(struct check *check, const struct node *value, const struct form *form, struct items *ret)
{
	*ret = (struct items){ .first = value, .n = 1 };
	if (value->kind != NODE_LIST)
		return expect_text(check, value, form);
	*ret = (struct items){ .first = value->first, .n = value->n };
	if (value->n == 0)
		expect_error(check, value, "empty-list", "take the key out, or name what it is about", "an empty list");
	if (value->n > BW_LIST_MAX)
		expect_error(check, value, "too-many", NULL, "a list of %zu items: the most is %d", value->n,
			     BW_LIST_MAX);
	return value->n > 0 && value->n <= BW_LIST_MAX;
}

int expect_choice(struct check *check, const struct node *value, const char *what, const char *(*name)(unsigned int))
{
	const char *words[EXPECT_WORDS_MAX + 1] = { NULL };
	struct form form = { .what = "one word" };
	struct unknown unknown = { "unknown-word", what, value->text, words, NULL };
	unsigned int n;

	for (n = 0; name(n); n++) {
		assert(n < EXPECT_WORDS_MAX);
		words[n] = name(n);
	}
	form.example = words[0];
	if (!expect_text(check, value, &form))
		return -1;
	for (n = 0; words[n]; n++)
		if (strcmp(words[n], value->text) == 0)
			return (int)n;
	expect_error_unknown(check, value, &unknown);
	return -1;
}

/* --- maps ---------------------------------------------------------------------------------------------- */

static const struct field *find_field(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

static void error_unknown_key(struct check *check, const struct node *key, const char *what, const struct field *fields)
{
	const char *words[EXPECT_WORDS_MAX + 1] = { NULL };
	const struct unknown unknown = { "unknown-key", "key", key->text, words, what };
	size_t i;

	for (i = 0; fields[i].name; i++) {
		assert(i < EXPECT_WORDS_MAX);
		words[i] = fields[i].name;
	}
	expect_error_unknown(check, key, &unknown);
}

static void check_required(struct check *check, const struct node *map, const char *what, const struct field *fields)
{
	const char *missing[EXPECT_WORDS_MAX + 1] = { NULL };
	char list[128];
	size_t n = 0;

	for (; fields->name; fields++)
		if (fields->required && !document_member(map, fields->name))
			missing[n++] = fields->name;
	if (n == 0)
		return;
	join(list, sizeof(list), "", missing);
	expect_error(check, map, "missing-key", NULL, "%s lacks %s: %s", what, n > 1 ? "keys" : "the key", list);
}

bool expect_fields(struct check *check, const struct node *map, const char *what, const struct field *fields,
		   void *into)
{
	const struct node *member;
	bool known = true;

	for (member = map->first; member; member = member->next) {
		const struct field *field = find_field(fields, member->key->text);

		if (field)
			field->read(check, member, into);
		else
			error_unknown_key(check, member->key, what, fields);
		known &= field != NULL;
	}
	check_required(check, map, what, fields);
	return known;
}

/* --- text ---------------------------------------------------------------------------------------------- */

const char *expect_line(struct check *check, const struct node *value, size_t max, const struct form *form)
{
	size_t i;

	if (!expect_text(check, value, form))
		return NULL;
	if (value->size > max) {
		expect_error(check, value, "too-long", NULL, "%zu bytes: the most is %zu", value->size, max);
		return NULL;
	}
	for (i = 0; i < value->size; i++) {
		if ((unsigned char)value->text[i] >= ' ' && value->text[i] != 0x7f)
			continue;
		expect_error(check, value, "control-character", "write it as one line: key: \"text\"",
			     "a line break or control character in %s", form->what);
		return NULL;
	}
	return expect_copy(check, value->text, value->size);
}

static bool is_name(const char *text, size_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return size > 0 && size <= BW_NAME_MAX && strspn(text, letters) == size && text[0] != '-' &&
	       text[size - 1] != '-';
}

const char *expect_name(struct check *check, const struct node *value, const struct form *form)
{
	if (!expect_text(check, value, form))
		return NULL;
	if (is_name(value->text, value->size))
		return expect_copy(check, value->text, value->size);
	expect_error(check, value, "name", "lower-case letters, digits and '-' between them, at most 63 bytes",
		     "'%.80s' is no name", value->text);
	return NULL;
}

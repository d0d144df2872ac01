/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: nodes of another project's document. Out: their values as texts of ours, and complaints about them.
 */
#include "draft.h"
#include <bulwark/limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- complaints ----------------------------------------------------------------------------------------- */

static struct span place_of(const struct node *at)
{
	return at ? at->span : (struct span){ 0 };
}

void import_left_out(struct import *import, const struct node *at, const char *id, const char *hint, const char *format,
		     ...)
{
	char message[512];
	va_list values;

	va_start(values, format);
	vsnprintf(message, sizeof(message), format, values);
	va_end(values);
	diag_error(import->diag, import->source, place_of(at), id, hint, "left out: %s", message);
	import->n_left_out++;
}

void import_note(struct import *import, const struct node *at, const char *id, const char *hint, const char *format,
		 ...)
{
	char message[512];
	va_list values;

	va_start(values, format);
	vsnprintf(message, sizeof(message), format, values);
	va_end(values);
	for (size_t i = import->first_note; i < import->diag->n; i++)
		if (import->diag->list[i].severity == DIAG_WARNING &&
		    strcmp(import->diag->list[i].message, message) == 0)
			return;
	diag_warning(import->diag, import->source, place_of(at), id, hint, "%s", message);
	import->n_notes++;
}

void import_keys(struct import *import, const struct node *map, const char *what, const char *const *known)
{
	const struct node *member;

	if (map->kind != NODE_MAP)
		return;
	for (member = map->first; member; member = member->next) {
		const char *near;
		size_t i = 0;

		while (known[i] && strcmp(known[i], member->key->text) != 0)
			i++;
		if (known[i])
			continue;
		near = diag_nearest(member->key->text, known);
		import_left_out(import, member->key, "import-key",
				near ? import_format(import, "did you mean '%s'? It has no effect as it is", near)
				     : "it is not known to the importer; see whether the policy means anything by it",
				"the key '%.80s' of %s", member->key->text, what);
	}
}

/* --- values --------------------------------------------------------------------------------------------- */

static void wrong_form(struct import *import, const struct node *value, const char *wanted)
{
	if (value->kind != NODE_BROKEN)
		import_left_out(import, value, "import-form", NULL, "%s where %s belongs", document_kind(value),
				wanted);
}

const char *import_text(struct import *import, const struct node *map, const char *key)
{
	const struct node *value = document_member(map, key);

	if (!value || document_is_null(value))
		return NULL;
	if (value->kind == NODE_SCALAR)
		return value->text;
	wrong_form(import, value, "text");
	return NULL;
}

bool import_true(struct import *import, const struct node *map, const char *key)
{
	const char *text = import_text(import, map, key);

	if (!text || strcasecmp(text, "false") == 0)
		return false;
	if (strcasecmp(text, "true") == 0)
		return true;
	wrong_form(import, document_member(map, key), "true or false");
	return false;
}

const struct node *import_items(struct import *import, const struct node *value)
{
	if (!value || document_is_null(value))
		return NULL;
	if (value->kind == NODE_LIST)
		return value->first;
	wrong_form(import, value, "a list");
	return NULL;
}

const char *import_format(struct import *import, const char *format, ...)
{
	va_list values, again;
	char *text = NULL;
	int size;

	va_start(values, format);
	va_copy(again, values);
	size = vsnprintf(NULL, 0, format, values);
	va_end(values);
	if (size >= 0)
		text = arena_alloc(&import->arena, (size_t)size + 1);
	if (text)
		vsnprintf(text, (size_t)size + 1, format, again);
	else
		import->no_memory = true;
	va_end(again);
	return text ?: "";
}

/* --- names ------------------------------------------------------------------------------------------------ */

static bool is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

const char *import_name(struct import *import, const char *text, const char *instead)
{
	char name[BW_NAME_MAX + 1];
	size_t n = 0;

	for (; *text && n < BW_NAME_MAX; text++) {
		char byte = *text;

		if (byte >= 'A' && byte <= 'Z')
			byte = (char)(byte - 'A' + 'a');
		if (is_name_byte(byte))
			name[n++] = byte;
		else if (n > 0 && name[n - 1] != '-')
			name[n++] = '-';
	}
	while (n > 0 && name[n - 1] == '-')
		n--;
	name[n] = '\0';
	return n ? import_format(import, "%s", name) : instead;
}

const char *import_line(struct import *import, const char *text, size_t most)
{
	char *line = arena_text(&import->arena, text, strlen(text));
	size_t size;

	if (!line) {
		import->no_memory = true;
		return "";
	}
	for (char *at = line; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = ' ';
	size = strlen(line);
	if (size > most)
		import_note(import, NULL, "import-differs", NULL, "a text over %zu bytes is cut: '%.60s...'", most,
			    line);
	while (size > most || (size > 0 && line[size - 1] == ' ')) {
		size--;
		while (size > 0 && ((unsigned char)line[size] & 0xc0) == 0x80) /* not within a character */
			size--;
		line[size] = '\0';
	}
	return line;
}

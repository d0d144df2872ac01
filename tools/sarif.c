/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: diagnostics. Out: a SARIF log. Its rules are the rows of docs/diagnostics.md, which the build makes a table of.
 * Columns count characters there and bytes here; names of files are URIs.
 */
#include "sarif.h"
#include "policy/utf8.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

struct known_id {
	const char *id;
	const char *about;
	const char *remedy;
	bool warning;
};

static const struct known_id known[] = {
#include "diagnostics.inc"
};

/* --- JSON --------------------------------------------------------------------------------------------------- */

/* A member that is a map or a list, which its parent owns; NULL: no memory, or no parent. */
static struct json_object *put(struct json_object *parent, const char *key, struct json_object *value)
{
	bool added;

	if (!parent || !value) {
		json_object_put(value);
		return NULL;
	}
	if (json_object_is_type(parent, json_type_array))
		added = json_object_array_add(parent, value) == 0;
	else
		added = json_object_object_add(parent, key, value) == 0;
	if (!added)
		json_object_put(value);
	return added ? value : NULL;
}

static struct json_object *put_map(struct json_object *parent, const char *key)
{
	return put(parent, key, json_object_new_object());
}

static struct json_object *put_list(struct json_object *parent, const char *key)
{
	return put(parent, key, json_object_new_array());
}

/* A text that is UTF-8 whatever it was made of: JSON knows nothing else. */
static struct json_object *put_text(struct json_object *parent, const char *key, const char *text)
{
	_free_ char *valid = NULL;
	size_t left = strlen(text), size;
	FILE *to = open_memstream(&valid, &size);

	if (!to)
		return NULL;
	while (left) {
		uint32_t code;
		size_t length = utf8_decode(text, left, &code);

		if (length)
			fwrite(text, 1, length, to);
		else
			fprintf(to, "\\x%02x", (unsigned char)*text);
		text += length ?: 1;
		left -= length ?: 1;
	}
	if (fclose(to) != 0)
		return NULL;
	return put(parent, key, json_object_new_string(valid));
}

/* {"text": TEXT} */
static struct json_object *put_message(struct json_object *parent, const char *key, const char *text)
{
	return put_text(put_map(parent, key), "text", text);
}

/* --- rules ---------------------------------------------------------------------------------------------------- */

static int add_rules(struct json_object *driver)
{
	struct json_object *rules = put_list(driver, "rules"), *rule;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		rule = put_map(rules, NULL);
		if (!put_text(rule, "id", known[i].id) || !put_message(rule, "shortDescription", known[i].about) ||
		    !put_message(rule, "help", known[i].remedy) ||
		    !put_text(put_map(rule, "defaultConfiguration"), "level", known[i].warning ? "warning" : "error"))
			return -ENOMEM;
	}
	return 0;
}

static int find_rule(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(known[i].id, id) == 0)
			return (int)i;
	return -1;
}

/* --- results ---------------------------------------------------------------------------------------------------- */

/* RFC 3986: what is no unreserved character is spelled by its bytes; an absolute path has a scheme. */
static struct json_object *put_uri(struct json_object *parent, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
	struct json_object *added;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fputs(*path == '/' ? "file://" : "", to);
	for (; *path; path++)
		fprintf(to, strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	added = fclose(to) == 0 ? put(parent, "uri", json_object_new_string(text)) : NULL;
	free(text);
	return added;
}

/* The column of a byte, counted in characters. */
static int64_t column_of(const struct source *source, uint32_t line, size_t column)
{
	size_t size = 0;
	const char *text = source_line(source, line, &size);
	int64_t characters = 1;

	for (size_t i = 0; i + 1 < column && i < size; i++)
		characters += (text[i] & 0xc0) != 0x80;
	return characters;
}

static int add_location(struct json_object *result, const struct diagnostic *found)
{
	const struct span *span = &found->span;
	struct json_object *physical, *region;

	if (!found->source)
		return 0;
	physical = put_map(put_map(put_list(result, "locations"), NULL), "physicalLocation");
	if (!put_uri(put_map(physical, "artifactLocation"), found->source->name))
		return -ENOMEM;
	if (!span->line)
		return 0;
	region = put_map(physical, "region");
	if (!put(region, "startLine", json_object_new_int64(span->line)) ||
	    !put(region, "startColumn", json_object_new_int64(column_of(found->source, span->line, span->column))) ||
	    !put(region, "endColumn",
		 json_object_new_int64(column_of(found->source, span->line, span->column + span->length))))
		return -ENOMEM;
	return 0;
}

static int add_result(struct json_object *results, const struct diagnostic *found)
{
	struct json_object *result = put_map(results, NULL);
	_free_ char *text = NULL;
	int index = find_rule(found->id);

	if (asprintf(&text, "%s%s%s", found->message, found->hint ? ". " : "", found->hint ?: "") < 0)
		text = NULL;
	if (!text || !put_text(result, "ruleId", found->id) ||
	    (index >= 0 && !put(result, "ruleIndex", json_object_new_int(index))) ||
	    !put_text(result, "level", found->severity == DIAG_ERROR ? "error" : "warning") ||
	    !put_message(result, "message", text))
		return -ENOMEM;
	return add_location(result, found);
}

/* --- the document --------------------------------------------------------------------------------------------------
 */

static int fill(struct json_object *document, const struct diag *diag)
{
	struct json_object *run, *driver, *results;
	int r;

	if (!put_text(document, "$schema", SCHEMA) || !put_text(document, "version", "2.1.0"))
		return -ENOMEM;
	run = put_map(put_list(document, "runs"), NULL);
	driver = put_map(put_map(run, "tool"), "driver");
	if (!put_text(driver, "name", "bulwark") || !put_text(driver, "version", BULWARK_VERSION))
		return -ENOMEM;
	r = add_rules(driver);
	if (r == 0 && !put_text(run, "columnKind", "unicodeCodePoints"))
		r = -ENOMEM;
	results = put_list(run, "results");
	if (!results)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < diag->n; i++)
		r = add_result(results, &diag->list[i]);
	return r;
}

int sarif_print(const struct diag *diag, FILE *to)
{
	struct json_object *document = json_object_new_object();
	int r = document ? fill(document, diag) : -ENOMEM;

	if (r == 0)
		reply_print(document, to);
	json_object_put(document);
	return r;
}

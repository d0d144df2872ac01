/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tables of policy/schema.h. Out: a JSON Schema (2020-12): each map is a definition, of which a policy and a
 * test are the two that a document may be.
 *
 * Every function gives NULL without memory and takes NULL, which makes what it is put into NULL in the end.
 */
#include "schema.h"
#include "policy/schema.h"
#include <base/cleanup.h>
#include <linux/types.h>
#include <bulwark/abi.h>
#include <bulwark/limits.h>
#include <stdio.h>

/* Takes `value`; gives the object, or NULL, which ends both. */
static struct json_object *with(struct json_object *object, const char *key, struct json_object *value)
{
	if (object && value && json_object_object_add(object, key, value) == 0)
		return object;
	json_object_put(value);
	json_object_put(object);
	return NULL;
}

static struct json_object *item(struct json_object *list, struct json_object *value)
{
	if (list && value && json_object_array_add(list, value) == 0)
		return list;
	json_object_put(value);
	json_object_put(list);
	return NULL;
}

static struct json_object *text(const char *value)
{
	return json_object_new_string(value);
}

static struct json_object *typed(const char *type)
{
	return with(json_object_new_object(), "type", text(type));
}

/* --- forms ---------------------------------------------------------------------------------------------------- */

static struct json_object *one_of(const char *const *words)
{
	struct json_object *list = json_object_new_array();

	for (; *words; words++)
		list = item(list, text(*words));
	return with(json_object_new_object(), "enum", list);
}

static struct json_object *either(struct json_object *a, struct json_object *b)
{
	return with(json_object_new_object(), "anyOf", item(item(json_object_new_array(), a), b));
}

static struct json_object *list_of(struct json_object *what)
{
	return with(with(typed("array"), "items", what), "minItems", json_object_new_int(1));
}

/* One of them, or a list. */
static struct json_object *some(struct json_object *one, struct json_object *again)
{
	return either(one, list_of(again));
}

static struct json_object *reference(enum schema_map_id map)
{
	char path[64];

	snprintf(path, sizeof(path), "#/$defs/%s", schema_map(map)->name);
	return with(json_object_new_object(), "$ref", text(path));
}

/* Numbers stand without quotes, too. */
static struct json_object *identity(void)
{
	return either(typed("string"), with(typed("integer"), "minimum", json_object_new_int(0)));
}

static struct json_object *name(void)
{
	struct json_object *form = with(typed("string"), "pattern", text("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"));

	return with(form, "maxLength", json_object_new_int(BW_NAME_MAX));
}

static struct json_object *percent(void)
{
	struct json_object *form = with(typed("integer"), "minimum", json_object_new_int(0));

	return with(form, "maximum", json_object_new_int(100));
}

static struct json_object *plain(size_t most)
{
	struct json_object *form = typed("string");

	return most ? with(form, "maxLength", json_object_new_uint64(most)) : form;
}

/* Tags and labels are texts, also where other readers of YAML see a number or a truth. */
static struct json_object *text_map(size_t most)
{
	return with(typed("object"), "additionalProperties",
		    either(plain(most), either(typed("number"), typed("boolean"))));
}

static struct json_object *defaults(void)
{
	struct json_object *keys = json_object_new_object();

	for (const char *const *word = schema_operations(); *word; word++)
		keys = with(keys, *word, one_of(schema_verdicts(BW_VERDICT_AUDIT)));
	return with(with(typed("object"), "properties", keys), "additionalProperties", json_object_new_boolean(0));
}

static struct json_object *form_of(const struct schema_property *property)
{
	switch (property->form) {
	case SCHEMA_WORD:
		return one_of(property->words);
	case SCHEMA_TEXT:
		return plain(property->most);
	case SCHEMA_NAME:
		return name();
	case SCHEMA_PERCENT:
		return percent();
	case SCHEMA_BOOLEAN:
		return typed("boolean");
	case SCHEMA_TRUE:
		return with(json_object_new_object(), "const", json_object_new_boolean(1));
	case SCHEMA_TEXTS:
		return some(typed("string"), typed("string"));
	case SCHEMA_WORDS:
		return some(one_of(property->words), one_of(property->words));
	case SCHEMA_IDS:
		return some(identity(), identity());
	case SCHEMA_ID:
		return identity();
	case SCHEMA_TEXT_MAP:
		return text_map(property->most);
	case SCHEMA_DEFAULTS:
		return defaults();
	case SCHEMA_MAP:
		return reference(property->map);
	case SCHEMA_MAPS:
		return with(typed("array"), "items", reference(property->map));
	case SCHEMA_TEXTS_OR_MAP:
		return either(some(typed("string"), typed("string")), reference(property->map));
	case SCHEMA_TEXT_OR_MAP:
		return either(typed("string"), reference(property->map));
	}
	return NULL;
}

/* --- maps ------------------------------------------------------------------------------------------------------ */

static struct json_object *add_property(struct json_object *keys, const struct schema_property *property)
{
	return with(keys, property->key, with(form_of(property), "description", text(property->what)));
}

/* One of the operations, and no second one. */
static struct json_object *add_operations(struct json_object *map)
{
	struct json_object *list = json_object_new_array();

	for (const char *const *word = schema_operations(); *word; word++)
		list = item(list,
			    with(json_object_new_object(), "required", item(json_object_new_array(), text(*word))));
	return with(map, "oneOf", list);
}

static struct json_object *new_map(const struct schema_map *map)
{
	struct json_object *keys = json_object_new_object(), *required = json_object_new_array();
	const struct schema_property *property;
	struct json_object *object;

	for (property = map->property; property->key; property++) {
		keys = add_property(keys, property);
		if (property->required)
			required = item(required, text(property->key));
	}
	for (unsigned int i = 0; map->operations && i < _BW_OP_MAX; i++) {
		struct schema_property operation = schema_operation(i);

		keys = add_property(keys, &operation);
	}
	object = with(with(typed("object"), "description", text(map->what)), "properties", keys);
	object = with(object, "required", required);
	object = with(object, "additionalProperties", json_object_new_boolean(0));
	return map->operations ? add_operations(object) : object;
}

struct json_object *schema_new(void)
{
	struct json_object *maps = json_object_new_object(), *schema;

	for (enum schema_map_id i = 0; i < _SCHEMA_MAPS; i++)
		maps = with(maps, schema_map(i)->name, new_map(schema_map(i)));
	schema = with(json_object_new_object(), "$schema", text("https://json-schema.org/draft/2020-12/schema"));
	schema = with(schema, "title", text("Policies of bulwark, and their tests"));
	schema = with(schema, "anyOf",
		      item(item(json_object_new_array(), reference(SCHEMA_POLICY)), reference(SCHEMA_TEST)));
	return with(schema, "$defs", maps);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark schema: the forms of policies and of their tests as a JSON Schema, for editors. In: nothing. Out: one JSON
 * document. What it does not say (patterns, addresses, names of users) `bulwark check` does.
 */
#include "command.h"
#include "policy/schema.h"
#include "schema.h"
#include <base/cleanup.h>
#include <stdio.h>

const struct argp cmd_schema_argp = {
	.parser = command_no_argument,
	.doc = "Prints a JSON Schema of policies and their tests, for editors.",
};

int cmd_schema(int argc, char **argv)
{
	struct json_object *schema;

	argp_parse(&cmd_schema_argp, argc, argv, 0, NULL, NULL);
	schema = schema_new();
	if (!schema)
		return command_out_of_memory();
	puts(json_object_to_json_string_ext(schema, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(schema);
	return COMMAND_OK;
}

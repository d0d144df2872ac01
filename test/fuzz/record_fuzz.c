/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as a record of the ring. All that may become of them: a refusal, or one line of valid JSON.
 */
#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include "agent/enrich.h"
#include "agent/format_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require_json(const struct writer *writer)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, writer->text, (int)writer->size);
	if (!json_object_is_type(object, json_type_object))
		abort();
	json_object_put(object);
	json_tokener_free(tokener);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct enrich *enrich;
	struct writer writer = { 0 };
	struct event event;

	if (!enrich && enrich_new(NULL, &enrich) < 0)
		return 0;
	if (event_decode(bytes, size, &event) < 0)
		return 0;
	enrich_event(enrich, NULL, &event);
	format_json_event(&writer, "node", &event);
	require_json(&writer);
	writer_done(&writer);
	event_done(&event);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: an explanation. Out: one JSON document.
 */
#include "explain_json.h"
#include "policy/names.h"
#include "reason.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>

static int add_place(struct json_object *object, const struct policy *policy, const struct rule *rule,
		     enum bw_operation fallback)
{
	int64_t line = explain_span(policy, rule, fallback).line;
	int r = reply_add(object, "policy", policy->name);

	r = r ?: reply_add(object, "rule", rule ? rule->name : "default");
	r = r ?: reply_add(object, "file", policy->source ? policy->source->name : NULL);
	return r ?: json_object_object_add(object, "line", json_object_new_int64(line));
}

static int fill_line(struct json_object *object, const struct explain_line *line,
		     const struct simulate_question *question)
{
	int action = line->rule ? (int)line->rule->action : line->policy->fallback[line->fallback];
	_free_ char *text = reason_text(line, question);
	int r = text ? add_place(object, line->policy, line->rule, line->fallback) : -ENOMEM;

	r = r ?: reply_add(object, "action", verdict_name((unsigned int)action));
	r = r ?: json_object_object_add(object, "matches", json_object_new_boolean(line->reason == EXPLAIN_MATCHES));
	r = r ?: reply_add(object, "reason", reason_word(line->reason));
	return r ?: reply_add(object, "text", text);
}

static int add_lines(struct json_object *document, const struct explanation *said,
		     const struct simulate_question *question)
{
	struct json_object *list = json_object_new_array();
	int r = 0;

	if (!list || json_object_object_add(document, "rules", list) < 0) {
		json_object_put(list);
		return -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < said->n; i++) {
		struct json_object *object = json_object_new_object();

		if (!object || json_object_array_add(list, object) < 0) {
			json_object_put(object);
			return -ENOMEM;
		}
		r = fill_line(object, &said->list[i], question);
	}
	return r;
}

/* What the event does not tell, so that the worst was assumed. */
static int add_untold(struct json_object *document, unsigned int untold)
{
	static const struct {
		unsigned int flag;
		const char *key;
	} keys[] = {
		{ SIMULATE_CAPABILITIES, "capability" },
		{ SIMULATE_GROUP, "group" },
		{ SIMULATE_OWNER, "owner" },
		{ SIMULATE_DIGEST, "sha256" },
	};
	struct json_object *list;
	int r = 0;

	if (!untold)
		return 0;
	list = json_object_new_array();
	if (!list || json_object_object_add(document, "untold", list) < 0) {
		json_object_put(list);
		return -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(keys); i++)
		if (untold & keys[i].flag)
			r = json_object_array_add(list, json_object_new_string(keys[i].key));
	return r;
}

int explain_json_print(const struct explanation *said, const struct simulate_question *question)
{
	struct json_object *document = json_object_new_object();
	_free_ char *asked = reason_object(question);
	int r = document && asked ? 0 : -ENOMEM;

	r = r ?: reply_add(document, "operation", operation_name(question->operation));
	r = r ?: reply_add(document, "object", asked);
	r = r ?: reply_add(document, "verdict", verdict_name(said->verdict));
	r = r ?: reply_add(document, "carried_out", verdict_name(said->carried_out));
	if (said->policy) {
		r = r ?: add_place(document, said->policy, said->rule, said->fallback);
		r = r ?: reply_add(document, "mode", mode_name(said->mode));
		r = r ?: reply_add(document, "message", said->rule ? said->rule->message : NULL);
	}
	r = r ?: add_untold(document, question->untold);
	r = r ?: add_lines(document, said, question);
	if (r == 0)
		reply_print(document, stdout);
	json_object_put(document);
	return r;
}

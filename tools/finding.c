/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: diagnostics. Out: the list of them in a JSON document, in the form that the agent's replies have too.
 */
#include "finding.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>

/* As in the control protocol: include/bulwark/control.h, DIAGNOSTIC. */
static struct json_object *new_diagnostic(const struct diagnostic *diagnostic)
{
	_free_ char *text = diag_text(diagnostic);
	struct json_object *object = json_object_new_object();
	int r = object && text ? 0 : -ENOMEM;

	r = r ?: reply_add(object, "file", diagnostic->source ? diagnostic->source->name : NULL);
	r = r ?: json_object_object_add(object, "line", json_object_new_int64(diagnostic->span.line));
	r = r ?: json_object_object_add(object, "column", json_object_new_int64(diagnostic->span.column));
	r = r ?: json_object_object_add(object, "length", json_object_new_int64(diagnostic->span.length));
	r = r ?: reply_add(object, "severity", diagnostic->severity == DIAG_ERROR ? "error" : "warning");
	r = r ?: reply_add(object, "id", diagnostic->id);
	r = r ?: reply_add(object, "message", diagnostic->message);
	r = r ?: reply_add(object, "hint", diagnostic->hint);
	r = r ?: reply_add(object, "text", text);
	if (r == 0)
		return object;
	json_object_put(object);
	return NULL;
}

int finding_add(struct json_object *document, const struct diag *diag)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	if (!list || json_object_object_add(document, "diagnostics", list) < 0) {
		json_object_put(list);
		return -ENOMEM;
	}
	for (i = 0; i < diag->n; i++) {
		struct json_object *diagnostic = new_diagnostic(&diag->list[i]);

		if (!diagnostic || json_object_array_add(list, diagnostic) < 0) {
			json_object_put(diagnostic);
			return -ENOMEM;
		}
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a line of a peer whom nobody vouches for. Out: exactly one reply, or the beginning of a stream. The line is
 * parsed strictly and to a bounded depth; the method is called only when the peer has the right to it.
 */
#include "request.h"
#include <base/cleanup.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <string.h>

#define JSON_DEPTH 8 /* the deepest request has 4 */

/* --- replies ---------------------------------------------------------------------------------------------- */

int request_refuse(struct request *request, const char *code, const char *format, ...)
{
	va_list arguments;

	request->code = code;
	va_start(arguments, format);
	vsnprintf(request->message, sizeof(request->message), format, arguments);
	va_end(arguments);
	return -EPROTO;
}

static void put_diagnostic(struct writer *writer, const struct diagnostic *diagnostic)
{
	_free_ char *text = diag_text(diagnostic);

	writer_open(writer, NULL, '{');
	writer_text(writer, "file", diagnostic->source ? diagnostic->source->name : NULL);
	writer_number(writer, "line", diagnostic->span.line);
	writer_number(writer, "column", diagnostic->span.column);
	writer_number(writer, "length", diagnostic->span.length);
	writer_text(writer, "severity", diagnostic->severity == DIAG_ERROR ? "error" : "warning");
	writer_text(writer, "id", diagnostic->id);
	writer_text(writer, "message", diagnostic->message);
	writer_text(writer, "hint", diagnostic->hint);
	writer_text(writer, "text", text);
	writer_close(writer, '}');
}

void request_put_warnings(struct request *request, const char *id)
{
	bool any = false;
	size_t i;

	for (i = 0; i < request->diag.n; i++) {
		if (strcmp(request->diag.list[i].id, id) != 0)
			continue;
		if (!any)
			writer_open(request->reply, "warnings", '[');
		any = true;
		put_diagnostic(request->reply, &request->diag.list[i]);
	}
	if (any)
		writer_close(request->reply, ']');
}

static void put_refusal(struct writer *writer, const struct request *request)
{
	size_t i;

	writer_open(writer, "error", '{');
	writer_text(writer, "code", request->code);
	writer_text(writer, "message", request->message);
	if (request->diag.n) {
		writer_open(writer, "diagnostics", '[');
		for (i = 0; i < request->diag.n; i++)
			put_diagnostic(writer, &request->diag.list[i]);
		writer_close(writer, ']');
	}
	writer_close(writer, '}');
}

void request_refuse_line(struct writer *out, const char *code, const char *message)
{
	struct request request = { .code = code };

	snprintf(request.message, sizeof(request.message), "%s", message);
	writer_open(out, NULL, '{');
	put_refusal(out, &request);
	writer_close(out, '}');
	writer_end_line(out);
}

/* --- requests --------------------------------------------------------------------------------------------- */

static struct json_object *parse_line(const char *line, size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *object;

	if (!tokener)
		return NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, line, size + 1); /* with the NUL: numbers end somewhere too */
	if (json_tokener_get_error(tokener) != json_tokener_success || memchr(line, '\0', size)) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	if (object && json_object_get_type(object) == json_type_object)
		return object;
	json_object_put(object);
	return NULL;
}

static const struct control_method *find_method(const struct control_options *options, const char *name)
{
	size_t i;

	for (i = 0; i < options->n_methods; i++)
		if (strcmp(options->method[i].name, name) == 0)
			return &options->method[i];
	return NULL;
}

/* NULL: refused. */
static const struct control_method *choose_method(const struct control_options *options, struct json_object *object,
						  struct request *request)
{
	const struct control_method *method;
	struct json_object *name, *parameters;

	if (!json_object_object_get_ex(object, "method", &name) || json_object_get_type(name) != json_type_string) {
		request_refuse(request, "bad-request", "a request has a \"method\"");
		return NULL;
	}
	if (json_object_object_get_ex(object, "parameters", &parameters))
		request->parameters = parameters;
	if (json_object_get_type(request->parameters) != json_type_object) {
		request_refuse(request, "bad-request", "\"parameters\" is an object");
		return NULL;
	}
	method = find_method(options, json_object_get_string(name));
	if (!method) {
		request_refuse(request, "bad-request", "unknown method '%s'", json_object_get_string(name));
		return NULL;
	}
	if (request->peer.rights & method->right)
		return method;
	request_refuse(request, "not-permitted", "'%s' needs the right to change, which user %u has not", method->name,
		       request->peer.uid);
	return NULL;
}

/* The reply begins as a success; a refusal takes back what the method had written. */
static void call(const struct control_options *options, struct json_object *object, struct request *request)
{
	const struct control_method *method = choose_method(options, object, request);
	struct writer *out = request->reply;
	size_t start = out->size;
	int r = -EPROTO;

	writer_open(out, NULL, '{');
	writer_open(out, "parameters", '{');
	if (method)
		r = method->fn(options->context, request);
	if (r >= 0) {
		writer_close(out, '}');
	} else {
		out->size = start;
		out->after = false;
		writer_open(out, NULL, '{');
		put_refusal(out, request);
	}
	writer_close(out, '}');
	writer_end_line(out);
	if (request->stream->active)
		out->size = start;
}

void request_answer(const struct control_options *options, const struct control_peer *peer, char *line, size_t size,
		    struct stream *stream, struct writer *out)
{
	struct json_object *object = parse_line(line, size), *none = json_object_new_object();
	struct request request = { .peer = *peer, .parameters = none, .reply = out, .stream = stream };

	if (object && none)
		call(options, object, &request);
	else
		request_refuse_line(out, "bad-request", "a request is one JSON object on one line");
	diag_done(&request.diag);
	json_object_put(object);
	json_object_put(none);
}

/* --- members of parameters -------------------------------------------------------------------------------- */

int request_text_or_null(struct request *request, const char *name, const char **ret)
{
	struct json_object *member;

	*ret = NULL;
	if (!json_object_object_get_ex(request->parameters, name, &member))
		return 0;
	if (json_object_get_type(member) != json_type_string)
		return request_refuse(request, "bad-request", "\"%s\" is a string", name);
	*ret = json_object_get_string(member);
	if (strlen(*ret) != (size_t)json_object_get_string_len(member))
		return request_refuse(request, "bad-request", "\"%s\" holds a NUL", name);
	return 0;
}

int request_text(struct request *request, const char *name, const char **ret)
{
	int r = request_text_or_null(request, name, ret);

	if (r >= 0 && !*ret)
		return request_refuse(request, "bad-request", "\"%s\" is missing", name);
	return r;
}

int request_number(struct request *request, const char *name, unsigned int max, unsigned int *ret)
{
	struct json_object *member;
	int64_t number;

	*ret = 0;
	if (!json_object_object_get_ex(request->parameters, name, &member))
		return 0;
	number = json_object_get_int64(member);
	if (json_object_get_type(member) != json_type_int || number < 1 || number > max)
		return request_refuse(request, "bad-request", "\"%s\" is a number from 1 to %u", name, max);
	*ret = (unsigned int)number;
	return 0;
}

int request_flag(struct request *request, const char *name, bool *ret)
{
	struct json_object *member;

	*ret = false;
	if (!json_object_object_get_ex(request->parameters, name, &member))
		return 0;
	if (json_object_get_type(member) != json_type_boolean)
		return request_refuse(request, "bad-request", "\"%s\" is true or false", name);
	*ret = json_object_get_boolean(member);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: options of a command line. Out: a question, as a case of a PolicyTest with the same words would have it. The
 * options become the text of such a case, each on a line of its own, so that a mistake in one has its name.
 */
#include "question.h"
#include "command.h"
#include "policy/names.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

enum {
	OPTION_PARENT = 0x100,
	OPTION_OWNER,
	OPTION_CONTAINER,
	OPTION_CGROUP,
	OPTION_NAME,
	OPTION_POD,
	OPTION_SHA256,
	OPTION_MEMORY,
};

static const struct argp_option options[] = {
	{ "operation", 'o', "OPERATION", 0, "exec, read, write, connect, bind, socket or use", 2 },
	{ "object", 'O', "OBJECT", 0, "A path, 10.0.0.5:443/tcp, unix:PATH, AF_INET/SOCK_STREAM or a facility", 2 },
	{ "binary", 'b', "PATH", 0, "The program that the process runs", 2 },
	{ "user", 'u', "USER", 0, "Its effective user, by name or id [0]", 2 },
	{ "group", 'g', "GROUP", 0, "Its effective group [0]", 2 },
	{ "capability", 'c', "CAP,...", 0, "Its effective capabilities [none]", 2 },
	{ "parent", OPTION_PARENT, "PATH", 0, "The program of its parent", 2 },
	{ "lineage", 'l', "PATH,...", 0, "Programs that ran before it", 2 },
	{ "owner", OPTION_OWNER, NULL, 0, "It owns the file", 2 },
	{ "container", OPTION_CONTAINER, NULL, 0, "It is in a container", 2 },
	{ "cgroup", OPTION_CGROUP, "PATH", 0, "Its cgroup [/]", 2 },
	{ "image", 'i', "IMAGE", 0, "The image of its container", 2 },
	{ "name", OPTION_NAME, "CONTAINER", 0, "The name of its container", 2 },
	{ "namespace", 'n', "NAMESPACE", 0, "The Kubernetes namespace of its container", 2 },
	{ "pod", OPTION_POD, "POD", 0, "The pod of its container", 2 },
	{ "label", 'L', "KEY=VALUE", 0, "A label of its container; may be repeated", 2 },
	{ "arg", 'a', "ARGUMENT", 0, "An argument of an exec, the program's name first; may be repeated", 2 },
	{ "sha256", OPTION_SHA256, "DIGEST", 0, "The digest of the file of an exec", 2 },
	{ "memory", OPTION_MEMORY, NULL, 0, "The file of an exec has no name, or none any more", 2 },
	{ 0 },
};

/* --- collecting ---------------------------------------------------------------------------------------------- */

/* A member of the process or the object; `value` is owned from here on. NULL: no memory. */
static void put(struct question_options *to, struct json_object **in, const char *key, struct json_object *value)
{
	if (!*in)
		*in = json_object_new_object();
	if (*in && value && json_object_object_add(*in, key, value) == 0)
		return;
	json_object_put(value);
	to->failed = true;
}

static void put_process(struct question_options *to, const char *key, const char *text)
{
	put(to, &to->process, key, json_object_new_string(text));
}

/* One more item of a list that begins with the first. */
static void put_item(struct question_options *to, struct json_object **in, const char *key, const char *text,
		     size_t size)
{
	struct json_object *item = json_object_new_string_len(text, (int)size);
	struct json_object *list = reply_list(*in, key);

	if (!list) {
		put(to, in, key, json_object_new_array());
		list = reply_list(*in, key);
	}
	if (list && item && json_object_array_add(list, item) == 0)
		return;
	json_object_put(item);
	to->failed = true;
}

static void put_list(struct question_options *to, const char *key, const char *text)
{
	for (;;) {
		size_t size = strcspn(text, ",");

		put_item(to, &to->process, key, text, size);
		if (!text[size])
			return;
		text += size + 1;
	}
}

static void put_label(struct question_options *to, const char *text, struct argp_state *state)
{
	const char *equals = strchr(text, '=');
	_free_ char *key = equals ? strndup(text, (size_t)(equals - text)) : NULL;
	struct json_object *labels;

	if (!equals || equals == text)
		argp_error(state, "a label is KEY=VALUE, not '%s'", text);
	if (!reply_object(to->process, "labels"))
		put(to, &to->process, "labels", json_object_new_object());
	labels = reply_object(to->process, "labels");
	if (!labels || !key || !equals || reply_add(labels, key, equals + 1) < 0)
		to->failed = true;
}

static error_t parse_process(int key, char *value, struct argp_state *state)
{
	static const struct {
		int option;
		const char *key;
	} texts[] = {
		{ 'b', "binary" },     { 'u', "user" },		{ 'g', "group" },
		{ 'i', "image" },      { 'n', "namespace" },	{ OPTION_PARENT, "parent" },
		{ OPTION_POD, "pod" }, { OPTION_NAME, "name" }, { OPTION_CGROUP, "cgroup" },
	};
	struct question_options *to = state->input;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].option == key) {
			put_process(to, texts[i].key, value);
			return 0;
		}
	switch (key) {
	case 'c':
		put_list(to, "capability", value);
		return 0;
	case 'l':
		put_list(to, "lineage", value);
		return 0;
	case 'L':
		put_label(to, value, state);
		return 0;
	case OPTION_OWNER:
	case OPTION_CONTAINER:
		put(to, &to->process, key == OPTION_OWNER ? "owner" : "container", json_object_new_boolean(true));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct question_options *to = state->input;

	switch (key) {
	case 'o':
		command_require_word(state, "operation", value, operation_name, _BW_OP_MAX);
		to->operation = value;
		return 0;
	case 'O':
		to->path = value;
		return 0;
	case 'a':
		put_item(to, &to->object, "args", value, strlen(value));
		return 0;
	case OPTION_SHA256:
		put(to, &to->object, "sha256", json_object_new_string(value));
		return 0;
	case OPTION_MEMORY:
		put(to, &to->object, "memory", json_object_new_boolean(true));
		return 0;
	default:
		return parse_process(key, value, state);
	}
}

const struct argp question_argp = { .options = options, .parser = parse_option };

/* A case has no empty lists: what is not there is left out. */
static bool is_empty(struct json_object *value)
{
	return (json_object_is_type(value, json_type_array) && !json_object_array_length(value)) ||
	       (json_object_is_type(value, json_type_object) && !json_object_object_length(value));
}

void question_set_process(struct question_options *to, struct json_object *process)
{
	json_object_object_foreach (process, key, value)
		if (!json_object_object_get_ex(to->process, key, NULL) && !is_empty(value))
			put(to, &to->process, key, json_object_get(value));
}

bool question_is_asked(const struct question_options *from)
{
	return from->process || from->object || from->operation || from->path;
}

void question_options_done(struct question_options *from)
{
	json_object_put(from->process);
	json_object_put(from->object);
	*from = (struct question_options){ 0 };
}

/* --- as a case ------------------------------------------------------------------------------------------------ */

#define LINES_MAX 32

/* The text of a case, and which key of it stands in which line. */
struct draft {
	FILE *to;
	unsigned int line;
	const char *key[LINES_MAX];
};

static void put_line(struct draft *draft, const char *key)
{
	putc('\n', draft->to);
	if (++draft->line < LINES_MAX)
		draft->key[draft->line] = key;
}

/* JSON is YAML but for what YAML has no escape for: a slash needs none. */
static const char *json_of(struct json_object *value)
{
	return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void put_map(struct draft *draft, struct json_object *map)
{
	const char *separator = "";

	json_object_object_foreach (map, key, value) {
		put_line(draft, key);
		fprintf(draft->to, "%s\"%s\": %s", separator, key, json_of(value));
		separator = ", ";
	}
}

static int put_object(struct draft *draft, const struct question_options *from)
{
	struct json_object *text = from->path ? json_object_new_string(from->path) : NULL;

	if (from->path && !text)
		return -ENOMEM;
	put_line(draft, "object");
	fputs("\"object\": ", draft->to);
	if (from->object) {
		putc('{', draft->to);
		put_map(draft, from->object);
		put_line(draft, "object");
		if (text)
			fprintf(draft->to, ", \"path\": %s", json_of(text));
		putc('}', draft->to);
	} else {
		fputs(text ? json_of(text) : "\"\"", draft->to);
	}
	json_object_put(text);
	return 0;
}

static int write_case(const struct question_options *from, struct draft *draft, char **text, size_t *size)
{
	int r;

	draft->to = open_memstream(text, size);
	if (!draft->to)
		return -ENOMEM;
	fputs("{\"apiVersion\": \"bulwark/v1\", \"kind\": \"PolicyTest\", \"policies\": [\"-\"], \"cases\": "
	      "[{\"name\": \"question\", \"expect\": \"allow\",",
	      draft->to);
	draft->line = 1;
	put_line(draft, "operation");
	fprintf(draft->to, "\"operation\": \"%s\",", from->operation);
	r = put_object(draft, from);
	if (from->process) {
		fputs(", \"process\": {", draft->to);
		put_map(draft, from->process);
		putc('}', draft->to);
	}
	fputs("}]}\n", draft->to);
	return fclose(draft->to) != 0 ? -ENOMEM : r;
}

static void tell(const struct draft *draft, const struct diag *diag)
{
	for (size_t i = 0; i < diag->n; i++) {
		const struct diagnostic *found = &diag->list[i];
		const char *key = found->span.line < LINES_MAX ? draft->key[found->span.line] : NULL;

		if (key && strcmp(key, "labels") == 0)
			key = "label";
		else if (key && strcmp(key, "args") == 0)
			key = "arg";
		command_error("--%s: %s%s%s", key ?: "object", found->message, found->hint ? "; " : "",
			      found->hint ?: "");
	}
}

int question_from_options(const struct question_options *from, struct question *ret)
{
	struct draft draft = { 0 };
	struct source *source = NULL;
	struct diag diag = { 0 };
	_free_ char *text = NULL;
	size_t size = 0;
	int r;

	if (from->failed)
		return -ENOMEM;
	r = write_case(from, &draft, &text, &size);
	r = r ?: source_new("options", text, size, &source);
	r = r ?: policytest_read(source, false, &ret->tests, &diag);
	if (r == -EINVAL)
		tell(&draft, &diag);
	if (r == 0)
		ret->ask = policytest_question(&ret->tests.test[0]->list[0]);
	diag_done(&diag);
	source_unref(source);
	return r;
}

void question_done(struct question *question)
{
	policytest_list_done(&question->tests);
	arena_done(&question->arena);
	*question = (struct question){ 0 };
}

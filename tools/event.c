/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: an event as the agent writes it, of any shape. Out: one line for people. What it says of files and arguments was
 * chosen by the process that it is about, so every text goes through print.h.
 */
#include "event.h"
#include "moment.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <string.h>
#include "policy/names.h"

#define ARGUMENTS_SHOWN 16

static void put_time(FILE *to, struct json_object *event)
{
	const char *time = reply_text(event, "time");
	char shown[MOMENT_SIZE];
	struct timespec moment;

	if (time && moment_parse(time, &moment) == 0) {
		moment_local(&moment, shown);
		time = shown;
	}
	print_styled(to, PRINT_FAINT, 23, time);
	fputs("  ", to);
}

/* "deny" is what happened; "would deny" is what an audited policy says would have. */
static void put_verdict(FILE *to, struct json_object *event)
{
	const char *verdict = reply_text(event, "verdict");
	int number = verdict ? verdict_from(verdict) : -1;
	bool strict = number == BW_VERDICT_DENY || number == BW_VERDICT_KILL;
	enum print_style style = PRINT_PLAIN;
	char shown[32];

	if (strict && !reply_true(event, "enforced")) {
		snprintf(shown, sizeof(shown), "would %s", verdict);
		verdict = shown;
		style = PRINT_WARN;
	} else if (strict) {
		style = number == BW_VERDICT_KILL ? PRINT_WORST : PRINT_BAD;
	}
	print_styled(to, style, 10, verdict);
	fputs("  ", to);
}

/* NAMESPACE/POD/NAME as far as they are known, else the first characters of the id, as engines show them. */
static void put_container(FILE *to, struct json_object *container)
{
	static const char *const keys[] = { "namespace", "pod", "name" };
	const char *id = reply_text(container, "id");
	const char *mark = "@";
	char cut[13];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *text = reply_text(container, keys[i]);

		if (!text)
			continue;
		fputs(mark, to);
		print_styled(to, PRINT_GOOD, 0, text);
		mark = "/";
	}
	if (*mark == '/' || !id)
		return;
	snprintf(cut, sizeof(cut), "%s", id);
	fputs(mark, to);
	print_styled(to, PRINT_GOOD, 0, cut);
}

static void put_process(FILE *to, struct json_object *process)
{
	const char *binary = reply_text(process, "binary");

	print_styled(to, PRINT_STRONG, 0, binary ? binary : "?");
	fprintf(to, "[%lld]", (long long)reply_number(process, "pid"));
	put_container(to, reply_object(process, "container"));
}

static void put_arguments(FILE *to, struct json_object *arguments)
{
	size_t i;

	/* The first is the program's name for itself: the path before it says more. */
	for (i = 1; i < reply_count(arguments) && i < ARGUMENTS_SHOWN; i++) {
		putc(' ', to);
		print_text(to, reply_item(arguments, i));
	}
	if (reply_count(arguments) > ARGUMENTS_SHOWN)
		fputs(" ...", to);
}

static void put_endpoint(FILE *to, struct json_object *object)
{
	const char *address = reply_text(object, "address");
	const char *protocol = reply_text(object, "protocol");
	bool v6 = strchr(address, ':');

	fputs(v6 ? "[" : "", to);
	print_text(to, address);
	fprintf(to, "%s:%lld", v6 ? "]" : "", (long long)reply_number(object, "port"));
	if (protocol) {
		putc('/', to);
		print_text(to, protocol);
	}
}

/* Does the object say that the text of this key is only its end, or its beginning? */
static bool is_cut(struct json_object *object, const char *key)
{
	struct json_object *cut = reply_list(object, "cut");
	size_t i;

	for (i = 0; i < reply_count(cut); i++) {
		const char *name = reply_item(cut, i);

		if (name && strcmp(name, key) == 0)
			return true;
	}
	return false;
}

static void put_object(FILE *to, struct json_object *object)
{
	static const char *const keys[] = { "path", "unix", "facility", "family", NULL };
	const char *const *key = keys;
	const char *name = reply_text(object, "name");

	if (reply_text(object, "address")) {
		put_endpoint(to, object);
		return;
	}
	while (*key && !reply_text(object, *key))
		key++;
	if (!*key) {
		print_text(to, object ? json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN) : "?");
		return;
	}
	fputs(is_cut(object, *key) ? "..." : "", to);
	print_text(to, reply_text(object, *key));
	if (name) {
		putc(' ', to);
		print_text(to, name);
	}
	put_arguments(to, reply_list(object, "args"));
	fputs(is_cut(object, "args") ? "..." : "", to);
}

static void put_rule(FILE *to, struct json_object *event)
{
	const char *policy = reply_text(event, "policy");
	const char *rule = reply_text(event, "rule");

	if (!policy && !rule) {
		print_styled(to, PRINT_FAINT, 0, "(no rule)");
		return;
	}
	print_styled(to, PRINT_FAINT, 0, policy);
	print_styled(to, PRINT_FAINT, 0, "/");
	print_styled(to, PRINT_FAINT, 0, rule);
}

/* A decision, or what happened to an operation that no rule could be asked about. */
static void put_decision(FILE *to, struct json_object *event)
{
	const char *message = reply_text(event, "message");
	int64_t suppressed = reply_number(event, "suppressed");

	put_verdict(to, event);
	print_styled(to, PRINT_PLAIN, 7, reply_text(event, "operation"));
	fputs("  ", to);
	put_process(to, reply_object(event, "process"));
	fputs(" -> ", to);
	put_object(to, reply_object(event, "object"));
	fputs("  ", to);
	put_rule(to, event);
	if (message) {
		fputs("  ", to);
		print_text(to, message);
	}
	if (suppressed > 0)
		fprintf(to, "  (and %lld more like it)", (long long)suppressed);
}

/* The agent's own events: few, and each with fields of its own. All of them are shown but for the common ones. */
static void put_other(FILE *to, struct json_object *event, const char *type)
{
	static const char *const common[] = { "time", "node", "type", "id" };

	print_styled(to, strcmp(type, "lost") == 0 ? PRINT_BAD : PRINT_GOOD, 10, type);
	json_object_object_foreach (event, key, value) {
		size_t i = 0;

		while (i < ARRAY_SIZE(common) && strcmp(key, common[i]) != 0)
			i++;
		if (i < ARRAY_SIZE(common))
			continue;
		fputs("  ", to);
		print_styled(to, PRINT_FAINT, 0, key);
		putc(' ', to);
		print_text(to, json_object_is_type(value, json_type_string)
				       ? json_object_get_string(value)
				       : json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
	}
}

void event_print(struct json_object *event, FILE *to)
{
	const char *type = reply_text(event, "type");

	put_time(to, event);
	if (!type || strcmp(type, "decision") == 0 || strcmp(type, "undecided") == 0 || strcmp(type, "guard") == 0)
		put_decision(to, event);
	else
		put_other(to, event, type);
	putc('\n', to);
}

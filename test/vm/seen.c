// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Was there an event with exactly these values?
 *
 *	seen FILE KEY=VALUE...         waits up to 10 seconds for one event in which all are so; the agent may just
 *	                               follow roots of containers, on the processor that the scenario uses
 *	seen --none FILE KEY=VALUE...  there is no event now in which any is so
 *	seen --count N FILE KEY=VALUE...   there are N events now in which all are so
 *
 * In:   a log of bulwarkd: JSON lines. KEY is a path, `object.path`, `ancestors.0.pid`; `*` is any element. VALUE is
 *       compared byte for byte with text, with how JSON writes anything else; `@absent` means that there is no such
 *       key, `@any` that there is one, `@prefix:TEXT` that the text begins so.
 * Out:  status 0 or 1; on 1 the last events of the same process, or of the policy, on standard output.
 */
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_STEPS = 500, STEP_NS = 20000000, SHOWN = 8 };

static bool value_is(struct json_object *value, const char *wanted)
{
	const char *text;

	if (strcmp(wanted, "@any") == 0)
		return value;
	if (strcmp(wanted, "@absent") == 0)
		return !value;
	if (!value)
		return false;
	text = json_object_is_type(value, json_type_string)
		       ? json_object_get_string(value)
		       : json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	if (strncmp(wanted, "@prefix:", 8) == 0)
		return strncmp(text, wanted + 8, strlen(wanted + 8)) == 0;
	return strcmp(text, wanted) == 0;
}

static bool matches(struct json_object *at, const char *key, const char *wanted);

static bool any_element(struct json_object *array, const char *rest, const char *wanted)
{
	size_t i;

	for (i = 0; i < json_object_array_length(array); i++)
		if (matches(json_object_array_get_idx(array, i), rest, wanted))
			return true;
	return false;
}

/* `key` is what is left of the path; "" when `at` is the value. */
static bool matches(struct json_object *at, const char *key, const char *wanted)
{
	size_t length = strcspn(key, ".");
	const char *rest = key + length + (key[length] == '.');
	struct json_object *next = NULL;
	char name[128];

	if (!*key || !at)
		return value_is(at, wanted);
	snprintf(name, sizeof(name), "%.*s", (int)length, key);
	if (json_object_is_type(at, json_type_array)) {
		if (strcmp(name, "*") == 0)
			return any_element(at, rest, wanted);
		next = json_object_array_get_idx(at, strtoul(name, NULL, 10));
	} else {
		json_object_object_get_ex(at, name, &next);
	}
	return matches(next, rest, wanted);
}

static bool one_matches(struct json_object *event, const char *condition)
{
	const char *equals = strchr(condition, '=');
	char key[256];

	if (!equals) {
		fprintf(stderr, "seen: not KEY=VALUE: %s\n", condition);
		exit(2);
	}
	snprintf(key, sizeof(key), "%.*s", (int)(equals - condition), condition);
	return matches(event, key, equals + 1);
}

struct question {
	char **condition;
	bool any;	   /* one condition is enough */
	const char *holds; /* text of any line that may do; NULL: any */
};

/* Most lines are of other processes: they need not be parsed. */
static void prepare(struct question *question)
{
	static char text[64];
	char **condition;

	for (condition = question->condition; *condition && !question->any; condition++) {
		if (strncmp(*condition, "process.pid=", 12) != 0 || strchr(*condition, '@'))
			continue;
		snprintf(text, sizeof(text), "\"pid\":%s,", *condition + 12);
		question->holds = text;
	}
}

static bool event_matches(const struct question *question, const char *line)
{
	struct json_object *event;
	char **condition;
	bool result;

	if (question->holds && !strstr(line, question->holds))
		return false;
	event = json_tokener_parse(line);
	result = event && !question->any;
	for (condition = question->condition; event && *condition && result != question->any; condition++)
		result = one_matches(event, *condition);
	json_object_put(event);
	return result;
}

/* Reads on from where it stopped; a line that is not whole yet is left. */
static long count_more(FILE *log, const struct question *question, bool stop)
{
	static char *line;
	static size_t room;
	ssize_t size;
	long found = 0, at;

	clearerr(log);
	while (!(stop && found)) {
		at = ftell(log);
		size = getline(&line, &room, log);
		if (size <= 0 || line[size - 1] != '\n') {
			fseek(log, at, SEEK_SET);
			break;
		}
		found += event_matches(question, line);
	}
	return found;
}

static bool waited_for(FILE *log, const struct question *question)
{
	int step;

	for (step = 0; step < WAIT_STEPS; step++) {
		if (count_more(log, question, true))
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = STEP_NS }, NULL);
	}
	return false;
}

/* What there is instead: events of the process that was asked for, else of the policy. */
static void show(FILE *log, char **condition)
{
	static char *line, *kept[SHOWN];
	static size_t room;
	char *about[2] = { NULL, NULL };
	struct question question = { .condition = about };
	unsigned int n = 0, i;

	for (; *condition; condition++)
		if (strncmp(*condition, "process.pid=", 12) == 0 ||
		    (!about[0] && strncmp(*condition, "policy=", 7) == 0))
			about[0] = *condition;
	rewind(log);
	while (about[0] && getline(&line, &room, log) > 0) {
		if (!event_matches(&question, line))
			continue;
		free(kept[n % SHOWN]);
		kept[n++ % SHOWN] = strdup(line);
	}
	printf("%u events with %s\n", n, about[0] ? about[0] : "nothing to know them by");
	for (i = n > SHOWN ? n - SHOWN : 0; i < n; i++)
		fputs(kept[i % SHOWN], stdout);
}

int main(int argc, char **argv)
{
	struct question question = { 0 };
	bool none, counted, result;
	long wanted = 0, found;
	FILE *log;

	none = argc > 3 && strcmp(argv[1], "--none") == 0;
	counted = argc > 4 && strcmp(argv[1], "--count") == 0;
	if (counted)
		wanted = strtol(argv[2], NULL, 10);
	argv += none ? 2 : counted ? 3 : 1;
	log = argv[0] ? fopen(argv[0], "re") : NULL;
	if (!log) {
		fprintf(stderr, "seen: which log?\n");
		return 2;
	}
	question.condition = argv + 1;
	question.any = none;
	prepare(&question);
	if (none || counted) {
		found = count_more(log, &question, false);
		result = found == wanted;
		if (!result)
			printf("%ld events, not %ld\n", found, wanted);
	} else {
		result = waited_for(log, &question);
	}
	if (!result)
		show(log, argv + 1);
	return result ? 0 : 1;
}

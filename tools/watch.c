/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: programs, a span. Out: lines of a replay. The policy has a name of its own for each run, so two runs do not meet;
 * one whose command was killed stays, and is seen in `bulwark list`.
 */
#include "watch.h"
#include "ask.h"
#include "client.h"
#include "policy/glob.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define TURN_MS	      200 /* how soon an interruption is noticed */
#define AFTER_MS      500 /* how long events of the last moment may be on their way */
#define NAME_MAX_SIZE 32

/* A `default` is not about sockets of the node itself, so these are named. */
#define POLICY                                                                                                          \
	"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: %s, description: a learning run}\nspec:\n"              \
	"  mode: audit\n  subject: {binary: %s}\n"                                                                      \
	"  default: {exec: audit, read: audit, write: audit, connect: audit, bind: audit, socket: audit, use: audit}\n" \
	"  rules:\n"                                                                                                    \
	"    - {name: connects, connect: [\"unix:/**\", \"unix:@*\"], action: audit}\n"                                 \
	"    - {name: binds, bind: [\"unix:/**\", \"unix:@*\"], action: audit}\n"

/* --- the policy --------------------------------------------------------------------------------------------- */

static int add_pattern(struct json_object *list, const char *path)
{
	_free_ char *pattern = malloc(2 * strlen(path) + 1);
	struct json_object *text;

	if (!pattern)
		return -ENOMEM;
	text = json_object_new_string_len(pattern, (int)glob_escape(path, strlen(path), pattern));
	if (text && json_object_array_add(list, text) == 0)
		return 0;
	json_object_put(text);
	return -ENOMEM;
}

/* The paths are a list of JSON, which YAML reads. */
static char *policy_text(const char *name, char *const *binaries)
{
	struct json_object *list = json_object_new_array();
	int r = list ? 0 : -ENOMEM;
	char *text = NULL;

	for (size_t i = 0; r == 0 && binaries[i]; i++)
		r = add_pattern(list, binaries[i]);
	if (r == 0 &&
	    asprintf(&text, POLICY, name,
		     json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)) < 0)
		text = NULL;
	json_object_put(list);
	return text;
}

static struct json_object *load_parameters(const char *name, const char *text)
{
	struct json_object *parameters = json_object_new_object(), *documents;

	if (parameters && reply_give(parameters, "documents", documents = json_object_new_array()) == 0 &&
	    reply_add_document(documents, name, text, strlen(text)) == 0)
		return parameters;
	json_object_put(parameters);
	return NULL;
}

static struct json_object *unload_parameters(const char *name)
{
	struct json_object *parameters = json_object_new_object(), *names;

	if (parameters && reply_give(parameters, "names", names = json_object_new_array()) == 0 &&
	    json_object_array_add(names, json_object_new_string(name)) == 0)
		return parameters;
	json_object_put(parameters);
	return NULL;
}

/* One exchange; puts `parameters`. */
static int change(const struct watch *watch, const char *method, struct json_object *parameters)
{
	struct json_object *reply = NULL;
	int status = parameters ? ask_agent(watch->options, method, parameters, &reply) : command_out_of_memory();

	json_object_put(reply);
	json_object_put(parameters);
	return status;
}

static int begin_policy(const struct watch *watch, const char *name)
{
	_free_ char *text = policy_text(name, watch->binaries);

	return text ? change(watch, "load", load_parameters(name, text)) : command_out_of_memory();
}

/* --- the events ----------------------------------------------------------------------------------------------- */

static struct json_object *follow_parameters(const char *policy)
{
	struct json_object *parameters = json_object_new_object();

	if (parameters && reply_add(parameters, "policy", policy) == 0 &&
	    reply_give(parameters, "follow", json_object_new_boolean(true)) == 0)
		return parameters;
	json_object_put(parameters);
	return NULL;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

/* What only waits to be delivered: see watch_run(). */
static bool is_interrupted(void)
{
	const struct timespec none = { 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return sigtimedwait(&set, NULL, &none) > 0;
}

static int take(struct json_object *line, struct replay *replay)
{
	struct json_object *event = reply_object(line, "event");
	const char *text;
	size_t size;

	if (!event)
		return 0;
	text = json_object_to_json_string_length(event, JSON_C_TO_STRING_PLAIN, &size);
	return text ? replay_line(replay, text, size) : -ENOMEM;
}

/* Events for so long. Returns an exit status. */
static int follow(const struct watch *watch, struct client *client, long long milliseconds, bool interruptible,
		  struct replay *replay)
{
	long long until = now_ms() + milliseconds, left;
	struct json_object *line;
	int r = 0;

	while (r == 0 && (left = until - now_ms()) > 0 && !(interruptible && is_interrupted())) {
		r = client_receive(client, left < TURN_MS ? (int)left : TURN_MS, &line);
		if (r == -ETIMEDOUT) {
			r = 0;
			continue;
		}
		if (r == 0) {
			r = take(line, replay);
			json_object_put(line);
		}
	}
	if (r == -ENOMEM)
		return command_out_of_memory();
	if (r < 0) {
		command_error("the agent at %s tells no more: %s", watch->options->socket, ask_reason(r));
		return COMMAND_AGENT;
	}
	return COMMAND_OK;
}

/* --- both ------------------------------------------------------------------------------------------------------ */

static void tell(const struct watch *watch, const char *name)
{
	fprintf(stderr, "bulwark: watching");
	for (size_t i = 0; watch->binaries[i]; i++) {
		fputs(i ? ", " : " ", stderr);
		print_text(stderr, watch->binaries[i]);
	}
	fprintf(stderr, " for %u s by the policy '%s'; an interruption ends it sooner\n", watch->seconds, name);
}

static int watch_while(const struct watch *watch, const char *name, struct client *client, struct replay *replay)
{
	int status = begin_policy(watch, name), end;

	if (status != COMMAND_OK)
		return status;
	tell(watch, name);
	status = follow(watch, client, watch->seconds * 1000ll, true, replay);
	end = change(watch, "unload", unload_parameters(name));
	if (status == COMMAND_OK)
		status = follow(watch, client, AFTER_MS, false, replay);
	return status != COMMAND_OK ? status : end;
}

int watch_run(const struct watch *watch, struct replay *replay)
{
	struct json_object *parameters;
	struct client *client = NULL;
	char name[NAME_MAX_SIZE];
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL); /* the policy is not to stay */
	snprintf(name, sizeof(name), "learning-%d", (int)getpid());
	parameters = follow_parameters(name);
	status = parameters ? ask_begin(watch->options, "events", parameters, &client) : command_out_of_memory();
	if (status == COMMAND_OK)
		status = watch_while(watch, name, client, replay);
	client_free(client);
	json_object_put(parameters);
	return status;
}

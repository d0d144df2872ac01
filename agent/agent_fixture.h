/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A whole agent in the test's own process, with a kernel in memory and a folder of its own. The test turns the loop.
 */
#ifndef AGENT_AGENT_FIXTURE_H
#define AGENT_AGENT_FIXTURE_H

#include <doubles/fake_kernel.h>
#include <json-c/json.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <test/harness.h>
#include "agent.h"
#include "log.h"

#define POLICY_HEAD(name) "apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: " name "}\n"
#define POLICY(name)                                               \
	POLICY_HEAD(name)                                          \
	"spec:\n  mode: enforce\n  rules:\n    - name: no-shell\n" \
	"      exec: [/bin/sh]\n      message: no\n"

static struct agent agent;
static struct config config;
static char fixture_root[64], fixture_socket[96];

static inline const char *fixture_beside(const char *name) /* the policy folder */
{
	static char path[8][256];
	static unsigned int next;
	char *text = path[next++ % 8];

	snprintf(text, sizeof(path[0]), "%s/%s", fixture_root, name);
	return text;
}

static inline const char *fixture_path(const char *name) /* in the policy folder */
{
	char path[128];

	snprintf(path, sizeof(path), "policy.d/%s", name);
	return fixture_beside(path);
}

static inline void fixture_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	ck_assert_msg(file, "%s: %m", path);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static inline void fixture_set_up(void)
{
	log_set_maximum(0); /* what fails here is meant to */
	memset(&fake_kernel, 0, sizeof(fake_kernel));
	strcpy(fixture_root, "/tmp/agent_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture_root));
	ck_assert_int_eq(mkdir(fixture_path(""), 0700), 0);
	snprintf(fixture_socket, sizeof(fixture_socket), "%s/run/control.sock", fixture_root);
	ck_assert_int_eq(config_default(&config), 0);
	config_list_clear(&config.policy_dirs);
	ck_assert_int_eq(config_list_add(&config.policy_dirs, fixture_path("")), 0);
	config.policy_dirs_named = true;
	free(config.socket);
	config.socket = strdup(fixture_socket);
	free(config.state_dir);
	config.state_dir = strdup(fixture_beside("state"));
	config.confine = CONFINE_OFF; /* it is the test's own process */
	config.guard = false;	      /* with it there is one policy more: guard_test.c */
	free(config.node);
	config.node = strdup("node");
}

static inline void fixture_tear_down(void)
{
	char command[128];

	agent_stop(&agent);
	config_done(&config);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture_root);
	ck_assert_int_eq(system(command), 0);
}

static inline void fixture_start(void)
{
	ck_assert_int_eq(agent_start(&agent, &config, -1), 0);
}

/* Turns the loop until nothing happens for `ms`. */
static inline void fixture_turn(int ms)
{
	int i;

	for (i = 0; i < 50 + ms; i++)
		ck_assert_int_eq(loop_turn(agent.loop, 1), 0);
}

static inline int fixture_connect(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, fixture_socket);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static inline void fixture_send(int fd, const char *bytes, size_t size)
{
	ssize_t n;

	while (size) {
		n = send(fd, bytes, size, MSG_NOSIGNAL);
		ck_assert_msg(n > 0 || errno == EAGAIN, "send: %m");
		if (n > 0) {
			bytes += n;
			size -= n;
		}
		ck_assert_int_eq(loop_turn(agent.loop, 0), 0);
	}
}

/* The next line of the agent, without its end, or NULL when the agent closed the connection. The caller frees. */
static inline char *fixture_line(int fd)
{
	size_t size = 0, room = 256;
	char *line = malloc(room);
	int patience = 3000;
	ssize_t n;

	while (patience--) {
		n = recv(fd, line + size, 1, 0);
		if (n == 0 || (n < 0 && errno == ECONNRESET)) {
			free(line);
			return NULL;
		}
		if (n < 0)
			ck_assert_int_eq(loop_turn(agent.loop, 1), 0);
		else if (line[size] == '\n')
			break;
		else
			size++, patience = 3000;
		if (size + 1 == room)
			line = realloc(line, room *= 2);
	}
	ck_assert_msg(patience > 0, "the agent says nothing");
	line[size] = '\0';
	return line;
}

/* Sends one request on a connection and gives the reply as JSON; the caller puts it. */
static inline struct json_object *fixture_ask_on(int fd, const char *request)
{
	struct json_object *reply;
	char *line;

	fixture_send(fd, request, strlen(request));
	fixture_send(fd, "\n", 1);
	line = fixture_line(fd);
	ck_assert_msg(line, "no reply to %s", request);
	reply = json_tokener_parse(line);
	ck_assert_msg(reply, "no JSON: %s", line);
	free(line);
	return reply;
}

static inline struct json_object *fixture_ask(const char *request)
{
	int fd = fixture_connect();
	struct json_object *reply = fixture_ask_on(fd, request);

	close(fd);
	fixture_turn(0);
	return reply;
}

/* "a.b.0.c" in a reply; "" when it is not there. */
static inline const char *fixture_at(struct json_object *object, const char *path)
{
	char word[64];
	size_t n;

	for (; object && *path; path += n + (path[n] == '.')) {
		n = strcspn(path, ".");
		snprintf(word, sizeof(word), "%.*s", (int)n, path);
		if (json_object_get_type(object) == json_type_array)
			object = json_object_array_get_idx(object, strtoul(word, NULL, 10));
		else if (!json_object_object_get_ex(object, word, &object))
			object = NULL;
	}
	return object ? json_object_get_string(object) : "";
}

/* Asks, and compares one member of the reply with a text. */
static inline void fixture_expect(const char *request, const char *path, const char *wanted)
{
	struct json_object *reply = fixture_ask(request);

	ck_assert_msg(strcmp(fixture_at(reply, path), wanted) == 0, "%s: %s is '%s', not '%s', in %s", request, path,
		      fixture_at(reply, path), wanted, json_object_get_string(reply));
	json_object_put(reply);
}

/* A load request with one document for each text; the caller frees. */
static inline char *fixture_load(const char *const *text, size_t n, const char *mode)
{
	struct json_object *request = json_object_new_object(), *parameters = json_object_new_object();
	struct json_object *documents = json_object_new_array(), *document;
	char *line;
	size_t i;

	for (i = 0; i < n; i++) {
		document = json_object_new_object();
		json_object_object_add(document, "name", json_object_new_string("x.yaml"));
		json_object_object_add(document, "text", json_object_new_string(text[i]));
		json_object_array_add(documents, document);
	}
	json_object_object_add(parameters, "documents", documents);
	if (mode)
		json_object_object_add(parameters, "mode", json_object_new_string(mode));
	json_object_object_add(request, "method", json_object_new_string("load"));
	json_object_object_add(request, "parameters", parameters);
	line = strdup(json_object_to_json_string_ext(request, JSON_C_TO_STRING_PLAIN));
	json_object_put(request);
	return line;
}

static inline void fixture_load_expect(const char *text, const char *path, const char *wanted)
{
	char *request = fixture_load(&text, 1, NULL);

	fixture_expect(request, path, wanted);
	free(request);
}

#endif

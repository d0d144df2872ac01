/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as one line of the control socket, to a whole agent with a kernel in memory; the first byte says who asks.
 * All that may become of them: one line of valid JSON, or the beginning of a stream.
 */
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "agent/agent.h"
#include "agent/log.h"
#include "agent/request.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct agent agent;
static struct config config;

/* The agent's socket is never connected to; where it stands must only be free. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char folder[] = "/tmp/control_fuzz.XXXXXX";
	char path[64];

	(void)argc;
	(void)argv;
	log_set_maximum(0);
	if (!mkdtemp(folder) || config_default(&config) < 0)
		abort();
	snprintf(path, sizeof(path), "%s/control.sock", folder);
	free(config.socket);
	config.socket = strdup(path);
	free(config.state_dir);
	config.state_dir = strdup(folder);
	config.confine = CONFINE_OFF; /* the fuzzer has other files to read */
	config_list_clear(&config.policy_dirs);
	if (config_list_add(&config.policy_dirs, folder) < 0 || agent_start(&agent, &config, -1) < 0)
		abort();
	return 0;
}

static void require_line(const struct writer *writer)
{
	struct json_object *object;

	if (!writer->size || memchr(writer->text, '\n', writer->size) != writer->text + writer->size - 1)
		abort();
	object = json_tokener_parse(writer->text);
	if (!json_object_is_type(object, json_type_object))
		abort();
	json_object_put(object);
}

static void ask(const struct control_peer *peer, char *line, size_t size)
{
	const struct control_options options = {
		.node = "node",
		.method = agent_methods,
		.n_methods = agent_n_methods,
		.context = &agent,
		.history = agent.pipeline.history,
	};
	struct stream stream = { 0 };
	struct writer writer = { 0 };

	request_answer(&options, peer, line, size, &stream, &writer);
	if (!stream.active)
		require_line(&writer);
	writer_done(&writer);
}

/* `line` as client.c hands it on: with a NUL for its end. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static char unload[] = "{\"method\":\"unload\",\"parameters\":{\"all\":true}}";
	const struct control_peer root = { .pid = 1, .rights = CONTROL_READ | CONTROL_CHANGE };
	struct control_peer peer = root;
	char *line;

	if (size < 2)
		return 0;
	if (bytes[0] == 'r')
		peer.rights = CONTROL_READ;
	line = malloc(size);
	memcpy(line, bytes + 1, size - 1);
	line[size - 1] = '\0';
	ask(&peer, line, size - 1);
	free(line);
	if (agent.store.n) /* every input meets the same agent */
		ask(&root, unload, sizeof(unload) - 1);
	return 0;
}

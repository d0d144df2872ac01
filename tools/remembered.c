/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: an agent, or a log. Out: the events, as lines of a replay. An agent remembers few: 4096 at most.
 */
#include "remembered.h"
#include "ask.h"
#include "client.h"
#include "lines.h"
#include "reply.h"
#include <string.h>

/* One line of the agent's answer; `ret_last`: it was the end. An exit status. */
static int take_answer(const struct command_options *options, struct client *client, struct replay *replay,
		       bool *ret_last)
{
	struct json_object *line, *event, *last;
	int status = ask_receive(options, client, options->timeout, &line);
	size_t size;

	if (status != COMMAND_OK)
		return status;
	event = reply_object(line, "event");
	if (event) {
		const char *text = json_object_to_json_string_length(event, JSON_C_TO_STRING_PLAIN, &size);

		if (!text || replay_line(replay, text, size) < 0)
			status = command_out_of_memory();
	} else {
		*ret_last = true;
		status = ask_answer(options, line, &last);
		if (status == COMMAND_OK)
			json_object_put(last);
	}
	json_object_put(line);
	return status;
}

int remembered_events(const struct command_options *options, const char *policy, struct replay *replay)
{
	struct json_object *parameters = json_object_new_object();
	struct client *client = NULL;
	bool last = false;
	int status;

	if (!parameters || reply_add(parameters, "policy", policy) < 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_begin(options, "events", parameters, &client);
	while (status == COMMAND_OK && !last)
		status = take_answer(options, client, replay, &last);
	client_free(client);
	json_object_put(parameters);
	return status;
}

static int take_line(void *context, const char *line, size_t size)
{
	return replay_line(context, line, size);
}

int remembered_log(const char *path, struct replay *replay)
{
	int r = lines_read(path, take_line, replay);

	if (r == 0)
		return COMMAND_OK;
	command_error("%s: %s", path, strerror(-r));
	return COMMAND_NO;
}

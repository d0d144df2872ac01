/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark reload: has the agent read its policy folders again, at once and all of them. In: nothing. Out: how many
 * policies are in force, and the files that are broken; what these held before stays in force.
 */
#include "ask.h"
#include "print.h"
#include "reply.h"
#include <bulwark/control.h>

const struct argp cmd_reload_argp = {
	.parser = command_parse_bare,
	.doc = "Reads the policy folders again, as SIGHUP to the agent does."
	       "\vThe agent sees changed files by itself. A broken file changes nothing: its last good policies stay.",
	.children = command_children,
};

static void print_failed(struct json_object *failed)
{
	size_t i;

	for (i = 0; i < reply_count(failed); i++) {
		struct json_object *file = json_object_array_get_idx(failed, i);

		print_text(stderr, reply_text(file, "file"));
		fputs(": ", stderr);
		print_text(stderr, reply_text(file, "message"));
		putc('\n', stderr);
	}
}

/* A broken file is a no, whatever the others are. */
static int print_reloaded(const struct command_options *options, struct json_object *reply)
{
	struct json_object *failed = reply_list(reply, "failed");
	long long policies = reply_number(reply, "policies");

	if (!failed)
		return ask_unexpected(options);
	if (options->json) {
		reply_print(reply, stdout);
	} else {
		print_failed(failed);
		printf("%lld %s in force\n", policies, policies == 1 ? "policy" : "policies");
	}
	return reply_count(failed) ? COMMAND_NO : COMMAND_OK;
}

int cmd_reload(int argc, char **argv)
{
	struct command_options options = COMMAND_OPTIONS_DEFAULT;
	struct json_object *reply = NULL;
	int status;

	argp_parse(&cmd_reload_argp, argc, argv, 0, NULL, &options);
	status = ask_agent(&options, "reload", NULL, &reply);
	status = status ?: print_reloaded(&options, reply);
	json_object_put(reply);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: an agent. Out: the policies that it has in force, by its methods `list` and `show`. A text that this program
 * cannot read is a mistake like any other: the agent may be of another version.
 */
#include "inforce.h"
#include "ask.h"
#include "policy/names.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>

/* The texts that `show` prints are one document; lines count from its first. */
static int read_text(const char *name, const char *text, int mode, struct policy_list *policies, struct diag *diag)
{
	struct source *source = NULL;
	_free_ char *called = NULL;
	size_t before = policies->n;
	int r;

	if (asprintf(&called, "%s (in force)", name) < 0) {
		called = NULL;
		return -ENOMEM;
	}
	r = source_new(called, text, strlen(text), &source);
	r = r ?: policy_read(source, policies, diag);
	source_unref(source);
	for (size_t i = before; r == 0 && i < policies->n; i++) {
		policies->policy[i]->mode = (enum bw_mode)mode;
		policies->policy[i]->rollout = 100; /* the mode says already what became of it */
	}
	return r;
}

static int show(const struct command_options *options, const char *name, struct policy_list *policies,
		struct diag *diag)
{
	struct json_object *parameters = json_object_new_object(), *reply = NULL;
	const char *mode;
	int status, r;

	if (!parameters || reply_add(parameters, "name", name) < 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_agent(options, "show", parameters, &reply);
	json_object_put(parameters);
	if (status != COMMAND_OK)
		return status;
	mode = reply_text(reply_object(reply, "policy"), "mode");
	if (!reply_text(reply, "text") || !mode || mode_from(mode) < 0) {
		json_object_put(reply);
		return ask_unexpected(options);
	}
	r = read_text(name, reply_text(reply, "text"), mode_from(mode), policies, diag);
	json_object_put(reply);
	if (r == -ENOMEM)
		return command_out_of_memory();
	return r < 0 ? COMMAND_NO : COMMAND_OK;
}

int inforce_policies(const struct command_options *options, const char *name, struct policy_list *policies,
		     struct diag *diag)
{
	struct json_object *reply = NULL, *list;
	int status;

	if (name)
		return show(options, name, policies, diag);
	status = ask_agent(options, "list", NULL, &reply);
	if (status != COMMAND_OK)
		return status;
	list = reply_list(reply, "policies");
	if (!list)
		status = ask_unexpected(options);
	for (size_t i = 0; status == COMMAND_OK && i < reply_count(list); i++) {
		struct json_object *policy = json_object_array_get_idx(list, i);
		const char *called = json_object_is_type(policy, json_type_object) ? reply_text(policy, "name") : NULL;

		status = called ? show(options, called, policies, diag) : ask_unexpected(options);
	}
	json_object_put(reply);
	return status;
}

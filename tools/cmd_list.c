/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark list: the policies in force. In: nothing. Out: one row for each, with what it has done so far.
 */
#include "ask.h"
#include "moment.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>

const struct argp cmd_list_argp = {
	.parser = command_parse_bare,
	.doc = "Lists the policies in force: mode, rules, how often a rule decided, how often it refused, and when last."
	       "\v'audit*' is a policy that says enforce while its rollout leaves this node out.",
	.children = command_children,
};

enum column { NAME, MODE, RULES, HITS, DENIALS, LAST_HIT, SOURCE, _COLUMN_MAX };

static const char *const headings[] = {
	[NAME] = "NAME",       [MODE] = "MODE",		[RULES] = "RULES",   [HITS] = "HITS",
	[DENIALS] = "DENIALS", [LAST_HIT] = "LAST HIT", [SOURCE] = "SOURCE",
};
_Static_assert(ARRAY_SIZE(headings) == _COLUMN_MAX, "every column has its heading");

static void add_policy(struct print_table *table, struct json_object *policy, const struct timespec *now)
{
	const char *last_hit = reply_text(policy, "last_hit");
	const char *mode = reply_text(policy, "mode");
	struct json_object *rolled_out;
	char shown[MOMENT_SIZE];
	struct timespec moment;

	print_table_add(table, reply_text(policy, "name"));
	/* Absent is not false: only a policy that says so is outside its rollout. */
	if (mode && json_object_object_get_ex(policy, "rolled_out", &rolled_out) && !reply_true(policy, "rolled_out")) {
		snprintf(shown, sizeof(shown), "%s*", mode);
		mode = shown;
	}
	print_table_add(table, mode);
	print_table_add_number(table, reply_number(policy, "rules"));
	print_table_add_number(table, reply_number(policy, "hits"));
	print_table_add_number(table, reply_number(policy, "denials"));
	if (last_hit && moment_parse(last_hit, &moment) == 0) {
		moment_ago(&moment, now, shown);
		last_hit = shown;
	}
	print_table_add(table, last_hit);
	print_table_add(table, reply_text(policy, "source"));
}

static int print_list(struct json_object *policies)
{
	struct print_table table = {
		.heading = headings,
		.n_columns = _COLUMN_MAX,
		.right = 1u << RULES | 1u << HITS | 1u << DENIALS,
	};
	struct timespec now;
	size_t i;
	int r;

	if (!reply_count(policies)) {
		puts("no policy is in force");
		return COMMAND_OK;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	for (i = 0; i < reply_count(policies); i++)
		add_policy(&table, json_object_array_get_idx(policies, i), &now);
	r = print_table_write(&table, stdout);
	print_table_done(&table);
	return r < 0 ? command_out_of_memory() : COMMAND_OK;
}

int cmd_list(int argc, char **argv)
{
	struct command_options options = COMMAND_OPTIONS_DEFAULT;
	struct json_object *reply = NULL;
	int status;

	argp_parse(&cmd_list_argp, argc, argv, 0, NULL, &options);
	status = ask_agent(&options, "list", NULL, &reply);
	if (status == COMMAND_OK && !reply_list(reply, "policies"))
		status = ask_unexpected(&options);
	if (status == COMMAND_OK && options.json)
		reply_print(reply, stdout);
	else if (status == COMMAND_OK)
		status = print_list(reply_list(reply, "policies"));
	json_object_put(reply);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the agent's answer about a process. Out: policy by policy, rule by rule, whether it is about the process, and the
 * conditions of both as the kernel holds them.
 */
#include "standing.h"
#include "ask.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <string.h>

int standing_ask(const struct command_options *options, unsigned int pid, struct json_object **ret)
{
	struct json_object *parameters = json_object_new_object(), *reply = NULL;
	int status;

	if (!parameters || reply_add_number(parameters, "pid", pid) < 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_agent(options, "subject", parameters, &reply);
	json_object_put(parameters);
	if (status == COMMAND_OK && !reply_object(reply, "process"))
		status = ask_unexpected(options);
	if (status != COMMAND_OK) {
		json_object_put(reply);
		return status;
	}
	*ret = reply;
	return status;
}

/* "a, b" */
static void print_list(struct json_object *list)
{
	for (size_t i = 0; i < reply_count(list); i++) {
		fputs(i ? ", " : "", stdout);
		print_text(stdout, reply_item(list, i));
	}
}

static void print_process(struct json_object *process, unsigned int pid)
{
	struct json_object *lineage = reply_list(process, "lineage");
	const char *name = reply_text(process, "name");

	printf("%u runs ", pid);
	print_text(stdout, reply_text(process, "binary") ?: "no program");
	printf(" as user %s, group %s", reply_text(process, "user") ?: "?", reply_text(process, "group") ?: "?");
	if (reply_true(process, "container")) {
		fputs(", in container ", stdout);
		print_text(stdout, name ?: "that has no name yet");
	}
	if (reply_count(lineage)) {
		fputs("\n  below ", stdout);
		print_list(lineage);
	}
	putchar('\n');
}

/* What the kernel holds of a condition, as a word that is read before it. */
static const char *word_of(const char *holds)
{
	static const char *const words[][2] = {
		{ "yes", "holds" },
		{ "no", "holds not" },
		{ "denials", "holds for denials only" },
		{ "object", "depends on the file" },
	};

	for (size_t i = 0; holds && i < ARRAY_SIZE(words); i++)
		if (strcmp(holds, words[i][0]) == 0)
			return words[i][1];
	return "is not known";
}

static void print_conditions(struct json_object *list, const char *before)
{
	for (size_t i = 0; i < reply_count(list); i++) {
		struct json_object *condition = json_object_array_get_idx(list, i);

		printf("      %s", before);
		print_text(stdout, reply_text(condition, "key"));
		fputs(": ", stdout);
		print_list(reply_list(condition, "values"));
		printf(" (%s)\n", word_of(reply_text(condition, "holds")));
	}
}

static void print_rule(struct json_object *rule)
{
	bool about = reply_true(rule, "about");

	fputs("    ", stdout);
	print_text(stdout, reply_text(rule, "name"));
	printf(": %s %s, ", reply_text(rule, "action") ?: "?", reply_text(rule, "operation") ?: "?");
	print_styled(stdout, about ? PRINT_WARN : PRINT_GOOD, 0, about ? "about it" : "not about it");
	putchar('\n');
	print_conditions(reply_list(rule, "subject"), "");
	print_conditions(reply_list(rule, "except"), "except ");
}

static void print_policy(struct json_object *policy)
{
	struct json_object *rules = reply_list(policy, "rules");

	fputs("\n  ", stdout);
	print_text(stdout, reply_text(policy, "name"));
	printf(" (%s)\n", reply_text(policy, "mode") ?: "?");
	print_conditions(reply_list(policy, "subject"), "");
	for (size_t i = 0; i < reply_count(rules); i++)
		print_rule(json_object_array_get_idx(rules, i));
}

void standing_print(struct json_object *subject, const struct command_options *options, unsigned int pid)
{
	struct json_object *policies = reply_list(subject, "policies");

	if (options->json) {
		reply_print(subject, stdout);
		return;
	}
	print_process(reply_object(subject, "process"), pid);
	if (!reply_true(subject, "computed")) {
		puts("  the kernel has not looked at it since the policies changed: it will when a rule may be about what "
		     "it does");
		return;
	}
	for (size_t i = 0; i < reply_count(policies); i++)
		print_policy(json_object_array_get_idx(policies, i));
	if (!reply_count(policies))
		puts("  no policy is in force");
}

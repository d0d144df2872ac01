/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark status: how the agent is. In: nothing. Out: a block for people or the agent's own object, and exit status 0
 * only if the agent says that it is healthy; when it is not, the reasons stand first.
 */
#include "ask.h"
#include "moment.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>

const struct argp cmd_status_argp = {
	.parser = command_parse_bare,
	.doc = "Tells how the agent is: its programs, policies, events and outputs. Exit status 0 means healthy."
	       "\vA policy file that was refused, a program that is not attached and an output that cannot be written make it unhealthy.",
	.children = command_children,
};

/* "  Policies   " and what follows on the line is the caller's. */
static void print_label(const char *label)
{
	fputs("  ", stdout);
	print_styled(stdout, PRINT_FAINT, 10, label);
}

static void print_numbers(const char *label, struct json_object *object, const char *const *keys)
{
	const char *separator = "";

	print_label(label);
	for (; *keys; keys++, separator = ", ")
		printf("%s%lld %s", separator, (long long)reply_number(object, *keys), *keys);
	putchar('\n');
}

static void print_agent(struct json_object *status)
{
	const char *since = reply_text(status, "since");
	char shown[MOMENT_SIZE] = "";
	struct timespec now, moment;

	print_label("Agent");
	print_text(stdout, reply_text(status, "version"));
	printf(" (ABI %lld), pid %lld, since ", (long long)reply_number(status, "abi"),
	       (long long)reply_number(status, "pid"));
	print_text(stdout, since);
	clock_gettime(CLOCK_REALTIME, &now);
	if (since && moment_parse(since, &moment) == 0) {
		moment_ago(&moment, &now, shown);
		printf(" (%s)", shown);
	}
	putchar('\n');
	print_label("Node");
	print_text(stdout, reply_text(status, "node"));
	fputs(", kernel ", stdout);
	print_text(stdout, reply_text(status, "kernel"));
	putchar('\n');
}

/* What the agent has given up of what root may do. */
static void print_confined(struct json_object *confined)
{
	bool all = reply_true(confined, "capabilities") && reply_number(confined, "files") &&
		   reply_true(confined, "calls");

	print_label("Confined");
	if (!reply_true(confined, "capabilities")) {
		print_styled(stdout, PRINT_WARN, 0, "no");
		puts(": the agent may do all that root may");
		return;
	}
	fputs("capabilities", stdout);
	if (reply_number(confined, "files"))
		printf(", files (Landlock %lld)", (long long)reply_number(confined, "files"));
	if (reply_true(confined, "calls"))
		fputs(", system calls", stdout);
	puts(all ? "" : "; the rest is missing, see bulwark doctor");
}

/* Who looks here may wonder why root is refused something. */
static void print_guard(const char *guard)
{
	print_label("Guard");
	if (strcmp(guard, "sealed") == 0)
		puts("sealed: what enforces stays until the node starts again");
	else if (strcmp(guard, "on") == 0)
		puts("on: the agent and its files are closed to root while a policy enforces");
	else
		puts("off");
}

/* The count, and by name the programs that are missing: an attached one needs no words. */
static void print_programs(struct json_object *programs)
{
	size_t n = reply_count(programs), attached = 0, i;

	for (i = 0; i < n; i++)
		attached += reply_true(json_object_array_get_idx(programs, i), "attached");
	print_label("Programs");
	printf("%zu of %zu attached\n", attached, n);
	for (i = 0; i < n; i++) {
		struct json_object *program = json_object_array_get_idx(programs, i);

		if (reply_true(program, "attached"))
			continue;
		print_label("");
		print_styled(stdout, PRINT_BAD, 0, "not attached: ");
		print_text(stdout, reply_text(program, "name"));
		fputs(" (", stdout);
		print_text(stdout, reply_text(program, "hook"));
		fputs(")\n", stdout);
	}
}

static void print_sinks(struct json_object *sinks)
{
	size_t i;

	for (i = 0; i < reply_count(sinks); i++) {
		struct json_object *sink = json_object_array_get_idx(sinks, i);

		print_label(i ? "" : "Outputs");
		print_text(stdout, reply_text(sink, "destination"));
		printf(": %lld written, %lld failed\n", (long long)reply_number(sink, "written"),
		       (long long)reply_number(sink, "failed"));
	}
}

static void print_failed(struct json_object *failed)
{
	size_t i;

	for (i = 0; i < reply_count(failed); i++) {
		struct json_object *entry = json_object_array_get_idx(failed, i);

		print_label(i ? "" : "Refused");
		print_text(stdout, reply_text(entry, "file"));
		fputs(": ", stdout);
		print_text(stdout, reply_text(entry, "message"));
		putchar('\n');
	}
}

static void print_health(struct json_object *status)
{
	struct json_object *reasons = reply_list(status, "reasons");
	bool healthy = reply_true(status, "healthy");
	size_t i;

	print_styled(stdout, healthy ? PRINT_GOOD : PRINT_BAD, 0, healthy ? "healthy" : "not healthy");
	putchar('\n');
	for (i = 0; i < reply_count(reasons); i++) {
		fputs("  - ", stdout);
		print_text(stdout, reply_item(reasons, i));
		putchar('\n');
	}
}

static void print_status(struct json_object *status)
{
	static const char *const events[] = { "decided",    "sent",    "lost",	    "undecided",
					      "suppressed", "unnamed", "forgotten", NULL };
	static const char *const tables[] = { "states", "edges", "labels", "entries", "traits", "prefixes", NULL };
	static const char *const containers[] = { "cgroups", "known", "unnamed", NULL };

	print_health(status);
	print_agent(status);
	if (reply_text(status, "guard"))
		print_guard(reply_text(status, "guard"));
	print_confined(reply_object(status, "confined"));
	print_programs(reply_list(status, "programs"));
	print_label("Policies");
	printf("%lld in force, %lld of them enforcing, %lld rules\n", (long long)reply_number(status, "policies"),
	       (long long)reply_number(status, "enforcing"), (long long)reply_number(status, "rules"));
	if (reply_number(status, "trial")) {
		print_label("Trial");
		printf("a change is taken back in %lld s unless `bulwark confirm` comes\n",
		       (long long)reply_number(status, "trial"));
	}
	print_failed(reply_list(status, "failed"));
	print_numbers("Events", reply_object(status, "events"), events);
	print_numbers("Tables", reply_object(status, "tables"), tables);
	print_numbers("Containers", reply_object(status, "containers"), containers);
	print_sinks(reply_list(status, "sinks"));
}

int cmd_status(int argc, char **argv)
{
	struct command_options options = COMMAND_OPTIONS_DEFAULT;
	struct json_object *reply = NULL, *healthy;
	int status;

	argp_parse(&cmd_status_argp, argc, argv, 0, NULL, &options);
	status = ask_agent(&options, "status", NULL, &reply);
	if (status != COMMAND_OK)
		return status;
	if (!json_object_object_get_ex(reply, "healthy", &healthy))
		status = ask_unexpected(&options);
	else if (options.json)
		reply_print(reply, stdout);
	else
		print_status(reply);
	if (status == COMMAND_OK && !reply_true(reply, "healthy"))
		status = COMMAND_NO;
	json_object_put(reply);
	return status;
}

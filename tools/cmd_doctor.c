/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark doctor: what this kernel offers, what is missing, and what to do about it. In: what `bulwarkd --probe --json`
 * says (the agent's own table of probes, so that the doctor and the agent cannot disagree) and, if an agent runs, its
 * status. Out: the findings, and exit status 0 if bulwark can enforce here. Needs no running agent.
 */
#include "ask.h"
#include "client.h"
#include "print.h"
#include "program.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define PINS "/sys/fs/bpf/bulwark" /* where the agent has them by default */

struct arguments {
	struct command_options options;
	const char *agent;
};

static const struct argp_option options[] = {
	{ "agent", 'A', "PROGRAM", 0, "The bulwarkd to ask [beside bulwark, in ../sbin, or in PATH]", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'A':
		arguments->agent = value;
		return 0;
	default:
		return command_no_argument(key, value, state);
	}
}

const struct argp cmd_doctor_argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Tells what this kernel offers, what is missing and the exact remedy, and how the agent is."
	       "\vExit status 0 means that bulwark can enforce on this kernel.",
	.children = command_children,
};

/* --- asking ---------------------------------------------------------------------------------------------- */

/* The list of features, or NULL after an error on stderr. */
static struct json_object *ask_probe(const struct arguments *arguments)
{
	_free_ char *agent = NULL;
	_free_ char *text = NULL;
	struct json_object *features;
	int r;

	agent = arguments->agent ? strdup(arguments->agent) : program_find("bulwarkd");
	if (!agent) {
		command_error("cannot find bulwarkd beside bulwark, in ../sbin or in PATH: install it, or name it with "
			      "--agent");
		return NULL;
	}
	r = program_read((const char *const[]){ agent, "--probe", "--json", NULL }, arguments->options.timeout, &text);
	if (r < 0) {
		command_error("cannot run '%s --probe': %s", agent, strerror(-r));
		return NULL;
	}
	features = json_tokener_parse(text);
	if (!json_object_is_type(features, json_type_array) || !reply_count(features)) {
		command_error("'%s --probe --json' printed no list of features: are bulwark " BULWARK_VERSION
			      " and bulwarkd of one version?",
			      agent);
		json_object_put(features);
		return NULL;
	}
	return features;
}

/* The agent's status, or NULL and why there is none. Being absent is a finding here, no error. */
static struct json_object *ask_status(const struct command_options *common, const char **ret_reason)
{
	struct json_object *line = NULL, *status = NULL;
	struct client *client = NULL;
	int r;

	r = client_open(common->socket, common->timeout, &client);
	r = r ?: client_send(client, "status", NULL, common->timeout);
	r = r ?: client_receive(client, common->timeout, &line);
	client_free(client);
	if (r < 0)
		*ret_reason = ask_reason(r);
	else if (!reply_object(line, "parameters"))
		*ret_reason = "it refused to tell its status";
	else
		status = json_object_get(reply_object(line, "parameters"));
	json_object_put(line);
	return status;
}

/* --- telling --------------------------------------------------------------------------------------------- */

static const struct state {
	const char *word; /* of the report */
	const char *shown;
	enum print_style style;
} states[] = {
	{ "missing", "MISSING", PRINT_BAD }, /* what is not known counts as the first */
	{ "optional", "absent", PRINT_WARN },
	{ "ok", "ok", PRINT_GOOD },
};

static const struct state *state_of(struct json_object *feature)
{
	const char *word = reply_text(feature, "state");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		if (word && strcmp(states[i].word, word) == 0)
			return &states[i];
	}
	return &states[0];
}

static void print_feature(struct json_object *feature)
{
	const struct state *state = state_of(feature);
	const char *detail = reply_text(feature, "detail");
	const char *consequence = reply_text(feature, "consequence");

	fputs("  ", stdout);
	print_styled(stdout, state->style, 9, state->shown);
	print_styled(stdout, PRINT_STRONG, 20, reply_text(feature, "name"));
	putchar(' ');
	print_text(stdout, reply_text(feature, "description"));
	putchar('\n');
	if (state->style == PRINT_GOOD)
		return;
	if (consequence && *consequence) {
		fputs("           without it: ", stdout);
		print_text(stdout, consequence);
		putchar('\n');
	}
	if (detail && *detail)
		print_indented(stdout, 11, detail);
}

/* Nothing is usable that was not probed. */
static bool is_usable(struct json_object *features)
{
	size_t i;

	for (i = 0; i < reply_count(features); i++) {
		if (state_of(json_object_array_get_idx(features, i)) == &states[0])
			return false;
	}
	return reply_count(features) > 0;
}

static void print_features(const char *kernel, struct json_object *features)
{
	size_t i;

	printf("Kernel %s\n", kernel);
	for (i = 0; i < reply_count(features); i++)
		print_feature(json_object_array_get_idx(features, i));
}

static void print_agent(const struct command_options *common, struct json_object *status, const char *reason)
{
	struct json_object *reasons = reply_list(status, "reasons");
	bool healthy = reply_true(status, "healthy");
	size_t i;

	fputs("Agent at ", stdout);
	print_text(stdout, common->socket);
	if (!status) {
		fputs("\n  ", stdout);
		print_styled(stdout, PRINT_WARN, 9, "none");
		print_text(stdout, reason);
		putchar('\n');
		return;
	}
	fputs("\n  ", stdout);
	print_styled(stdout, healthy ? PRINT_GOOD : PRINT_BAD, 9, healthy ? "ok" : "SICK");
	printf("pid %lld, %lld policies, %lld of them enforcing\n", (long long)reply_number(status, "pid"),
	       (long long)reply_number(status, "policies"), (long long)reply_number(status, "enforcing"));
	for (i = 0; i < reply_count(reasons); i++)
		print_indented(stdout, 11, reply_item(reasons, i));
}

/* A debugging setting that was forgotten. */
static void print_confined(struct json_object *status)
{
	if (status && !reply_true(reply_object(status, "confined"), "capabilities"))
		print_indented(stdout, 11,
			       "not confined: it may do all that root may; take `confine: false` out of bulwark.yaml");
}

/* What an agent that is gone has left in force is where its pins are. */
static bool is_left_in_force(void)
{
	char generation[PATH_MAX];

	return readlink(PINS "/current", generation, sizeof(generation)) > 0;
}

static bool is_sealed(struct json_object *status)
{
	const char *guard = reply_text(status, "guard");

	return guard && strcmp(guard, "sealed") == 0;
}

/* Who reads this may be in trouble. */
static void print_way_back(struct json_object *status)
{
	puts("The way back");
	if (is_sealed(status)) {
		puts("  The node is sealed: what enforces stays until it starts again.\n"
		     "  nobody can work           boot with bulwark=off on the kernel's command line");
		return;
	}
	if (!status && is_left_in_force())
		puts("  No agent runs, and what one has left is in force: start it, or bulwarkd --stop ends that.");
	puts("  a policy is wrong         bulwark mode NAME audit, or bulwark unload NAME\n"
	     "  a change is on trial      bulwark confirm --undo, or wait\n"
	     "  the agent does not answer bulwarkd --stop\n"
	     "  its files are guarded     bulwark stop, or let no policy enforce\n"
	     "  nobody can log in         boot with bulwark=off on the kernel's command line");
}

static void print_conclusion(bool usable)
{
	print_styled(stdout, usable ? PRINT_GOOD : PRINT_BAD, 0,
		     usable ? "bulwark can enforce on this kernel"
			    : "bulwark cannot enforce on this kernel: see what is MISSING");
	putchar('\n');
}

struct findings {
	struct utsname kernel;
	bool usable;
	struct json_object *features; /* NULL: could not be probed */
	struct json_object *agent;    /* NULL: none, `reason` says why */
	const char *reason;
};

static int print_document(const struct findings *findings)
{
	struct json_object *document = json_object_new_object();
	int r = document ? 0 : -ENOMEM;

	r = r ?: json_object_object_add(document, "usable", json_object_new_boolean(findings->usable));
	r = r ?: reply_add(document, "kernel", findings->kernel.release);
	r = r ?: json_object_object_add(document, "features", json_object_get(findings->features));
	r = r ?: json_object_object_add(document, "agent", json_object_get(findings->agent));
	r = r ?: reply_add(document, "agent_absent", findings->agent ? NULL : findings->reason);
	if (r == 0)
		reply_print(document, stdout);
	json_object_put(document);
	return r < 0 ? command_out_of_memory() : COMMAND_OK;
}

static void print_findings(const struct command_options *common, const struct findings *findings)
{
	if (findings->features)
		print_features(findings->kernel.release, findings->features);
	print_agent(common, findings->agent, findings->reason);
	print_confined(findings->agent);
	print_way_back(findings->agent);
	if (findings->features)
		print_conclusion(findings->usable);
}

int cmd_doctor(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct findings findings = { 0 };
	int status = COMMAND_OK;

	argp_parse(&cmd_doctor_argp, argc, argv, 0, NULL, &arguments);
	uname(&findings.kernel);
	findings.features = ask_probe(&arguments);
	findings.usable = is_usable(findings.features);
	findings.agent = ask_status(&arguments.options, &findings.reason);
	if (arguments.options.json)
		status = print_document(&findings);
	else
		print_findings(&arguments.options, &findings);
	json_object_put(findings.agent);
	json_object_put(findings.features);
	return status ?: findings.usable ? COMMAND_OK : COMMAND_NO;
}

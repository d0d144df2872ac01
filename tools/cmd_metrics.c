/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark metrics: what the agent has counted, for who watches nodes. In: nothing. Out: the agent's text, or a file of
 * it that is replaced in one step, for node_exporter's textfile collector.
 */
#include "ask.h"
#include "metrics.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct arguments {
	struct command_options options;
	bool prometheus;
	const char *textfile;
};

static const struct argp_option options[] = {
	{ "prometheus", 'P', NULL, 0, "The older text format 0.0.4 instead of OpenMetrics", 0 },
	{ "textfile", 'T', "FILE", 0, "Write them to FILE, in the older format, for node_exporter", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'P':
		arguments->prometheus = true;
		return 0;
	case 'T':
		if (strlen(value) < 5 || strcmp(value + strlen(value) - 5, ".prom") != 0)
			argp_error(state, "node_exporter reads *.prom only, not '%s'", value);
		arguments->textfile = value;
		return 0;
	default:
		return command_no_argument(key, value, state);
	}
}

const struct argp cmd_metrics_argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Prints what the agent has counted as OpenMetrics text."
	       "\vWith --textfile and an agent that does not answer, the file says bulwark_up 0 and the exit status is 3.",
	.children = command_children,
};

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);
	ssize_t n;

	for (; left; text += n, left -= (size_t)n) {
		n = write(fd, text, left);
		if (n < 0)
			return -errno;
	}
	return fchmod(fd, 0644) < 0 ? -errno : 0;
}

/* Readers see the old file or the new one. Beside it and without the suffix, so that no reader takes half of it. */
static int replace_file(const char *path, const char *text)
{
	_free_ char *beside = NULL;
	int fd, r;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
		beside = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write_all(fd, text);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(beside);
	return r;
}

static int write_file(const struct arguments *arguments, const char *text)
{
	int r = replace_file(arguments->textfile, text);

	if (r == 0)
		return COMMAND_OK;
	command_error("cannot write %s: %s; is its folder there, and is there room?", arguments->textfile,
		      strerror(-r));
	return COMMAND_NO;
}

static int print_metrics(const struct arguments *arguments, struct json_object *reply)
{
	const char *text = reply_text(reply, "text");

	if (!text)
		return ask_unexpected(&arguments->options);
	if (arguments->textfile)
		return write_file(arguments, text);
	if (arguments->options.json)
		reply_print(reply, stdout);
	else
		fputs(text, stdout);
	return COMMAND_OK;
}

int cmd_metrics(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *parameters, *reply = NULL;
	int status;

	argp_parse(&cmd_metrics_argp, argc, argv, 0, NULL, &arguments);
	parameters = json_object_new_object();
	if (!parameters || reply_add(parameters, "format",
				     arguments.prometheus || arguments.textfile ? "prometheus" : "openmetrics") < 0) {
		json_object_put(parameters);
		return command_out_of_memory();
	}
	status = ask_agent(&arguments.options, "metrics", parameters, &reply);
	json_object_put(parameters);
	if (status == COMMAND_OK)
		status = print_metrics(&arguments, reply);
	else if (arguments.textfile)
		(void)write_file(&arguments, METRICS_DOWN); /* told by itself; the agent is the worse of the two */
	json_object_put(reply);
	return status;
}

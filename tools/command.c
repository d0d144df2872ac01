/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: argv of a subcommand, as argp takes it apart. Out: the options that all of them have, and errors on stderr, one
 * line each and safe for a terminal. Wrong usage ends the program here, with COMMAND_USAGE.
 */
#include "command.h"
#include "client.h"
#include "policy/diag.h"
#include "print.h"
#include <bulwark/control.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MAX 86400
#define WORDS_MAX   32

/* --- errors --------------------------------------------------------------------------------------------- */

void command_error(const char *format, ...)
{
	char *text = NULL;
	va_list list;

	va_start(list, format);
	if (vasprintf(&text, format, list) < 0)
		text = NULL;
	va_end(list);
	fflush(stdout);
	fputs("bulwark: ", stderr);
	print_text(stderr, text ? text : "out of memory");
	putc('\n', stderr);
	free(text);
}

int command_out_of_memory(void)
{
	command_error("out of memory");
	return COMMAND_NO;
}

/* --- options -------------------------------------------------------------------------------------------- */

static int parse_timeout(const char *text, int *ret)
{
	char *end;
	double seconds;

	errno = 0;
	seconds = strtod(text, &end);
	if (errno || end == text || *end || !(seconds > 0) || seconds > TIMEOUT_MAX)
		return -EINVAL;
	*ret = (int)(seconds * 1000);
	return *ret ? 0 : -EINVAL;
}

static error_t parse_common(int key, char *value, struct argp_state *state)
{
	struct command_options *options = state->input;

	switch (key) {
	case 'S':
		options->socket = value;
		if (!*value || strlen(value) > CLIENT_PATH_MAX)
			argp_error(state, "a socket's path has 1 to %d bytes; this one has %zu", CLIENT_PATH_MAX,
				   strlen(value));
		return 0;
	case 'T':
		if (parse_timeout(value, &options->timeout) < 0)
			argp_error(state, "not a number of seconds from 0.001 to %d: '%s'", TIMEOUT_MAX, value);
		return 0;
	case 'j':
		options->json = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option common_options[] = {
	{ "json", 'j', NULL, 0, "Print the agent's reply as JSON", 1 },
	{ "socket", 'S', "PATH", 0, "The agent's control socket [" BW_CONTROL_SOCKET "]", 1 },
	{ "timeout", 'T', "SECONDS", 0, "How long to wait for the agent [10]", 1 },
	{ 0 },
};

const struct argp command_argp = { .options = common_options, .parser = parse_common };

const struct argp_child command_children[] = {
	{ .argp = &command_argp },
	{ 0 },
};

error_t command_no_argument(int key, char *value, struct argp_state *state)
{
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	argp_error(state, "takes no argument: '%s'", value);
	return 0;
}

error_t command_parse_bare(int key, char *value, struct argp_state *state)
{
	if (key != ARGP_KEY_INIT)
		return command_no_argument(key, value, state);
	state->child_inputs[0] = state->input;
	return 0;
}

/* "exec, read, write" */
static const char *join(const char *const *names, char *list, size_t size)
{
	size_t used = 0;

	for (; *names && used < size; names++)
		used += (size_t)snprintf(list + used, size - used, "%s%s", used ? ", " : "", *names);
	return list;
}

void command_require_word(struct argp_state *state, const char *what, const char *word,
			  const char *(*name)(unsigned int), unsigned int n)
{
	const char *names[WORDS_MAX + 1] = { NULL };
	char list[256] = "";
	const char *near;
	unsigned int i;

	for (i = 0; i < n && i < WORDS_MAX; i++) {
		names[i] = name(i);
		if (strcmp(names[i], word) == 0)
			return;
	}
	near = diag_nearest(word, names);
	if (near)
		argp_error(state, "unknown %s '%s'; did you mean '%s'?", what, word, near);
	else
		argp_error(state, "unknown %s '%s'; it is one of %s", what, word, join(names, list, sizeof(list)));
}

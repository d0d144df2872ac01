/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the command line takes, as rows of text for the scripts beside this file, which make the manual page and the
 * completions of it. In: the tables that the commands themselves are run by. Out, on standard output, fields parted by
 * tabs:
 *
 *     command NAME HELP
 *     usage   NAME LINE                            one line of its arguments, as --help prints it; may be empty
 *     option  NAME LONG SHORT ARGUMENT KIND HELP   "-" where there is none; KIND: own, more or common
 *     words   ARGUMENT WORD...                     what may stand for an argument
 *
 * Runs while bulwark is built; is never installed.
 */
#include "policy/names.h"
#include "tools/command.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_option(const char *command, const struct argp_option *option, const char *kind)
{
	char key = option->key > 0 && option->key < 128 && isgraph(option->key) ? (char)option->key : '-';

	printf("option\t%s\t%s\t%c\t%s\t%s\t%s\n", command, option->name, key, option->arg ? option->arg : "-", kind,
	       option->doc);
}

/* Its own options first; those of every command are last. */
static void print_options(const char *command, const struct argp *argp, const char *kind)
{
	const struct argp_option *option = argp->options;
	const struct argp_child *child = argp->children;

	for (; option && option->name; option++)
		print_option(command, option, kind);
	for (; child && child->argp; child++) {
		if (child->argp != &command_argp)
			print_options(command, child->argp, "more");
	}
	for (child = argp->children; child && child->argp; child++) {
		if (child->argp == &command_argp)
			print_options(command, child->argp, "common");
	}
}

static void print_usage(const char *command, const char *lines)
{
	size_t length;

	for (;; lines += length + 1) {
		length = strcspn(lines, "\n");
		printf("usage\t%s\t%.*s\n", command, (int)length, lines);
		if (!lines[length])
			return;
	}
}

static void print_words(const char *argument, const char *(*name)(unsigned int), unsigned int n)
{
	unsigned int i;

	printf("words\t%s\t", argument);
	for (i = 0; i < n; i++)
		printf("%s%s", i ? " " : "", name(i));
	putchar('\n');
}

int main(void)
{
	const struct command *command;

	print_words("OPERATION", operation_name, _BW_OP_MAX);
	print_words("VERDICT", verdict_name, _BW_VERDICT_MAX);
	for (command = commands; command->name; command++) {
		printf("command\t%s\t%s\n", command->name, command->help);
		print_usage(command->name, command->argp->args_doc ? command->argp->args_doc : "");
		print_options(command->name, command->argp, "own");
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark, the command line. In: argv. Out: an exit status (command.h). The table of subcommands
 * (commands.c) gives the dispatch, the help and the suggestion for a mistyped name.
 */
#include "command.h"
#include "policy/diag.h"
#include "print.h"
#include <errno.h>
#include <signal.h>
#include <string.h>

const char *argp_program_version = "bulwark " BULWARK_VERSION;

static void print_help(FILE *to)
{
	size_t i;

	fputs("Usage: bulwark COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Says which program may do what, and what came of it.\n\n",
	      to);
	for (i = 0; commands[i].name; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n'bulwark COMMAND --help' describes one of them; 'bulwark --version' prints the version.\n"
	      "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 the agent cannot be reached or refused.\n",
	      to);
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; commands[i].name; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[COMMANDS_MAX + 1] = { NULL };
	const char *near;
	size_t i;

	for (i = 0; commands[i].name; i++)
		names[i] = commands[i].name;
	near = diag_nearest(name, names);
	if (near)
		command_error("unknown command '%s'; did you mean '%s'?", name, near);
	else
		command_error("unknown command '%s'; 'bulwark --help' lists them", name);
	return COMMAND_USAGE;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	char name[64];

	/* What argp and getopt call the program in their messages. */
	snprintf(name, sizeof(name), "bulwark %s", command->name);
	argv[0] = name;
	return command->run(argc, argv);
}

/* `bulwark help list` is `bulwark list --help`. */
static int run_help(int argc, char **argv)
{
	char option[] = "--help";
	char *arguments[] = { NULL, option, NULL };
	const struct command *command;

	if (argc < 2) {
		print_help(stdout);
		return COMMAND_OK;
	}
	command = find_command(argv[1]);
	return command ? run_command(command, 2, arguments) : unknown_command(argv[1]);
}

static int run(int argc, char **argv)
{
	const struct command *command;
	const char *first = argc > 1 ? argv[1] : NULL;

	if (!first) {
		print_help(stderr);
		return COMMAND_USAGE;
	}
	if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0) {
		puts(argp_program_version);
		return COMMAND_OK;
	}
	if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0)
		return run_help(argc - 1, argv + 1);
	command = find_command(first);
	return command ? run_command(command, argc - 1, argv + 1) : unknown_command(first);
}

/* An answer that could not be written was not given; but a reader that left had enough: `bulwark list | head -1`. */
static int finish(int status)
{
	errno = EIO;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (print_abandoned(stdout))
		return status;
	command_error("cannot write the output: %s", strerror(errno));
	return status ? status : COMMAND_NO;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	argp_err_exit_status = COMMAND_USAGE;
	return finish(run(argc, argv));
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark, the command line. In: argv. Out: an exit status (command.h). One table of subcommands gives the dispatch,
 * the help and the suggestion for a mistyped name; what a subcommand does is in the file of its name.
 */
#include "command.h"
#include "policy/diag.h"
#include "print.h"
#include <base/cleanup.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

static const struct command commands[] = {
	{ "load", "Put policies in force, all or nothing", cmd_load },
	{ "unload", "Take policies out of force", cmd_unload },
	{ "list", "List the policies in force", cmd_list },
	{ "show", "Print a policy as it was loaded", cmd_show },
	{ "mode", "Switch a policy between audit and enforce", cmd_mode },
	{ "confirm", "Keep a change that is on trial", cmd_confirm },
	{ "reload", "Have the agent read its policy folders again", cmd_reload },
	{ "status", "Tell how the agent is; exit status 0 means healthy", cmd_status },
	{ "events", "Print the decisions", cmd_events },
	{ "metrics", "Print what was counted, as OpenMetrics text", cmd_metrics },
	{ "check", "Validate policies without an agent", cmd_check },
	{ "test", "Run the tests of policies, without an agent", cmd_test },
	{ "explain", "Tell what policies decide of an attempt, and why", cmd_explain },
	{ "diff", "Tell what two sets of policies decide differently", cmd_diff },
	{ "replay", "Tell what recorded events would come to with other policies", cmd_replay },
	{ "impact", "Tell what enforcing a policy would have refused", cmd_impact },
	{ "learn", "Write a policy that allows what was seen", cmd_learn },
	{ "import", "Convert policies of Tetragon or KubeArmor", cmd_import },
	{ "schema", "Print a JSON Schema of policies and tests, for editors", cmd_schema },
	{ "doctor", "Tell what this kernel offers and what to do about the rest", cmd_doctor },
	{ "stop", "Take enforcement down and end the agent", cmd_stop },
	{ "oci-hook", "Tell the agent of a container: for hooks of runtimes", cmd_oci_hook },
};

const char *argp_program_version = "bulwark " BULWARK_VERSION;

static void print_help(FILE *to)
{
	size_t i;

	fputs("Usage: bulwark COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Says which program may do what, and what came of it.\n\n",
	      to);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n'bulwark COMMAND --help' describes one of them; 'bulwark --version' prints the version.\n"
	      "Exit status: 0 done, 1 the answer is no, 2 wrong usage, 3 the agent cannot be reached or refused.\n",
	      to);
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[ARRAY_SIZE(commands) + 1] = { NULL };
	const char *near;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
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

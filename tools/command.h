/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every subcommand shares: its row in the table, the exit statuses, the common options, errors.
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

#include <argp.h>
#include <stdbool.h>

/* Exit statuses: a contract with scripts. */
enum command_status {
	COMMAND_OK = 0,
	COMMAND_NO = 1,	   /* the answer is no: an invalid policy, nothing of that name, not healthy */
	COMMAND_USAGE = 2, /* asked wrongly */
	COMMAND_AGENT = 3, /* the agent cannot be reached or refused */
};

struct command {
	const char *name;
	const char *help; /* one line */
	int (*run)(int argc, char **argv);
	const struct argp *argp; /* its options and arguments, as `run` reads them */
};

/* All of them, in the order of the help; ends with a row without a name. */
#define COMMANDS_MAX 31
extern const struct command commands[];

int cmd_load(int argc, char **argv);
int cmd_unload(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_mode(int argc, char **argv);
int cmd_confirm(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_impact(int argc, char **argv);
int cmd_learn(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_stop(int argc, char **argv);
int cmd_oci_hook(int argc, char **argv);

/* What each of them takes: read by itself, and by tools/manual. */
extern const struct argp cmd_load_argp;
extern const struct argp cmd_unload_argp;
extern const struct argp cmd_list_argp;
extern const struct argp cmd_show_argp;
extern const struct argp cmd_mode_argp;
extern const struct argp cmd_confirm_argp;
extern const struct argp cmd_reload_argp;
extern const struct argp cmd_status_argp;
extern const struct argp cmd_events_argp;
extern const struct argp cmd_metrics_argp;
extern const struct argp cmd_check_argp;
extern const struct argp cmd_test_argp;
extern const struct argp cmd_explain_argp;
extern const struct argp cmd_diff_argp;
extern const struct argp cmd_replay_argp;
extern const struct argp cmd_impact_argp;
extern const struct argp cmd_learn_argp;
extern const struct argp cmd_import_argp;
extern const struct argp cmd_schema_argp;
extern const struct argp cmd_doctor_argp;
extern const struct argp cmd_stop_argp;
extern const struct argp cmd_oci_hook_argp;

/* --- options ------------------------------------------------------------------------------------------- */

struct command_options {
	const char *socket;
	int timeout; /* milliseconds */
	bool json;
};

#define COMMAND_OPTIONS_DEFAULT                               \
	{                                                     \
		.socket = BW_CONTROL_SOCKET, .timeout = 10000 \
	}

/*
 * --socket, --timeout and --json, as the child of a command's own argp; its input is a struct command_options. A
 * command's parser does at ARGP_KEY_INIT: state->child_inputs[0] = &arguments->options.
 */
extern const struct argp command_argp;
extern const struct argp_child command_children[]; /* it alone */

/* What a parser does with the keys that it has no use for, where the command takes no arguments. */
error_t command_no_argument(int key, char *value, struct argp_state *state);

/* The parser of a command that has no other options and no arguments; its input is a struct command_options. */
error_t command_parse_bare(int key, char *value, struct argp_state *state);

/* Ends with COMMAND_USAGE when `word` is none of the `n` that `name` (policy/names.h) gives; says which is near. */
void command_require_word(struct argp_state *state, const char *what, const char *word,
			  const char *(*name)(unsigned int), unsigned int n);

/* --- errors --------------------------------------------------------------------------------------------- */

/* "bulwark: MESSAGE" on stderr, on one line and safe for a terminal. */
void command_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for running out of memory; returns COMMAND_NO. */
int command_out_of_memory(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The FILE|DIR arguments of a command: as sources, and as policies.
 *
 * A folder stands for its files *.yaml, *.yml and *.json that are not hidden, in the order of their names; `-` is
 * standard input. What the command line names by itself may have any name.
 */
#ifndef TOOLS_INPUT_H
#define TOOLS_INPUT_H

#include "policy/policy.h"
#include <argp.h>

/* The part of a command's parser that takes the FILE|DIR arguments, of which one must be: for its `default`. */
error_t input_arguments(int key, struct argp_state *state, char ***ret);

struct input_list {
	struct source **source;
	size_t n;
};

/*
 * Appends what the argument names. 0, or errno with `reterr_path` (the caller frees it; may be NULL): what could not
 * be read. -ENODATA: a folder without any policy file.
 */
int input_read(const char *argument, struct input_list *list, char **reterr_path);

/*
 * Reads every argument and parses what it names. 0; -EINVAL with all that is wrong, with the files or in them, in
 * `diag`; -ENOMEM. The caller ends the three of them in any case.
 */
int input_policies(char *const *arguments, struct input_list *list, struct policy_list *policies, struct diag *diag);

/* Why a file could not be read, for its author. */
const char *input_reason(int error);
void input_add_unreadable(struct diag *diag, const char *path, int error);

void input_list_done(struct input_list *list);

#endif

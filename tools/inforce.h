/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The policies that an agent has in force, as policies: their texts are asked for and read again.
 */
#ifndef TOOLS_INFORCE_H
#define TOOLS_INFORCE_H

#include "command.h"
#include "policy/policy.h"

/*
 * Appends the policies in force, or only the one of this name, each in the mode that it is in now. Returns an exit
 * status; what is not COMMAND_OK has been told, in `diag` what is wrong with a text.
 */
int inforce_policies(const struct command_options *options, const char *name, struct policy_list *policies,
		     struct diag *diag);

#endif

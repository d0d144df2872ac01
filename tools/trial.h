/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `--try SPAN`: a change that is taken back unless somebody confirms it.
 */
#ifndef TOOLS_TRIAL_H
#define TOOLS_TRIAL_H

#include <argp.h>

struct json_object;

#define TRIAL_OPTION                                                                                            \
	{                                                                                                       \
		"try", 't', "SPAN", 0, "Take it back after so long (60s, 5m) unless `bulwark confirm` comes", 0 \
	}

unsigned int trial_parse(struct argp_state *state, const char *value); /* seconds; else ends with COMMAND_USAGE */
void trial_print(struct json_object *reply);			       /* what is to be done, if it is on trial */

#endif

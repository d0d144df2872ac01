/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a span, and the agent's reply. Out: seconds, and the line that tells what has to follow.
 */
#include "trial.h"
#include <stdio.h>
#include "moment.h"
#include "reply.h"

#define SECONDS_MAX 86400

unsigned int trial_parse(struct argp_state *state, const char *value)
{
	unsigned int seconds = 0;

	if (moment_span(value, SECONDS_MAX, &seconds) < 0)
		argp_error(state, "--try takes a span up to a day, as 60s, 5m or 1h, not '%s'", value);
	return seconds;
}

void trial_print(struct json_object *reply)
{
	long long seconds = reply_number(reply, "trial");

	if (seconds)
		printf("on trial: taken back in %lld s unless you say `bulwark confirm`\n", seconds);
}

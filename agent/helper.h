/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A program that does one thing for the agent and ends. What it writes goes to memory, so nothing is read before it has
 * ended, and nothing here waits but helper_await().
 *
 * Owner: the struct is a part of its owner's; the loop points to it while the program runs.
 */
#ifndef AGENT_HELPER_H
#define AGENT_HELPER_H

#include <stdbool.h>
#include "loop.h"

struct helper {
	struct loop_watch watch; /* of the process; fd -1: none runs */
	struct loop_timer timer;
	int output;

	/*
	 * It has ended. `good`: with status 0. `output`, borrowed, is a file in memory with all that it wrote to
	 * standard output and to standard error.
	 */
	void (*ended)(void *context, bool good, int output);
	void *context;
};

/* The owner sets `ended` and `context`. */
void helper_init(struct helper *helper);
bool helper_runs(const struct helper *helper);

/*
 * Starts argv[0] with an empty environment, nothing on standard input, and its signals as they are by default; kills it
 * after `timeout_ms`. 0 or -errno.
 */
int helper_start(struct helper *helper, struct loop *loop, const char *const argv[], unsigned int timeout_ms);

/* Waits for its end, which is told as any other, but not longer; for who cannot turn the loop. Else as if not called.
 */
void helper_await(struct helper *helper, int timeout_ms);

void helper_stop(struct helper *helper); /* kills it; `ended` is not called; does nothing when none runs */

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The store, kept: what is in force is on the disk too, from before a change is in force that has to last.
 */
#ifndef AGENT_KEEP_H
#define AGENT_KEEP_H

#include "state.h"

struct keep {
	struct state *state; /* NULL: nothing is kept */
	struct store *store;
	struct state_trial trial;
	bool expired; /* a trial was over when the agent started, and is taken back */
	bool behind;  /* what is on the disk is older than what is in force */
};

/*
 * Opens the state, and has the store await what was in force, as it was; or, where a trial is over, what was before
 * that. Failures are logged, and none of them is a reason not to start.
 */
void keep_open(struct keep *keep, const char *folder, struct store *store);
void keep_close(struct keep *keep);

/* Before a change that has to last is put in force: whether it can be kept. -errno, logged: it cannot. */
int keep_before(const struct keep *keep, const struct store_change *change);

/* What is in force, and the trial. Logs a failure once; `behind` tells, and -errno. */
int keep_now(struct keep *keep);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A change on trial: it is taken back unless somebody confirms it in time. Who locks himself out waits.
 *
 * There is one at a time, and while it runs nothing else is changed over the socket. It outlives the agent: an agent
 * that starts after its time takes it back first, and so does one after a reboot.
 */
#ifndef AGENT_TRIAL_H
#define AGENT_TRIAL_H

#include "keep.h"
#include "loop.h"
#include "reload.h"

#define TRIAL_SECONDS_MAX   86400
#define TRIAL_RETRY_SECONDS 3 /* after a failure to take it back */

struct trial {
	struct keep *keep;
	struct reload *reload;
	void (*told)(void *context, const char *state); /* "begun", "confirmed", "taken back" */
	void *context;
	struct loop_timer timer;
};

/* `trial` comes with all but the timer filled in. Goes on with a trial that an agent before has begun. */
int trial_open(struct trial *trial, struct loop *loop);
void trial_close(struct trial *trial); /* the trial goes on with the next agent */

bool trial_is_on(const struct trial *trial);
__u64 trial_left(const struct trial *trial); /* seconds */

/*
 * Before the change: remembers what is in force. -EBUSY: there is a trial; -ENOMEM; or what keeping it on the disk
 * said. Then trial_run() when the change is in force, or trial_drop() when it is not.
 */
int trial_begin(struct trial *trial, unsigned int seconds);
void trial_run(struct trial *trial);
void trial_drop(struct trial *trial);

/*
 * The change stays, or goes at once. -ENOENT: there is no trial. Logs what failed: then the trial goes on, and when its
 * time is over, taking it back is tried until it is done.
 */
int trial_confirm(struct trial *trial);
int trial_take_back(struct trial *trial, const struct requester *requester);

#endif

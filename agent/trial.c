/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a change that is to be tried. Out: the change confirmed, or what was before it.
 */
#include "trial.h"
#include <base/cleanup.h>
#include <errno.h>
#include "json_read.h"
#include "log.h"
#include "when.h"

#define SECOND 1000000000ull

static void on_timer(void *context)
{
	struct trial *trial = context;

	log_warning("A change on trial was not confirmed in time, and is taken back");
	(void)trial_take_back(trial, NULL);
}

bool trial_is_on(const struct trial *trial)
{
	return trial->keep->trial.before;
}

__u64 trial_left(const struct trial *trial)
{
	__u64 now = when_steady(), until = trial->keep->trial.until;

	return until > now ? (until - now + SECOND - 1) / SECOND : 0;
}

/* A timer of 0 would be none. */
static void arm(struct trial *trial, __u64 seconds)
{
	(void)loop_timer_set(&trial->timer, (unsigned int)seconds * 1000 + 1, 0);
}

int trial_open(struct trial *trial, struct loop *loop)
{
	int r;

	trial->timer = (struct loop_timer){ .fn = on_timer, .context = trial };
	r = loop_timer_open(loop, &trial->timer);
	if (r >= 0 && trial_is_on(trial))
		arm(trial, trial_left(trial));
	if (trial->keep->expired)
		trial->told(trial->context, "taken back");
	return r;
}

void trial_close(struct trial *trial)
{
	loop_timer_close(&trial->timer);
}

static void end(struct trial *trial)
{
	json_object_put(trial->keep->trial.before);
	trial->keep->trial = (struct state_trial){ 0 };
	(void)loop_timer_set(&trial->timer, 0, 0);
}

int trial_begin(struct trial *trial, unsigned int seconds)
{
	const struct store *store = trial->keep->store;

	if (trial_is_on(trial))
		return -EBUSY;
	trial->keep->trial = (struct state_trial){
		.until = when_steady() + seconds * SECOND,
		.before = state_list(store->entry, store->n),
	};
	return trial->keep->trial.before ? 0 : -ENOMEM;
}

void trial_run(struct trial *trial)
{
	arm(trial, trial_left(trial));
	trial->told(trial->context, "begun");
}

void trial_drop(struct trial *trial)
{
	end(trial);
}

int trial_confirm(struct trial *trial)
{
	const struct state_trial was = trial->keep->trial;
	int r;

	if (!was.before)
		return -ENOENT;
	trial->keep->trial = (struct state_trial){ 0 };
	r = keep_now(trial->keep);
	trial->keep->trial = was;
	if (r < 0)
		return r;
	end(trial);
	trial->told(trial->context, "confirmed");
	return 0;
}

/* While it is put in force, what is kept is without the trial: it is over, or nothing has changed. */
static int put_back(struct trial *trial, const struct requester *requester)
{
	_cleanup_(store_abort) struct store_change change = { 0 };
	const struct state_trial was = trial->keep->trial;
	struct diag diag = { 0 };
	int r = store_begin(trial->keep->store, &change);

	change.returning = true;
	trial->keep->trial = (struct state_trial){ 0 };
	r = r < 0 ? r : state_restore(was.before, &change);
	r = r < 0 ? r : store_commit(&change, requester, &diag);
	trial->keep->trial = was;
	diag_done(&diag);
	return r;
}

/* What files of the folders say by now stands over what they said then. */
int trial_take_back(struct trial *trial, const struct requester *requester)
{
	int r;

	if (!trial_is_on(trial))
		return -ENOENT;
	r = put_back(trial, requester);
	if (r < 0) {
		arm(trial, trial_left(trial) ?: TRIAL_RETRY_SECONDS);
		return log_error_errno(r, "Cannot take back the change on trial: %m; it is tried again until it is "
					  "done or confirmed");
	}
	end(trial);
	(void)reload_folders(trial->reload, true, requester);
	trial->told(trial->context, "taken back");
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: changes of the store. Out: the state on the disk, in step with it; and what the store awaits, at the start.
 */
#include "keep.h"
#include <base/cleanup.h>
#include <errno.h>
#include "json_read.h"
#include "log.h"
#include "render.h"
#include "when.h"

static void log_refused(int r, const struct diag *diag)
{
	_free_ char *text = diag->n ? render_diag(diag, NULL) : NULL;

	if (text)
		log_lines(LOG_LEVEL_ERROR, text);
	log_error_errno(r, "Cannot put in force what was in force before: %m; the policy folders alone come in force");
}

static void put_back(struct store *store, struct json_object *policies)
{
	_cleanup_(store_abort) struct store_change change = { 0 };
	struct diag diag = { 0 };
	int r = store_begin(store, &change);

	r = r < 0 ? r : state_restore(policies, &change);
	if (r >= 0 && change.n)
		r = store_await(&change, &diag);
	if (r < 0)
		log_refused(r, &diag);
	diag_done(&diag);
}

void keep_open(struct keep *keep, const char *folder, struct store *store)
{
	struct json_object *policies = NULL;

	*keep = (struct keep){ .store = store };
	if (state_open(folder, &keep->state) < 0 || state_read(keep->state, &policies, &keep->trial) < 0)
		return;
	if (keep->trial.before && keep->trial.until <= when_steady()) {
		log_warning("A change on trial was not confirmed in time, and is taken back");
		json_object_put(policies);
		policies = keep->trial.before;
		keep->trial = (struct state_trial){ 0 };
		keep->expired = true;
	}
	put_back(store, policies);
	json_object_put(policies);
}

void keep_close(struct keep *keep)
{
	json_object_put(keep->trial.before);
	keep->trial.before = NULL;
	keep->state = state_free(keep->state);
}

int keep_before(const struct keep *keep, const struct store_change *change)
{
	int r;

	if (!keep->state)
		return 0;
	r = state_prepare(keep->state, change->entry, change->n, &keep->trial);
	if (r < 0)
		log_error_errno(r, "Cannot write '%s': %m; make room, or name another state_dir",
				state_path(keep->state));
	return r;
}

int keep_now(struct keep *keep)
{
	int r;

	if (!keep->state)
		return 0;
	r = state_prepare(keep->state, keep->store->entry, keep->store->n, &keep->trial);
	r = r < 0 ? r : state_commit(keep->state);
	if (r < 0 && !keep->behind)
		log_error_errno(r,
				"Cannot write '%s': %m; what is in force now would not outlive this agent: make room, "
				"or name another state_dir",
				state_path(keep->state));
	keep->behind = r < 0;
	return r;
}

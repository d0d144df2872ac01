/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The agent: one struct that owns all there is, started by a ladder whose order is the security argument, run by one
 * loop, and ended in the reverse order. What it has put in force stays, unless somebody asked for the end of that.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "cgroups.h"
#include "config.h"
#include "confine.h"
#include "control.h"
#include "folders.h"
#include "given.h"
#include "heritage.h"
#include "keep.h"
#include "load.h"
#include "loop.h"
#include "pipeline.h"
#include "reload.h"
#include "ring.h"
#include "store.h"
#include "trial.h"

struct agent {
	const struct config *config;
	int ready_fd; /* -1: nobody waits on one */
	__u64 since;  /* when it started (when.h) */
	char node_id[64];

	struct loop *loop;
	struct kubelet *kubelet; /* NULL: the configuration names none */
	struct cgroups *cgroups;
	struct given *given;
	struct control *control;
	struct pipeline pipeline;
	struct loader *loader;
	struct store store;
	struct reload reload;
	struct keep keep;
	struct lockout *lockout;
	struct trial trial;
	struct ring *ring;
	struct heritage_rest rest; /* of programs that were replaced */
	__u64 suppressed;	   /* of bw_stats, when the counts of equal events were last looked at */
	bool folds_wait;	   /* some may come with an event yet */
	struct folders *folders;

	struct confinement confinement;

	struct loop_watch signals;
	struct loop_watch ring_watch;
	struct loop_watch mounts;
	struct loop_timer tick;
	struct loop_timer watchdog;
	__u64 followed;	   /* when the roots of containers were last followed (when_steady()) */
	__u64 trimmed;	   /* store.active when memory was last given back */
	bool take_down;	   /* somebody asked for it: enforcement ends with the agent */
	bool mounts_stale; /* the last apply_mounts() failed */
	bool beating;	   /* the kernel runs the programs, as of the last second */
	bool no_digests;   /* the kernel computes none */
};

/*
 * Runs until it is told to stop, enforcing in between. Logs all that fails. Returns 0; 1 when policy files were
 * broken at the end; -errno when it could not start. ready_fd -1: none.
 */
int agent_run(const struct config *config, int ready_fd);

/* --- the same in steps, for tests ------------------------------------------------------------------------- */

int agent_start(struct agent *agent, const struct config *config, int ready_fd);
void agent_stop(struct agent *agent); /* also what a failed agent_start() left */

/* --- for methods ------------------------------------------------------------------------------------------ */

extern const struct control_method agent_methods[];
extern const size_t agent_n_methods;

/* If roots of containers lead paths of the policies elsewhere, as is not known yet: puts that in force. */
void agent_follow_roots(struct agent *agent);

void agent_drain(struct agent *agent); /* what the ring holds, so that an answer is not older than the question */

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The agent: one struct that owns all there is, started by a ladder whose order is the security argument, run by one
 * loop, and taken down in the reverse order.
 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "config.h"
#include "control.h"
#include "folders.h"
#include "load.h"
#include "loop.h"
#include "pipeline.h"
#include "reload.h"
#include "ring.h"
#include "store.h"

struct agent {
	const struct config *config;
	int ready_fd; /* -1: nobody waits on one */
	__u64 since;  /* when it started (when.h) */
	char node_id[64];

	struct loop *loop;
	struct control *control;
	struct pipeline pipeline;
	struct loader *loader;
	struct store store;
	struct reload reload;
	struct ring *ring;
	struct folders *folders;

	struct loop_watch signals;
	struct loop_watch ring_watch;
	struct loop_watch mounts;
	struct loop_timer tick;
	struct loop_timer watchdog;
	__u64 lost;	   /* as last reported */
	__u64 trimmed;	   /* store.active when memory was last given back */
	bool mounts_stale; /* the last apply_mounts() failed */
};

/*
 * Runs until it is told to stop, enforcing in between. Logs all that fails. Returns 0; 1 when policy files were
 * broken at the end; -errno when it could not start. ready_fd -1: none.
 */
int agent_run(const struct config *config, int ready_fd);

/* --- the same in steps, for tests ------------------------------------------------------------------------- */

int agent_start(struct agent *agent, const struct config *config, int ready_fd);
void agent_stop(struct agent *agent); /* takes all down, also what a failed agent_start() left */

/* --- for methods ------------------------------------------------------------------------------------------ */

extern const struct control_method agent_methods[];
extern const size_t agent_n_methods;

void agent_drain(struct agent *agent); /* what the ring holds, so that an answer is not older than the question */

#endif

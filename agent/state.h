/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is in force, on the disk: so that the next agent, after a crash or a reboot, begins with it.
 *
 * One file, FOLDER/in-force.json, replaced as a whole: written beside it, synced, renamed. So it is what was in force
 * at some moment, never half of that, whatever fails or is killed meanwhile.
 */
#ifndef AGENT_STATE_H
#define AGENT_STATE_H

#include <stdbool.h>
#include "store.h"
#include "writer.h"

#define STATE_FOLDER	"/var/lib/bulwark"
#define STATE_BOOT_ROOM 64

struct json_object;
struct state;

/* A change that is taken back if nobody confirms it. */
struct state_trial {
	__u64 until;		    /* when_steady() */
	struct json_object *before; /* the policies that come back then; NULL: there is no trial. The owner puts it */
};

/* Makes the folder if it is not there; one that others may write is not used. Logs what failed; on failure there is no
 * state, and nothing is kept. */
int state_open(const char *folder, struct state **ret);
struct state *state_free(struct state *state); /* returns NULL; accepts NULL */

/*
 * Reads what was kept. 0, with *ret_policies for the caller to put; -ENOENT: nothing was; else logged: what is there is
 * put aside as in-force.json.bad. A trial of another boot of the node is over: `until` is 0.
 */
int state_read(const struct state *state, struct json_object **ret_policies, struct state_trial *ret_trial);

/* The policies of a list as state_read() gives it. NULL: out of memory. The caller puts it. */
struct json_object *state_list(struct store_entry *const *entry, size_t n);

/*
 * Puts a list into a change, in place of all that is in it but what a policy folder has given since. One that this
 * version does not understand is logged and left out. Returns 0 or -ENOMEM.
 */
int state_restore(struct json_object *policies, struct store_change *change);

/* Writes beside what was kept; then makes it that. -E2BIG or an errno of writing, unlogged: what was kept stands. */
int state_prepare(const struct state *state, struct store_entry *const *entry, size_t n,
		  const struct state_trial *trial);
int state_commit(const struct state *state);

void state_boot(char ret[STATE_BOOT_ROOM]); /* which boot of the node this is */

const char *state_path(const struct state *state); /* of the file, for who reports */

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What outlives the agent: a folder in bpffs, in which the kernel keeps programs, links and maps for whoever comes
 * next.
 *
 *	FOLDER/GENERATION/{maps,programs,links}/NAME
 *	FOLDER/current -> GENERATION
 *
 * A generation is complete when `current` names it, which is one rename. What else is there was left by an agent that
 * was killed half way, new or old: it goes on refusing by policies that nobody changes any more, and the next agent
 * removes it before anything else. The folder is locked by whoever has it open: there is one agent.
 */
#ifndef AGENT_PINS_H
#define AGENT_PINS_H

#include <stdbool.h>

#define PINS_FOLDER	     "/sys/fs/bpf/bulwark"
#define PINS_GENERATION_ROOM 17 /* 16 hexadecimal digits and a NUL */

enum pins_kind {
	PINS_MAPS,
	PINS_PROGRAMS,
	PINS_LINKS,
};

struct pins;

/*
 * Makes the folder if it is not there, mounts bpffs where nobody has, locks it, and removes what is not of the
 * generation that is complete. -EBUSY: another agent has it; -EMEDIUMTYPE: it is not in the node's bpffs, or somebody
 * else's. Logs what failed and the remedy.
 */
int pins_open(const char *folder, struct pins **ret);
struct pins *pins_close(struct pins *pins); /* returns NULL; accepts NULL; what is pinned stays */

/* The generation that is complete; -ENOENT: there is none. */
int pins_current(const struct pins *pins, char ret[PINS_GENERATION_ROOM]);

/* A descriptor, the caller's; -ENOENT: it was not pinned. */
int pins_get(const struct pins *pins, const char *generation, enum pins_kind kind, const char *name);

/*
 * Begins a generation, empty; then puts objects into it; then makes it the one, and removes all others. Instead of the
 * last, pins_clear(): gives it up, so that of what was begun nothing stays. Log what failed; 0 or -errno.
 */
int pins_begin(const struct pins *pins, const char *generation);
int pins_put(const struct pins *pins, const char *generation, enum pins_kind kind, const char *name, int fd);
int pins_commit(const struct pins *pins, const char *generation);
int pins_clear(const struct pins *pins);

/* Removes everything: what nobody has open any more ends with it. Returns how much there was, or the first -errno. */
int pins_remove(const struct pins *pins);

/*
 * Takes down what an agent that is gone has left in the folder. 0: done; 1: there was nothing; -EBUSY: an agent has it,
 * ask that one. Logs what failed. Needs no BPF.
 */
int pins_take_down(const char *folder);

#endif

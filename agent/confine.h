/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The last rung of the start: everything is open, attached and listening, and from here on the agent can do what it
 * still has to, and no more. It goes on to parse policies, JSON of container runtimes and requests of peers: a mistake
 * in that should not be worth all that root may.
 */
#ifndef AGENT_CONFINE_H
#define AGENT_CONFINE_H

#include <stdbool.h>

struct config;

enum confine_mode {
	CONFINE_ON,
	CONFINE_TOLD, /* and the kernel's log names each call that is refused */
	CONFINE_OFF,  /* for debugging */
};

/* What holds of the process. What does not is told in the log, once. */
struct confinement {
	bool capabilities; /* privileges.h */
	int files;	   /* domain.h: the version of Landlock; 0: no domain */
	bool calls;	   /* filter.h */
};

/*
 * For good, for this process and all that it starts. helper: the program that the agent will execute; NULL: none. What
 * the kernel does not offer is left out with a warning; what it offers and fails is an error. Logs. Returns 0 or
 * -errno.
 */
int confine_agent(const struct config *config, const char *helper, struct confinement *ret);

#endif

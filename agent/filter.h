/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which system calls the agent may make once it has started. The tables in filter.c are the whole list: what the agent
 * comes to need is entered there.
 */
#ifndef AGENT_FILTER_H
#define AGENT_FILTER_H

#include <fcntl.h>
#include <stdbool.h>

/* How the scout opens, and in no other way. */
#define FILTER_SCOUT_PATH (O_PATH | O_DIRECTORY | O_CLOEXEC)
#define FILTER_SCOUT_READ (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)

enum filter {
	FILTER_AGENT,
	FILTER_HELPER, /* an agent that starts bulwark-pods, which inherits the filter (kubelet) */
	FILTER_SCOUT,  /* scout.h */
};

/*
 * Refuses all other calls, for this process and all that it starts, for good; needs no_new_privs. told: the kernel's
 * log names each call that is refused. Returns 0; -EOPNOTSUPP where there is no filter to be had, and other errnos.
 */
int filter_install(enum filter filter, bool told);

#endif

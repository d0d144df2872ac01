/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which capabilities are kept. The table in privileges.c is the whole list.
 */
#ifndef AGENT_PRIVILEGES_H
#define AGENT_PRIVILEGES_H

/* Whose they are; bits. */
enum privileges {
	PRIVILEGES_AGENT = 1,
	PRIVILEGES_HELPER = 2, /* of an agent that starts one which gives up root by itself (kubelet) */
	PRIVILEGES_SCOUT = 4,  /* scout.h */
};

/*
 * Gives up every capability but those, for itself and for all that it starts, and the ways to win others by execve(2).
 * For good. Logs; -errno.
 */
int privileges_drop(unsigned int whose);

#endif

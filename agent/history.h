/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The last events, as JSON in memory: what `bulwark events` reads, now or following. A reader holds the number of the
 * event that it wants next, so a slow one costs nothing and sees by a gap in the numbers what it missed.
 */
#ifndef AGENT_HISTORY_H
#define AGENT_HISTORY_H

#include <linux/types.h>
#include <stddef.h>

#define HISTORY_EVENTS 4096	  /* kept at most; a power of two */
#define HISTORY_BYTES  (4u << 20) /* of JSON, kept at most */

/* What readers choose by. */
struct history_mark {
	__u64 time;
	const char *policy; /* NULL: none */
	int verdict;	    /* enum bw_verdict, or -1 */
	int operation;	    /* enum bw_operation, or -1 */
};

struct history_event {
	struct history_mark mark;
	const char *json; /* without the line's end */
	size_t size;
};

struct history;

int history_new(struct history **ret);
struct history *history_free(struct history *history); /* returns NULL; accepts NULL */

/* Copies the event in; the oldest ones make room. Out of memory it is left out: its number is missing. */
void history_add(struct history *history, const struct history_mark *mark, const char *json, size_t size);

__u64 history_oldest(const struct history *history); /* number of the oldest event kept */
__u64 history_end(const struct history *history);    /* number that the next event will have */

/* NULL when it is not there. Valid until the next history_add(). */
const struct history_event *history_get(const struct history *history, __u64 number);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Events out of the history for one peer, as fast as the peer takes them.
 */
#ifndef AGENT_STREAM_H
#define AGENT_STREAM_H

#include <stdbool.h>
#include "history.h"
#include "writer.h"

struct stream_filter {
	char policy[64]; /* "": any */
	int verdict;	 /* -1: any */
	int operation;	 /* -1: any */
	__u64 since;
	bool follow; /* go on with what happens; without `since`, begin there */
};

struct stream {
	bool active;
	struct stream_filter filter;
	__u64 next;  /* number of the event to look at */
	__u64 until; /* where a stream that does not follow ends */
};

void stream_begin(struct stream *stream, const struct history *history, const struct stream_filter *filter);

/*
 * Writes lines to `out` until it holds `room` bytes or there are no more events for now; at the end of a stream that
 * does not follow also the reply. Events that left the history before their turn are reported as lost.
 */
void stream_pump(struct stream *stream, const struct history *history, const char *node, struct writer *out,
		 size_t room);

/* Would stream_pump() look at more? */
bool stream_waits(const struct stream *stream, const struct history *history);

#endif

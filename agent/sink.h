/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where event lines go. A sink takes lines and writes them when its descriptor has room; what does not fit into its
 * queue is dropped and counted, so that no reader of events can hold up the agent.
 *
 * One file for each kind of destination (struct sink_kind); queue, counts and reports are the same for all.
 */
#ifndef AGENT_SINK_H
#define AGENT_SINK_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>
#include "loop.h"

#define SINK_QUEUE_MAX (1u << 20) /* bytes that wait for one sink: about 1000 events */

struct sink_kind {
	bool (*accepts)(const char *destination);
	int (*open)(const char *destination);			  /* a descriptor or -errno */
	ssize_t (*write)(int fd, const void *bytes, size_t size); /* as write(2), never blocks; or -errno */
	bool reopens;						  /* on SIGHUP: what was opened by name */
	bool comes_and_goes; /* may be missing at the start, and end: it is opened again then */
};

extern const struct sink_kind sink_stdout;
extern const struct sink_kind sink_file;
extern const struct sink_kind sink_socket;
extern const struct sink_kind sink_journald;
extern const struct sink_kind sink_syslog;

struct sink;

struct sink_status {
	const char *destination;
	__u64 written; /* lines */
	__u64 dropped;
	bool failing; /* the last write failed, or lines were dropped since the last that went through */
};

/* `destination`: "-", a file, "unix:PATH", "journald" or "syslog". Logs what is wrong with it. */
int sink_new(struct loop *loop, const char *destination, struct sink **ret);
struct sink *sink_free(struct sink *sink); /* returns NULL; accepts NULL; what still waits is dropped */

/* Files are moved away at `size_max` bytes, and `keep` of them are kept. 0: never, as it is without this call. */
void sink_set_rotation(struct sink *sink, __u64 size_max, unsigned int keep);

void sink_write(struct sink *sink, const char *line, size_t size); /* line: with its '\n' */
void sink_retry(struct sink *sink); /* from a timer: a full disk tells nobody when it is not full any more, a file that
				       it is large */
void sink_reopen(struct sink *sink);
void sink_flush(struct sink *sink, int timeout_ms); /* waits, at most so long, for the queue to empty */

struct sink_status sink_status(const struct sink *sink);

#endif

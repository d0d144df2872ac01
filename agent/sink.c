/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: lines. Out: bytes on a descriptor, whole lines in order. Never waits but in sink_flush(), which has a deadline.
 */
#include "sink.h"
#include <base/cleanup.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include "log.h"
#include "sink_rotate.h"
#include "when.h"

struct sink {
	const struct sink_kind *kind;
	char *destination;
	struct loop *loop;
	struct loop_watch watch; /* fd -1: could not be opened again; watched while bytes wait for it */
	char *queue;		 /* SINK_QUEUE_MAX bytes, from the first byte that waits */
	size_t queued;
	bool torn; /* the first queued line is written in part */
	__u64 written;
	__u64 dropped;
	__u64 dropped_before; /* `dropped` when writing last went well */
	bool failing;
	__u64 size_max; /* see sink_set_rotation() */
	unsigned int keep;
};

static const struct sink_kind *const kinds[] = { &sink_stdout, &sink_file, &sink_socket, &sink_journald, &sink_syslog };

static int open_kind(const char *destination, const struct sink_kind **ret)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i]->accepts(destination)) {
			*ret = kinds[i];
			return kinds[i]->open(destination);
		}
	log_error("Log destination '%s' is none of -, an absolute path, unix:PATH, journald, syslog", destination);
	return -EINVAL;
}

static void drain(struct sink *sink);
static void report(struct sink *sink, int error);

static void on_room(void *context, uint32_t events)
{
	(void)events;
	drain(context);
}

int sink_new(struct loop *loop, const char *destination, struct sink **ret)
{
	const struct sink_kind *kind = NULL;
	int r = open_kind(destination, &kind);
	_close_ int fd = r < 0 ? -1 : r;
	struct sink *sink;

	if (r < 0 && !(kind && kind->comes_and_goes))
		return kind ? log_error_errno(r, "Cannot open log destination '%s': %m", destination) : r;
	sink = calloc(1, sizeof(*sink));
	if (!sink)
		return -ENOMEM;
	*sink = (struct sink){ .kind = kind, .destination = strdup(destination), .loop = loop };
	sink->queue = malloc(SINK_QUEUE_MAX);
	sink->watch = (struct loop_watch){ .fd = TAKE_FD(fd), .fn = on_room, .context = sink };
	if (!sink->destination || !sink->queue) {
		sink_free(sink);
		return -ENOMEM;
	}
	if (r < 0)
		report(sink, r);
	*ret = sink;
	return 0;
}

void sink_set_rotation(struct sink *sink, __u64 size_max, unsigned int keep)
{
	sink->size_max = sink->kind == &sink_file ? size_max : 0;
	sink->keep = keep;
}

struct sink *sink_free(struct sink *sink)
{
	if (!sink)
		return NULL;
	loop_unwatch(&sink->watch);
	cleanup_close(&sink->watch.fd);
	free(sink->destination);
	free(sink->queue);
	free(sink);
	return NULL;
}

/* One line in the log when a sink begins to fail, one when it is well again. */
static void report(struct sink *sink, int error)
{
	if (error && !sink->failing)
		log_warning_errno(error,
				  "Cannot write events to '%s': %m; they wait, and are dropped when too many wait",
				  sink->destination);
	if (!error && sink->failing) {
		log_info("Writing events to '%s' again; %llu were dropped", sink->destination,
			 (unsigned long long)(sink->dropped - sink->dropped_before));
		sink->dropped_before = sink->dropped;
	}
	sink->failing = error;
}

/* Watches for room while something waits. A regular file cannot be watched: sink_retry() comes back to it. */
static void update_watch(struct sink *sink)
{
	bool wanted = sink->queued && sink->watch.fd >= 0;

	if (wanted && !sink->watch.loop)
		(void)loop_watch(sink->loop, &sink->watch, EPOLLOUT);
	else if (!wanted && sink->watch.loop)
		loop_unwatch(&sink->watch);
}

static void take_from_queue(struct sink *sink, size_t size)
{
	const char *at = sink->queue, *end = sink->queue + size;

	for (; (at = memchr(at, '\n', end - at)); at++)
		sink->written++;
	sink->torn = sink->queue[size - 1] != '\n';
	sink->queued -= size;
	memmove(sink->queue, end, sink->queued);
}

/* Who listened is gone: sink_retry() looks whether somebody else does. */
static void lose(struct sink *sink)
{
	if (!sink->kind->comes_and_goes)
		return;
	loop_unwatch(&sink->watch);
	cleanup_close(&sink->watch.fd);
	sink->watch.fd = -1;
}

static void drain(struct sink *sink)
{
	ssize_t n;

	while (sink->queued && sink->watch.fd >= 0) {
		n = sink->kind->write(sink->watch.fd, sink->queue, sink->queued);
		if (n == -EINTR)
			continue;
		if (n == -EAGAIN || n == 0)
			break;
		if (n < 0) {
			report(sink, n);
			lose(sink);
			break;
		}
		take_from_queue(sink, n);
	}
	if (!sink->queued)
		report(sink, 0);
	update_watch(sink);
}

void sink_write(struct sink *sink, const char *line, size_t size)
{
	bool waiting = sink->queued > 0;

	if (size > SINK_QUEUE_MAX - sink->queued) {
		sink->dropped++;
		report(sink, -ENOBUFS);
		return;
	}
	memcpy(sink->queue + sink->queued, line, size);
	sink->queued += size;
	if (!waiting) /* else whoever watches or retries drains it */
		drain(sink);
}

static void rotate(struct sink *sink)
{
	int r = sink_rotate(sink->destination, sink->keep);

	if (r < 0)
		report(sink, r);
	else
		sink_reopen(sink);
}

void sink_retry(struct sink *sink)
{
	if (sink->watch.fd < 0)
		sink_reopen(sink);
	else if (sink_rotate_is_due(sink->watch.fd, sink->size_max))
		rotate(sink);
	else
		drain(sink);
}

/* The rest of a line whose beginning is in a file that is not written to any more. */
static void drop_torn(struct sink *sink)
{
	const char *end = sink->torn ? memchr(sink->queue, '\n', sink->queued) : NULL;

	if (!end)
		return;
	sink->queued -= end + 1 - sink->queue;
	memmove(sink->queue, end + 1, sink->queued);
	sink->torn = false;
	sink->dropped++;
}

void sink_reopen(struct sink *sink)
{
	int fd;

	if (!sink->kind->reopens)
		return;
	fd = sink->kind->open(sink->destination);
	if (fd < 0) { /* the old one is better than none */
		report(sink, fd);
		return;
	}
	loop_unwatch(&sink->watch);
	if (sink->watch.fd >= 0)
		cleanup_close(&sink->watch.fd);
	sink->watch.fd = fd;
	drop_torn(sink);
	drain(sink);
}

void sink_flush(struct sink *sink, int timeout_ms)
{
	__u64 deadline = when_steady() + timeout_ms * 1000000ull;
	struct pollfd fd = { .fd = sink->watch.fd, .events = POLLOUT };

	for (drain(sink); sink->queued && sink->watch.fd >= 0 && when_steady() < deadline; drain(sink))
		if (poll(&fd, 1, 50) < 0 && errno != EINTR)
			return;
	if (sink->queued)
		log_warning("%zu bytes of events were not written to '%s' in time and are lost", sink->queued,
			    sink->destination);
}

struct sink_status sink_status(const struct sink *sink)
{
	return (struct sink_status){
		.destination = sink->destination,
		.written = sink->written,
		.dropped = sink->dropped,
		.failing = sink->failing,
	};
}

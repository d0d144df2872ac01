/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ring buffer -> records.
 *
 * The kernel side wakes the reader only when much waits, so this descriptor also becomes readable a few times a
 * second: one epoll instance over the ring and a timer.
 */
#include <base/cleanup.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include "log.h"
#include "ring.h"

#define RING_LOOK_NS 100000000 /* a record waits at most this long */

struct ring {
	struct ring_buffer *buffer;
	int epoll;
	int timer;
	int budget;
	ring_record_fn fn;
	void *context;
};

/* A negative return makes libbpf stop after this record. */
static int take_record(void *context, void *record, size_t size)
{
	struct ring *ring = context;

	ring->fn(ring->context, record, size);
	return --ring->budget > 0 ? 0 : -EAGAIN;
}

static int watch(struct ring *ring)
{
	const struct itimerspec look = {
		.it_interval = { .tv_nsec = RING_LOOK_NS },
		.it_value = { .tv_nsec = RING_LOOK_NS },
	};
	struct epoll_event event = { .events = EPOLLIN };

	ring->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	ring->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (ring->timer < 0 || ring->epoll < 0 || timerfd_settime(ring->timer, 0, &look, NULL) ||
	    epoll_ctl(ring->epoll, EPOLL_CTL_ADD, ring->timer, &event) ||
	    epoll_ctl(ring->epoll, EPOLL_CTL_ADD, ring_buffer__epoll_fd(ring->buffer), &event))
		return log_error_errno(-errno, "Cannot wait for the ring buffer: %m");
	return 0;
}

int ring_new(struct loader *loader, ring_record_fn fn, void *context, struct ring **ret)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	int r = -ENOMEM;

	if (!ring)
		return r;
	*ring = (struct ring){ .epoll = -1, .timer = -1, .fn = fn, .context = context };
	ring->buffer = ring_buffer__new(load_map(loader, "events"), take_record, ring, NULL);
	if (!ring->buffer)
		r = log_error_errno(-errno, "Cannot open the ring buffer: %m");
	else
		r = watch(ring);
	if (r < 0) {
		ring_free(ring);
		return r;
	}
	*ret = ring;
	return 0;
}

int ring_fd(const struct ring *ring)
{
	return ring->epoll;
}

int ring_consume(struct ring *ring, int budget)
{
	uint64_t ticks;
	int r;

	(void)!read(ring->timer, &ticks, sizeof(ticks));
	ring->budget = budget;
	r = ring_buffer__consume(ring->buffer);
	return r < 0 && r != -EAGAIN ? r : budget - ring->budget;
}

static int count_record(void *context, void *data, size_t size)
{
	const struct bw_record *record = data;
	long *n = context;

	*n += size >= sizeof(*record) && record->type != BW_RECORD_CGROUP;
	return 0;
}

long ring_take_all(int map)
{
	long n = 0;
	struct ring_buffer *buffer = ring_buffer__new(map, count_record, &n, NULL);
	int r = buffer ? ring_buffer__consume(buffer) : -errno;

	ring_buffer__free(buffer);
	return r < 0 ? r : n;
}

struct ring *ring_free(struct ring *ring)
{
	if (!ring)
		return NULL;
	ring_buffer__free(ring->buffer);
	if (ring->timer >= 0)
		close(ring->timer);
	if (ring->epoll >= 0)
		close(ring->epoll);
	free(ring);
	return NULL;
}

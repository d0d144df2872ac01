/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: descriptors with what to call. Out: the calls, one after another.
 *
 * A callback may unwatch and free any watch, its own too, while later events of the same epoll_wait() still point to
 * it: loop_unwatch() strikes them out. Level-triggered throughout, so a callback may leave work for its next turn.
 */
#include "loop.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define TURN_EVENTS 64 /* taken from the kernel at once; more wait for the next turn */

struct loop {
	int fd;
	bool stopped;
	struct epoll_event event[TURN_EVENTS];
	int n; /* events of this turn */
};

int loop_new(struct loop **ret)
{
	_free_ struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return -ENOMEM;
	loop->fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->fd < 0)
		return -errno;
	*ret = TAKE_PTR(loop);
	return 0;
}

struct loop *loop_free(struct loop *loop)
{
	if (loop)
		close(loop->fd);
	free(loop);
	return NULL;
}

int loop_watch(struct loop *loop, struct loop_watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->fd, EPOLL_CTL_ADD, watch->fd, &event) < 0)
		return -errno;
	watch->loop = loop;
	return 0;
}

int loop_change(struct loop_watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	return epoll_ctl(watch->loop->fd, EPOLL_CTL_MOD, watch->fd, &event) < 0 ? -errno : 0;
}

void loop_unwatch(struct loop_watch *watch)
{
	struct loop *loop = watch->loop;
	int i;

	if (!loop)
		return;
	(void)epoll_ctl(loop->fd, EPOLL_CTL_DEL, watch->fd, NULL);
	for (i = 0; i < loop->n; i++)
		if (loop->event[i].data.ptr == watch)
			loop->event[i].data.ptr = NULL;
	watch->loop = NULL;
}

static void on_timer(void *context, uint32_t events)
{
	struct loop_timer *timer = context;
	uint64_t times;

	(void)events;
	if (read(timer->watch.fd, &times, sizeof(times)) == sizeof(times))
		timer->fn(timer->context);
}

int loop_timer_open(struct loop *loop, struct loop_timer *timer)
{
	_close_ int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	int r;

	if (fd < 0)
		return -errno;
	timer->watch = (struct loop_watch){ .fd = fd, .fn = on_timer, .context = timer };
	r = loop_watch(loop, &timer->watch, EPOLLIN);
	if (r < 0)
		return r;
	(void)TAKE_FD(fd);
	return 0;
}

static struct timespec milliseconds(unsigned int ms)
{
	return (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
}

int loop_timer_set(struct loop_timer *timer, unsigned int first_ms, unsigned int interval_ms)
{
	struct itimerspec when = { .it_value = milliseconds(first_ms), .it_interval = milliseconds(interval_ms) };

	return timerfd_settime(timer->watch.fd, 0, &when, NULL) < 0 ? -errno : 0;
}

void loop_timer_close(struct loop_timer *timer)
{
	if (!timer->watch.loop)
		return;
	loop_unwatch(&timer->watch);
	close(timer->watch.fd);
}

int loop_turn(struct loop *loop, int timeout_ms)
{
	int i, n = epoll_wait(loop->fd, loop->event, TURN_EVENTS, timeout_ms);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	loop->n = n;
	for (i = 0; i < loop->n && !loop->stopped; i++) {
		struct loop_watch *watch = loop->event[i].data.ptr;

		if (watch)
			watch->fn(watch->context, loop->event[i].events);
	}
	loop->n = 0;
	return 0;
}

int loop_run(struct loop *loop)
{
	int r = 0;

	while (!loop->stopped && r >= 0)
		r = loop_turn(loop, -1);
	return r;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one loop of the agent: epoll over descriptors, timers among them. No threads, so nothing here locks.
 *
 * Owner: watches and timers are parts of their owner's struct; the loop only points to them. A descriptor stays its
 * owner's; unwatch before closing it.
 */
#ifndef AGENT_LOOP_H
#define AGENT_LOOP_H

#include <stdint.h>

struct loop;

typedef void (*loop_fn)(void *context, uint32_t events); /* events: EPOLLIN ... */

/* The owner fills fd, fn and context; `loop` is NULL as long as nothing watches. */
struct loop_watch {
	int fd;
	loop_fn fn;
	void *context;
	struct loop *loop;
};

struct loop_timer {
	void (*fn)(void *context);
	void *context;
	struct loop_watch watch;
};

int loop_new(struct loop **ret);
struct loop *loop_free(struct loop *loop); /* returns NULL; accepts NULL */

int loop_watch(struct loop *loop, struct loop_watch *watch, uint32_t events);
int loop_change(struct loop_watch *watch, uint32_t events);

/* From here `fn` is not called any more, not even for events that already wait. Does nothing when nothing watches. */
void loop_unwatch(struct loop_watch *watch);

int loop_timer_open(struct loop *loop, struct loop_timer *timer);
/* After `first_ms`, then each `interval_ms` (0: once). first_ms 0 disarms. */
int loop_timer_set(struct loop_timer *timer, unsigned int first_ms, unsigned int interval_ms);
void loop_timer_close(struct loop_timer *timer); /* does nothing when not open */

int loop_run(struct loop *loop);		  /* until loop_stop(); 0 or -errno */
int loop_turn(struct loop *loop, int timeout_ms); /* one wait and what it brings; what loop_run() repeats */
void loop_stop(struct loop *loop);

#endif

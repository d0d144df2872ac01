/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * loop.c: order, timers, and watches that end while their events wait.
 */
#include "loop.h"
#include <check.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <test/harness.h>

static struct loop *loop;
static struct loop_watch watch[2];
static int calls[2];

static void set_up(void)
{
	ck_assert_int_eq(loop_new(&loop), 0);
}

static void tear_down(void)
{
	loop = loop_free(loop);
}

static void open_watch(int i, loop_fn fn)
{
	watch[i] = (struct loop_watch){ .fd = eventfd(1, EFD_NONBLOCK), .fn = fn, .context = &calls[i] };
	ck_assert_int_eq(loop_watch(loop, &watch[i], EPOLLIN), 0);
}

static void count(void *context, uint32_t events)
{
	ck_assert(events & EPOLLIN);
	++*(int *)context;
}

/* Whichever is called first ends both; the other's event already waits, and must not come. */
static void end_both(void *context, uint32_t events)
{
	count(context, events);
	loop_unwatch(&watch[0]);
	loop_unwatch(&watch[1]);
}

START_TEST(calls_until_unwatched)
{
	open_watch(0, count);
	ck_assert_int_eq(loop_turn(loop, 0), 0);
	ck_assert_int_eq(loop_turn(loop, 0), 0);
	ck_assert_int_eq(calls[0], 2); /* nobody read it: it is still so */
	ck_assert_int_eq(loop_change(&watch[0], 0), 0);
	ck_assert_int_eq(loop_turn(loop, 0), 0);
	ck_assert_int_eq(calls[0], 2);
	loop_unwatch(&watch[0]);
	loop_unwatch(&watch[0]); /* once more does nothing */
	close(watch[0].fd);
}
END_TEST

START_TEST(unwatching_strikes_out_what_waits)
{
	open_watch(0, end_both);
	open_watch(1, end_both);
	ck_assert_int_eq(loop_turn(loop, 0), 0);
	ck_assert_int_eq(calls[0] + calls[1], 1);
	close(watch[0].fd);
	close(watch[1].fd);
}
END_TEST

static void tick(void *context)
{
	if (++*(int *)context == 3)
		loop_stop(loop);
}

START_TEST(timers_tick_and_stop_ends)
{
	int ticks = 0;
	struct loop_timer timer = { .fn = tick, .context = &ticks };

	loop_timer_close(&timer); /* never opened */
	ck_assert_int_eq(loop_timer_open(loop, &timer), 0);
	ck_assert_int_eq(loop_timer_set(&timer, 1, 1), 0);
	ck_assert_int_eq(loop_run(loop), 0);
	ck_assert_int_eq(ticks, 3);
	loop_timer_close(&timer);
	loop_timer_close(&timer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("loop");
	TCase *tests = tcase_create("loop");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, calls_until_unwatched);
	tcase_add_test(tests, unwatching_strikes_out_what_waits);
	tcase_add_test(tests, timers_tick_and_stop_ends);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * notify.c: what a service manager hears.
 */
#include "notify.h"
#include <check.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <test/harness.h>

static int manager;

/* Listens under an abstract name, which needs no file. */
static void set_up(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char name[64];
	int size = snprintf(name, sizeof(name), "@notify_test.%d", getpid());

	memcpy(address.sun_path + 1, name + 1, size - 1);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(manager, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + size), 0);
	setenv("NOTIFY_SOCKET", name, 1);
}

static void tear_down(void)
{
	close(manager);
}

static const char *heard(void)
{
	static char text[256];
	ssize_t n = recv(manager, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

START_TEST(tells_states)
{
	notify_ready();
	ck_assert_str_eq(heard(), "READY=1");
	notify_reloading();
	ck_assert_int_eq(strncmp(heard(), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	notify_stopping();
	ck_assert_str_eq(heard(), "STOPPING=1");
	notify_watchdog();
	ck_assert_str_eq(heard(), "WATCHDOG=1");
}
END_TEST

START_TEST(without_a_manager)
{
	unsetenv("NOTIFY_SOCKET");
	notify_ready();
	setenv("NOTIFY_SOCKET", "", 1);
	notify_ready();
	setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
	notify_ready();
	ck_assert_str_eq(heard(), "");
}
END_TEST

START_TEST(the_watchdog_is_fed_twice_as_often)
{
	char pid[16];

	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	ck_assert_uint_eq(notify_watchdog_interval(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	ck_assert_uint_eq(notify_watchdog_interval(), 15000);
	setenv("WATCHDOG_PID", "1", 1); /* meant for another process */
	ck_assert_uint_eq(notify_watchdog_interval(), 0);
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_PID", pid, 1);
	ck_assert_uint_eq(notify_watchdog_interval(), 15000);
	setenv("WATCHDOG_USEC", "nonsense", 1);
	ck_assert_uint_eq(notify_watchdog_interval(), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("notify");
	TCase *tests = tcase_create("notify");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, tells_states);
	tcase_add_test(tests, without_a_manager);
	tcase_add_test(tests, the_watchdog_is_fed_twice_as_often);
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Opens the secret in a thread, in a child that shares memory or descriptors, after vfork, two forks away from here.
 */
#include "attack.h"
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

static volatile int found = -1, error;

static int open_it(void *unused)
{
	(void)unused;
	found = open(SECRET, O_RDONLY);
	error = errno;
	return 0;
}

static void *in_thread(void *unused)
{
	open_it(unused);
	return NULL;
}

static void share(int flags)
{
	static char stack[65536] __attribute__((aligned(16)));

	wait_for((pid_t)need(clone(open_it, stack + sizeof(stack), flags | SIGCHLD, NULL), "clone"));
}

/* Reparented: neither parent nor session are what they were. */
static void __attribute__((noreturn)) far_away(void)
{
	int ends[2], status = 1;

	need(pipe(ends), "pipe");
	if (need(fork(), "fork") == 0) {
		if (fork())
			_exit(0);
		setsid();
		while (getppid() == getpgid(0))
			doze();
		open_it(NULL);
		if (found >= 0) {
			char room[256];
			ssize_t n = read(found, room, sizeof(room));

			status = n > 0 && secret_in(room, (size_t)n) ? 0 : 1;
		}
		need(write(ends[1], &status, sizeof(status)), "write");
		_exit(0);
	}
	need(read(ends[0], &status, sizeof(status)), "read");
	errno = 0;
	effect(status == 0, "open, far away");
}

int main(int argc, char **argv)
{
	const char *how = argv[argc - 1];
	pthread_t thread;

	if (strcmp(how, "thread") == 0) {
		need(-pthread_create(&thread, NULL, in_thread, NULL), "pthread_create");
		pthread_join(thread, NULL);
	} else if (strcmp(how, "files") == 0) {
		share(CLONE_FILES | CLONE_VM);
	} else if (strcmp(how, "vfork") == 0) {
		share(CLONE_FILES | CLONE_VM | CLONE_VFORK);
	} else {
		far_away();
	}
	errno = error;
	take((int)step(found, "open"));
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Starts a program with an argument that it must not get: among many, across pages, or put there by another thread
 * while the call is on its way.
 */
#include "code.h"
#include <pthread.h>

static char *const no_environment[] = { NULL };

/* Runs the shell in a child; its status. */
static int start(char *const argv[])
{
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		execve(ARGS_SHELL, argv, no_environment);
		_exit(1);
	}
	return wait_for(pid);
}

static void plain(void)
{
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)EXIT_42, NULL };

	effect(start(argv) == 42, "the program ran");
}

/* The shell takes what follows its command as names of parameters: the last is the command here. */
static void many(void)
{
	static char *argv[5004];
	size_t i;

	argv[0] = (char *)"sh";
	argv[1] = (char *)"-c";
	argv[2] = (char *)"for last; do :; done; eval \"$last\"";
	for (i = 3; i < ARRAY_SIZE(argv) - 2; i++)
		argv[i] = (char *)"x";
	argv[i] = (char *)EXIT_42;
	effect(start(argv) == 42, "the program ran");
}

/* The argument begins on one page of the caller's memory and ends on the next; in the program's too, for some length.
 */
static void across(void)
{
	char *pages = mmap(NULL, 2 * CODE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char padding[CODE_PAGE + 1];
	size_t i, ran = 0;

	need(pages == MAP_FAILED ? -1 : 0, "mmap");
	for (i = 1; i <= sizeof(EXIT_42); i++) {
		char *at = pages + CODE_PAGE - i;
		char *const argv[] = { (char *)"sh", (char *)"-c", at, padding, NULL };

		memcpy(at, EXIT_42, sizeof(EXIT_42));
		memset(padding, 'p', (i * 509) % CODE_PAGE);
		padding[(i * 509) % CODE_PAGE] = 0;
		ran += start(argv) == 42;
	}
	effect(ran > 0, "the program ran");
}

/* More than is looked at, and the argument behind it. */
static void too_long(void)
{
	static char padding[100000];
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)"eval \"$1\"", padding, (char *)EXIT_42, NULL };

	memset(padding, 'p', sizeof(padding) - 1);
	effect(start(argv) == 42, "the program ran");
}

static void script(void)
{
	pid_t pid;

	make_file(OUT "/script", "#!" ARGS_SHELL "\neval \"$1\"\n");
	need(chmod(OUT "/script", 0755), "chmod");
	pid = (pid_t)need(fork(), "fork");
	if (pid == 0) {
		char *const argv[] = { (char *)"script", (char *)EXIT_42, NULL };

		execve(OUT "/script", argv, no_environment);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the program ran");
}

/* --- while the call is on its way --------------------------------------------------------------------------- */

static char raced[sizeof(EXIT_42)] = EXIT_42;
static char *volatile raced_argv[] = { (char *)"sh", (char *)"-c", raced, NULL };

static void *rewrite_text(void *unused)
{
	(void)unused;
	for (;;) {
		memcpy(raced, EXIT_42, sizeof(raced));
		memcpy(raced, EXIT_0, sizeof(raced));
	}
	return NULL;
}

/* The kernel reads the arguments once; whoever looks at the caller's memory after it may see others. */
static void __attribute__((noreturn)) race(void)
{
	int i, ran = 0;

	for (i = 0; i < 300 && !ran; i++) {
		pid_t pid = (pid_t)need(fork(), "fork");

		if (pid == 0) {
			struct timespec time = { .tv_nsec = 100000 + 7919 * i };
			pthread_t id;

			pthread_create(&id, NULL, rewrite_text, NULL);
			nanosleep(&time, NULL);
			execve(ARGS_SHELL, (char *const *)(void *)raced_argv, no_environment);
			_exit(1);
		}
		ran = wait_for(pid) == 42;
	}
	effect(ran, "the program ran");
}

static void race_text(void)
{
	race();
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "plain", plain },	  { "many", many },	{ "across", across },
	{ "too-long", too_long }, { "script", script }, { "race-text", race_text },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(ways); i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			ways[i].run();
	return 2;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Has BusyBox be the one applet that it must not be: called by other names, through itself, from elsewhere, by another
 * thread's change of the arguments, or without a call.
 */
#include "code.h"
#include <pthread.h>

static char *const no_environment[] = { NULL };

/* Runs a file with these arguments in a child; its status. */
static int start(const char *path, char *const argv[])
{
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		execve(path, argv, no_environment);
		_exit(1);
	}
	return wait_for(pid);
}

#define START(path, ...) start(path, (char *const[]){ __VA_ARGS__, (char *)"-c", (char *)EXIT_42, NULL })

static void plain(void)
{
	effect(START(BOX_SH, (char *)"sh") == 42, "the applet ran");
}

static void box(void)
{
	effect(START(BOX, (char *)"busybox", (char *)"sh") == 42, "the applet ran");
}

static void login(void)
{
	effect(START(BOX, (char *)"-sh") == 42, "the applet ran");
}

static void path(void)
{
	effect(START(BOX, (char *)"/x/y/sh") == 42, "the applet ran");
}

static void box_path(void)
{
	effect(START(BOX, (char *)"busybox", (char *)"/busybox/no/sh") == 42, "the applet ran");
}

static void nested(void)
{
	effect(START(BOX, (char *)"-busybox.x", (char *)"busybox", (char *)"/y/busybox", (char *)"sh") == 42,
	       "the applet ran");
}

/* The name of the link is that of another applet. */
static void own_link(void)
{
	need(symlink(BOX, OUT "/ls"), "symlink");
	effect(START(OUT "/ls", (char *)"sh") == 42, "the applet ran");
}

static void hard_link(void)
{
	step(link(BOX, OUT "/ls"), "link");
	effect(START(OUT "/ls", (char *)"sh") == 42, "the applet ran");
}

static void descriptor(void)
{
	char *const argv[] = { (char *)"sh", (char *)"-c", (char *)EXIT_42, NULL };
	int fd = (int)need(open(BOX, O_PATH | O_CLOEXEC), BOX);
	pid_t pid = (pid_t)need(fork(), "fork");

	if (pid == 0) {
		syscall(SYS_execveat, fd, "", argv, no_environment, AT_EMPTY_PATH);
		_exit(1);
	}
	effect(wait_for(pid) == 42, "the applet ran");
}

static void proc(void)
{
	char text[64];

	snprintf(text, sizeof(text), "/proc/self/fd/%ld", need(open(BOX, O_PATH), BOX));
	effect(START(text, (char *)"sh") == 42, "the applet ran");
}

static void script(void)
{
	make_file(OUT "/script", "#!" BOX " sh\n" EXIT_42 "\n");
	need(chmod(OUT "/script", 0755), "chmod");
	effect(start(OUT "/script", (char *const[]){ (char *)"ls", NULL }) == 42, "the applet ran");
}

/* Code of the box that runs in a program of another name, as the dynamic loader's do. */
static void mapped(void)
{
	int fd = (int)need(open(BOX, O_RDONLY | O_CLOEXEC), BOX);
	const unsigned char *at = mmap(NULL, CODE_PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	step(at == MAP_FAILED ? -1 : 0, "mmap");
	effect(memcmp(at, ELFMAG, SELFMAG) == 0, "its code can be run");
}

/* More than is looked at, behind the name. */
static void long_call(void)
{
	static char padding[100000];

	memset(padding, 'p', sizeof(padding) - 1);
	effect(START(BOX, (char *)"sh", (char *)"-c", (char *)EXIT_42, padding) == 42, "the applet ran");
}

static char raced[] = "ls";

static void *rewrite(void *unused)
{
	(void)unused;
	for (;;) {
		memcpy(raced, "sh", 2);
		memcpy(raced, "ls", 2);
	}
	return NULL;
}

/* The kernel reads the arguments once; whoever looks at the caller's memory after it may see others. */
static void race(void)
{
	static char *argv[] = { (char *)"busybox", raced, (char *)"-c", (char *)EXIT_42, NULL };
	int i, ran = 0;

	for (i = 0; i < 300 && !ran; i++) {
		pid_t pid = (pid_t)need(fork(), "fork");

		if (pid == 0) {
			struct timespec time = { .tv_nsec = 100000 + 7919 * i };
			pthread_t id;

			pthread_create(&id, NULL, rewrite, NULL);
			nanosleep(&time, NULL);
			execve(BOX, argv, no_environment);
			_exit(1);
		}
		ran = wait_for(pid) == 42;
	}
	effect(ran, "the applet ran");
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "plain", plain },
	{ "box", box },
	{ "login", login },
	{ "path", path },
	{ "box-path", box_path },
	{ "nested", nested },
	{ "own-link", own_link },
	{ "hard-link", hard_link },
	{ "descriptor", descriptor },
	{ "proc", proc },
	{ "script", script },
	{ "mapped", mapped },
	{ "race", race },
	{ "long", long_call },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < ARRAY_SIZE(ways); i++)
		if (strcmp(ways[i].name, argv[1]) == 0)
			ways[i].run();
	return 2;
}

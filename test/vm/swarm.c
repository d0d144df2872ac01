// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Many threads and processes that live shortly, each of which opens one file and knows what has to become of that.
 *
 *	swarm look WANT FILE           opens the file once
 *	swarm crowd COUNT WANT FILE PROGRAM
 *	                               COUNT of them, two at a time: threads, each 8th a process; each 8th of these
 *	                               becomes PROGRAM, a copy of this one, and looks then
 *	swarm bomb SECONDS WANT FILE   each makes more of its kind as long as the kernel lets it and the time lasts
 *	swarm flood COUNT WANT FILE    opens it COUNT times as fast as can be, half of them by a child on another CPU
 *	swarm hold COUNT FILE          COUNT of them, which have ended but stay till standard input ends
 *
 * In:   WANT is OK or EPERM; FILE is opened for reading.
 * Out:  a line "MADE made, REFUSED not made, WRONG wrong" (of `hold` "ready" first); status 0 when none was wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROCESS_EACH = 8, PROGRAM_EACH = 64, LOOKS = 8, PAUSE_NS = 1000000 };

/* Of all processes together. */
struct sums {
	unsigned long made, refused, wrong;
};

static struct sums *sums;
static bool want_refusal;
static const char *file;

static void add(unsigned long *sum)
{
	__atomic_add_fetch(sum, 1, __ATOMIC_RELAXED);
}

static void rest(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

static bool look_once(void)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), error = errno;

	if (fd >= 0)
		close(fd);
	return want_refusal ? fd < 0 && error == EPERM : fd >= 0;
}

/* True: what became of it is what had to. More than once, so that the end of others comes in between now and then. */
static bool look(void)
{
	unsigned int i, right = 0, looks = want_refusal ? 1 : LOOKS;

	for (i = 0; i < looks; i++)
		right += look_once();
	return right == looks;
}

static void look_and_count(void)
{
	if (!look())
		add(&sums->wrong);
}

static void *in_thread(void *unused)
{
	(void)unused;
	look_and_count();
	return NULL;
}

static void __attribute__((noreturn)) child_of_crowd(const char *want, const char *program)
{
	if (program)
		execl(program, program, "look", want, file, NULL);
	_exit(look() ? 0 : 1);
}

static pid_t begin_child(const char *want, const char *program)
{
	pid_t pid = fork();

	if (pid == 0)
		child_of_crowd(want, program);
	add(pid < 0 ? &sums->refused : &sums->made);
	return pid;
}

static void end_child(pid_t pid)
{
	int status;

	if (pid > 0 && (waitpid(pid, &status, 0) < 0 || status))
		add(&sums->wrong);
}

static void one_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, NULL)) {
		add(&sums->refused);
		return;
	}
	add(&sums->made);
	pthread_join(thread, NULL);
}

/* The last child is waited for when the next is there already: its end comes while another begins. */
static void crowd(long count, const char *want, const char *program)
{
	pid_t last = 0, next;
	long i;

	for (i = 0; i < count; i++) {
		if (i % PROCESS_EACH) {
			one_thread();
			continue;
		}
		next = begin_child(want, i % PROGRAM_EACH ? NULL : program);
		end_child(last);
		last = next;
	}
	end_child(last);
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Who cannot make another ends, but for the first: so there is room, and all is tried again. */
static void bomb(double seconds)
{
	double end = now() + seconds;
	bool first = true;
	pid_t pid;

	signal(SIGCHLD, SIG_IGN);
	while (now() < end) {
		pid = fork();
		if (pid < 0) {
			add(&sums->refused);
			if (!first)
				_exit(0);
			rest();
		} else if (pid == 0) {
			add(&sums->made);
			first = false;
			look_and_count();
		}
	}
	if (!first)
		_exit(0);
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static void __attribute__((noreturn)) child_of_flood(long count)
{
	for (; count > 0; count--)
		if (!look_once())
			add(&sums->wrong);
	_exit(0);
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set); /* there may be no such CPU */
}

static void flood(long count)
{
	int cpu;

	for (cpu = 0; cpu < 2; cpu++) {
		if (fork() == 0) {
			stay_on(cpu);
			child_of_flood(count / 2);
		}
		add(&sums->made);
	}
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

/* Nobody waits for them, so that the kernel keeps what it has of each, but for its memory. */
static void hold(long count)
{
	char byte;

	for (; count > 0; count--) {
		if (fork() == 0)
			_exit(look() ? 0 : 1);
		add(&sums->made);
	}
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	while (wait(NULL) > 0)
		;
}

static void want(const char *text)
{
	want_refusal = strcmp(text, "EPERM") == 0;
}

static bool run(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "crowd") == 0) {
		want(argv[3]);
		file = argv[4];
		crowd(atol(argv[2]), argv[3], argv[5]);
	} else if (argc == 5 && strcmp(argv[1], "bomb") == 0) {
		want(argv[3]);
		file = argv[4];
		bomb(atof(argv[2]));
	} else if (argc == 5 && strcmp(argv[1], "flood") == 0) {
		want(argv[3]);
		file = argv[4];
		flood(atol(argv[2]));
	} else if (argc == 4 && strcmp(argv[1], "hold") == 0) {
		file = argv[3];
		hold(atol(argv[2]));
	} else {
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "look") == 0) {
		want(argv[2]);
		file = argv[3];
		return look() ? 0 : 1;
	}
	sums = mmap(NULL, sizeof(*sums), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sums == MAP_FAILED || !run(argc, argv)) {
		fprintf(stderr, "swarm: wrong usage, or no memory\n");
		return 2;
	}
	printf("%lu made, %lu not made, %lu wrong\n", sums->made, sums->refused, sums->wrong);
	return sums->wrong ? 1 : 0;
}

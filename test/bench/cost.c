/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What one operation costs: runs it many times and prints the median (of exec the least) in nanoseconds, which under
 * -icount are guest instructions. Static, so that an exec of it runs no dynamic loader.
 *
 *	cost open FILE | read FILE | write FILE | ioctl FILE | exec | tcp ADDRESS PORT QUEUED | udp ADDRESS PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP 20
#define RUNS	401

static long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void fail(const char *what)
{
	fprintf(stderr, "cost: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void do_open(char **argument)
{
	int fd = open(argument[0], O_RDONLY);

	if (fd < 0)
		fail(argument[0]);
	close(fd);
}

/* One byte, or its flags, of a file that stays open. */
static long time_use(const char *what, char **argument)
{
	static int fd = -1;
	long start, result, flags;
	char byte = 'x';

	if (fd < 0)
		fd = open(argument[0], O_RDWR);
	start = now_ns();
	if (!strcmp(what, "read"))
		result = pread(fd, &byte, 1, 0);
	else if (!strcmp(what, "write"))
		result = pwrite(fd, &byte, 1, 0);
	else
		result = ioctl(fd, FS_IOC_GETFLAGS, &flags);
	start = now_ns() - start;
	if (result < 0)
		fail(what);
	return start;
}

static void do_exec(char **argument)
{
	pid_t pid = fork();
	int status;

	(void)argument;
	if (pid < 0)
		fail("fork");
	if (!pid) {
		execl("/proc/self/exe", "cost", "nothing", (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0 || status)
		fail("exec");
}

static void do_connect(char **argument, int type)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argument[1])) };
	int fd = socket(AF_INET, type, 0);

	inet_pton(AF_INET, argument[0], &to.sin_addr);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		fail("connect");
	if (type == SOCK_STREAM) {
		const struct linger reset = { .l_onoff = 1 };

		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	}
	close(fd);
}

/* Only the connect itself is timed for UDP: socket(2) and close(2) cost ten times as much. */
static long time_udp(char **argument)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argument[1])) };
	static int fd = -1;
	long start, end;

	if (fd < 0)
		fd = socket(AF_INET, SOCK_DGRAM, 0);
	inet_pton(AF_INET, argument[0], &to.sin_addr);
	start = now_ns();
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		fail("connect");
	end = now_ns();
	return end - start;
}

static long time_one(const char *what, char **argument)
{
	long start = now_ns();

	if (!strcmp(what, "udp"))
		return time_udp(argument);
	if (!strcmp(what, "read") || !strcmp(what, "write") || !strcmp(what, "ioctl"))
		return time_use(what, argument);
	if (!strcmp(what, "open"))
		do_open(argument);
	else if (!strcmp(what, "exec"))
		do_exec(argument);
	else if (!strcmp(what, "tcp"))
		do_connect(argument, SOCK_STREAM);
	else
		exit(2);
	return now_ns() - start;
}

static int listen_for_tcp(char **argument)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argument[1])) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	inet_pton(AF_INET, argument[0], &at.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 4096))
		fail("listen");
	return fd;
}

/*
 * Queues so many datagrams and takes them out again. A connection needs memory for three segments at once, of the size
 * that these take: where each of the kernel's slabs of that size has room for one only, each connection goes through
 * several of them, some 600 instructions, and leaves them so for the next.
 */
static void move_slabs(char **argument, int queued)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argument[1])) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char datagram[400] = { 0 };

	inet_pton(AF_INET, argument[0], &at.sin_addr);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		fail("bind");
	for (int i = 0; i < queued; i++)
		if (sendto(fd, datagram, sizeof(datagram), 0, (struct sockaddr *)&at, sizeof(at)) < 0)
			fail("sendto");
	for (int i = 0; i < queued; i++)
		if (recv(fd, datagram, sizeof(datagram), MSG_DONTWAIT) < 0)
			fail("recv");
	close(fd);
}

static int compare(const void *a, const void *b)
{
	long left = *(const long *)a, right = *(const long *)b;

	return left < right ? -1 : left > right;
}

int main(int argc, char **argv)
{
	static long took[RUNS];

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "nothing"))
		return 0;
	if (!strcmp(argv[1], "tcp")) {
		move_slabs(argv + 2, atoi(argv[4]));
		listen_for_tcp(argv + 2);
	}
	for (int i = 0; i < WARM_UP; i++)
		time_one(argv[1], argv + 2);
	for (int i = 0; i < RUNS; i++)
		took[i] = time_one(argv[1], argv + 2);
	qsort(took, RUNS, sizeof(*took), compare);
	/* Timer interrupts fall into most execs, which take that long: there the least is what one costs. */
	printf("%ld\n", took[!strcmp(argv[1], "exec") ? 0 : RUNS / 2]);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * sink.c and the files beside it: lines arrive whole and in order, and a reader that does not read costs lines, never
 * time.
 */
#include "sink.h"
#include <check.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <test/harness.h>
#include "log.h"
#include "sink_socket.h"

static struct loop *loop;
static char folder[] = "/tmp/sink_test.XXXXXX";
static char path[64], moved[64];

static void set_up(void)
{
	strcpy(folder, "/tmp/sink_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	snprintf(moved, sizeof(moved), "%s/log.1", folder);
	ck_assert_int_eq(loop_new(&loop), 0);
	log_set_maximum(0); /* failures are provoked here */
}

static void tear_down(void)
{
	loop = loop_free(loop);
	unlink(path);
	unlink(moved);
	rmdir(folder);
}

static void check_file(const char *name, const char *wanted)
{
	char *text = harness_file(name, NULL);

	ck_assert_str_eq(text, wanted);
	free(text);
}

START_TEST(appends_and_reopens)
{
	struct sink *sink;
	struct stat st;

	ck_assert_int_eq(sink_new(loop, path, &sink), 0);
	sink_write(sink, "a\n", 2);
	ck_assert_int_eq(rename(path, moved), 0);
	sink_write(sink, "b\n", 2);
	sink_reopen(sink);
	sink_write(sink, "c\n", 2);
	check_file(moved, "a\nb\n");
	check_file(path, "c\n");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777 & ~0640, 0);
	ck_assert_uint_eq(sink_status(sink).written, 3);
	ck_assert_uint_eq(sink_status(sink).dropped, 0);
	sink_free(sink);
}
END_TEST

START_TEST(keeps_the_old_file_when_the_new_one_fails)
{
	struct sink *sink;

	ck_assert_int_eq(sink_new(loop, path, &sink), 0);
	ck_assert_int_eq(rename(path, moved), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	sink_reopen(sink);
	ck_assert(sink_status(sink).failing);
	sink_write(sink, "a\n", 2);
	check_file(moved, "a\n");
	rmdir(path);
	sink_free(sink);
}
END_TEST

/* A FIFO holds 64 KiB: what is more waits, what is more than the queue is dropped, and nothing is torn. */
START_TEST(a_reader_that_sleeps)
{
	static char buffer[SINK_QUEUE_MAX + 65536 + 4096];
	char line[1000];
	struct sink *sink;
	size_t size = 0, i;
	ssize_t n;
	int fd;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	fd = open(path, O_RDONLY | O_NONBLOCK);
	ck_assert_int_eq(sink_new(loop, path, &sink), 0);
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (i = 0; i < 3000; i++)
		sink_write(sink, line, sizeof(line));
	ck_assert_uint_gt(sink_status(sink).dropped, 1000);
	ck_assert(sink_status(sink).failing);
	while ((n = read(fd, buffer + size, sizeof(buffer) - size)) > 0) {
		size += n;
		(void)loop_turn(loop, 10);
	}
	ck_assert(!sink_status(sink).failing);
	ck_assert_uint_eq(size, sink_status(sink).written * sizeof(line));
	ck_assert_uint_eq(sink_status(sink).written + sink_status(sink).dropped, 3000);
	for (i = 0; i < size; i += sizeof(line))
		ck_assert_mem_eq(buffer + i, line, sizeof(line));
	sink_free(sink);
	close(fd);
}
END_TEST

START_TEST(a_full_disk)
{
	struct sink *sink;

	ck_assert_int_eq(sink_new(loop, "/dev/full", &sink), 0);
	sink_write(sink, "a\n", 2);
	ck_assert(sink_status(sink).failing);
	sink_retry(sink);
	sink_flush(sink, 100);
	ck_assert_uint_eq(sink_status(sink).written, 0);
	sink_free(sink);
}
END_TEST

START_TEST(standard_output)
{
	struct sink *sink;
	int pipe_fd[2], saved = dup(STDOUT_FILENO);
	char text[16] = "";

	fflush(stdout);
	ck_assert_int_eq(pipe(pipe_fd), 0);
	dup2(pipe_fd[1], STDOUT_FILENO);
	ck_assert_int_eq(sink_new(loop, "-", &sink), 0);
	sink_write(sink, "line\n", 5);
	ck_assert_int_eq(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK, 0); /* it is not ours alone */
	dup2(saved, STDOUT_FILENO);
	close(saved);
	ck_assert_int_eq(read(pipe_fd[0], text, sizeof(text)), 5);
	ck_assert_str_eq(text, "line\n");
	sink_free(sink);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}
END_TEST

/* --- sockets ---------------------------------------------------------------------------------------------- */

static int listen_at(const char *where, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, where);
	unlink(where);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(fd, 4), 0);
	return fd;
}

static const char *received(int fd)
{
	static char text[65536];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static const struct {
	const char *destination;
	const char *head;
} datagrams[] = {
	{ "journald", "PRIORITY=5\nSYSLOG_IDENTIFIER=bulwark\nBULWARK_EVENT=1\nMESSAGE=" },
	{ "syslog", "<85>bulwark: " },
	{ "unix", "" },
};

START_TEST(a_datagram_for_each_line)
{
	char destination[80], wanted[256];
	struct sink *sink;
	int fd = listen_at(path, SOCK_DGRAM);

	sink_journald_socket = sink_syslog_socket = path;
	if (strcmp(datagrams[_i].destination, "unix") == 0)
		snprintf(destination, sizeof(destination), "unix:%s", path);
	else
		strcpy(destination, datagrams[_i].destination);
	ck_assert_int_eq(sink_new(loop, destination, &sink), 0);
	sink_write(sink, "{\"a\":1}\n{\"b\":2}\n", 16);
	snprintf(wanted, sizeof(wanted), "%s{\"a\":1}", datagrams[_i].head);
	ck_assert_str_eq(received(fd), wanted);
	snprintf(wanted, sizeof(wanted), "%s{\"b\":2}", datagrams[_i].head);
	ck_assert_str_eq(received(fd), wanted);
	ck_assert_uint_eq(sink_status(sink).written, 2);
	sink_free(sink);
	close(fd);
}
END_TEST

/* Nobody is there at the start, then somebody, then another: what happened meanwhile waits. */
START_TEST(who_listens_comes_and_goes)
{
	char destination[80];
	struct sink *sink;
	int fd, peer;

	snprintf(destination, sizeof(destination), "unix:%s", path);
	ck_assert_int_eq(sink_new(loop, destination, &sink), 0);
	ck_assert(sink_status(sink).failing);
	sink_write(sink, "a\n", 2);
	sink_retry(sink);
	ck_assert_uint_eq(sink_status(sink).written, 0);
	fd = listen_at(path, SOCK_STREAM);
	sink_retry(sink);
	peer = accept(fd, NULL, NULL);
	ck_assert_str_eq(received(peer), "a\n");
	ck_assert(!sink_status(sink).failing);
	close(peer);
	sink_write(sink, "b\n", 2); /* nobody reads it: a stream does not tell */
	sink_write(sink, "c\n", 2);
	ck_assert(sink_status(sink).failing);
	sink_retry(sink);
	peer = accept(fd, NULL, NULL);
	ck_assert_ptr_nonnull(strstr(received(peer), "c\n"));
	ck_assert(!sink_status(sink).failing);
	close(peer);
	close(fd);
	sink_free(sink);
}
END_TEST

/* One that is too large for any datagram arrives cut, and holds up no other. */
START_TEST(a_line_without_end)
{
	static char line[900000];
	char destination[80];
	struct sink *sink;
	int fd = listen_at(path, SOCK_DGRAM);

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	snprintf(destination, sizeof(destination), "unix:%s", path);
	ck_assert_int_eq(sink_new(loop, destination, &sink), 0);
	sink_write(sink, line, sizeof(line));
	sink_write(sink, "b\n", 2);
	ck_assert_uint_gt(strlen(received(fd)), 1000);
	sink_retry(sink);
	ck_assert_str_eq(received(fd), "b");
	ck_assert(!sink_status(sink).failing);
	sink_free(sink);
	close(fd);
}
END_TEST

/* --- rotation --------------------------------------------------------------------------------------------- */

START_TEST(a_file_that_is_large)
{
	char second[80], third[80], line[] = "0123456789abcde\n";
	struct sink *sink;
	int i, round;

	snprintf(second, sizeof(second), "%s.2", path);
	snprintf(third, sizeof(third), "%s.3", path);
	ck_assert_int_eq(sink_new(loop, path, &sink), 0);
	sink_set_rotation(sink, 1600, 2);
	for (round = 0; round < 4; round++) {
		for (i = 0; i < 100; i++)
			sink_write(sink, line, 16);
		sink_retry(sink);
	}
	sink_write(sink, "last\n", 5);
	check_file(path, "last\n");
	ck_assert_int_eq(access(moved, F_OK), 0);
	ck_assert_int_eq(access(second, F_OK), 0);
	ck_assert_int_eq(access(third, F_OK), -1);
	ck_assert_uint_eq(sink_status(sink).written, 401);
	ck_assert_uint_eq(sink_status(sink).dropped, 0);
	sink_free(sink);
	unlink(second);
}
END_TEST

static const struct {
	const char *destination;
	int result;
} refused[] = {
	{ "journal", -EINVAL },	 { "unix:", -EINVAL }, { "unix:relative", -EINVAL },
	{ "relative", -EINVAL }, { "", -EINVAL },      { "/nonexistent/x", -ENOENT },
};

START_TEST(refuses)
{
	struct sink *sink = NULL;

	ck_assert_int_eq(sink_new(loop, refused[_i].destination, &sink), refused[_i].result);
	ck_assert_ptr_null(sink);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sink");
	TCase *tests = tcase_create("sink");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, appends_and_reopens);
	tcase_add_test(tests, keeps_the_old_file_when_the_new_one_fails);
	tcase_add_test(tests, a_reader_that_sleeps);
	tcase_add_test(tests, a_full_disk);
	tcase_add_test(tests, standard_output);
	tcase_add_loop_test(tests, a_datagram_for_each_line, 0, ARRAY_SIZE(datagrams));
	tcase_add_test(tests, who_listens_comes_and_goes);
	tcase_add_test(tests, a_line_without_end);
	tcase_add_test(tests, a_file_that_is_large);
	tcase_add_loop_test(tests, refuses, 0, ARRAY_SIZE(refused));
	suite_add_tcase(suite, tests);
	return harness_run(suite);
}

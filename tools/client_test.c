/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The client against agents that are not well: each case is a server that answers one connection in its own way.
 */
#include "client.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <check.h>
#include <errno.h>
#include <json-c/json.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define QUICK 300 /* milliseconds that a test waits for what never comes */
#define LONG  10000

struct server {
	char folder[32];
	char path[64];
	int listening;
	pthread_t thread;
	void (*answer)(int fd);
	char request[256];
};

static struct server server;

static void *serve(void *unused)
{
	int fd = accept(server.listening, NULL, NULL);
	size_t size = 0;
	ssize_t n = 1;

	(void)unused;
	if (fd < 0)
		return NULL;
	/* A whole line, or as much of a long one as there is room for. */
	while (n > 0 && size < sizeof(server.request) - 1 && !memchr(server.request, '\n', size)) {
		n = recv(fd, server.request + size, sizeof(server.request) - 1 - size, 0);
		size += n > 0 ? (size_t)n : 0;
	}
	server.request[size] = '\0';
	server.answer(fd);
	close(fd);
	return NULL;
}

static void start(void (*answer)(int fd))
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	signal(SIGPIPE, SIG_IGN);
	strcpy(server.folder, "/tmp/client_test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(server.folder));
	snprintf(server.path, sizeof(server.path), "%s/s", server.folder);
	strcpy(address.sun_path, server.path);
	server.listening = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(server.listening, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(server.listening, 1), 0);
	server.answer = answer;
	if (answer)
		ck_assert_int_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

static void finish(void)
{
	if (server.answer)
		pthread_join(server.thread, NULL);
	close(server.listening);
	unlink(server.path);
	rmdir(server.folder);
}

static void say(int fd, const char *text)
{
	send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* --- replies ---------------------------------------------------------------------------------------------- */

static void answer_well(int fd)
{
	say(fd, "{\"parameters\":{\"n\":1}}\n");
}

static void answer_in_pieces(int fd)
{
	say(fd, "{\"parameters\"");
	usleep(20000);
	say(fd, ":{\"n\":1}");
	usleep(20000);
	say(fd, "}\n");
}

static void answer_truncated(int fd)
{
	say(fd, "{\"parameters\":{\"n\":");
}

static void answer_nothing(int fd)
{
	(void)fd;
}

static void answer_late(int fd)
{
	usleep(2 * QUICK * 1000);
	say(fd, "{}\n");
}

/* Never silent for long, never done: the bound is on the line, not on the pause. */
static void answer_trickling(int fd)
{
	int i;

	for (i = 0; i < 20; i++) {
		say(fd, " ");
		usleep(QUICK * 1000 / 10);
	}
}

static void answer_garbage(int fd)
{
	say(fd, "HTTP/1.1 400 Bad Request\r\n");
}

static void answer_array(int fd)
{
	say(fd, "[1,2]\n");
}

static void answer_two_in_one(int fd)
{
	say(fd, "{} {}\n");
}

static void answer_empty_line(int fd)
{
	say(fd, "\n");
}

static void answer_deep(int fd)
{
	char text[4096];

	memset(text, '[', sizeof(text) - 2);
	memcpy(text, "{\"a\":", 5);
	text[sizeof(text) - 2] = '\n';
	text[sizeof(text) - 1] = '\0';
	say(fd, text);
}

static void answer_endless(int fd)
{
	char text[65536];
	size_t sent = 0;

	memset(text, 'x', sizeof(text));
	while (sent <= BW_CONTROL_LINE_MAX) {
		ssize_t n = send(fd, text, sizeof(text), MSG_NOSIGNAL);

		if (n < 0)
			break;
		sent += (size_t)n;
	}
}

static const struct {
	void (*answer)(int fd);
	int timeout;
	int expected;
} replies[] = {
	{ answer_well, LONG, 0 },
	{ answer_in_pieces, LONG, 0 },
	{ answer_truncated, LONG, -ECONNRESET },
	{ answer_nothing, LONG, -ECONNRESET },
	{ answer_late, QUICK, -ETIMEDOUT },
	{ answer_trickling, QUICK, -ETIMEDOUT },
	{ answer_garbage, LONG, -EBADMSG },
	{ answer_array, LONG, -EBADMSG },
	{ answer_two_in_one, LONG, -EBADMSG },
	{ answer_empty_line, LONG, -EBADMSG },
	{ answer_deep, LONG, -EBADMSG },
	{ answer_endless, LONG, -EMSGSIZE },
};

START_TEST(reply)
{
	struct json_object *line = NULL;
	struct client *client = NULL;

	start(replies[_i].answer);
	ck_assert_int_eq(client_open(server.path, LONG, &client), 0);
	ck_assert_int_eq(client_send(client, "status", NULL, LONG), 0);
	ck_assert_int_eq(client_receive(client, replies[_i].timeout, &line), replies[_i].expected);
	ck_assert_int_eq(!line, replies[_i].expected != 0);
	json_object_put(line);
	client_free(client);
	finish();
}
END_TEST

/* Lines that come together are handed out one by one. */
static void answer_three(int fd)
{
	say(fd, "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
}

START_TEST(several_lines)
{
	struct json_object *line;
	struct client *client;
	int i;

	start(answer_three);
	ck_assert_int_eq(client_open(server.path, LONG, &client), 0);
	ck_assert_int_eq(client_send(client, "events", NULL, LONG), 0);
	for (i = 1; i <= 3; i++) {
		ck_assert_int_eq(client_receive(client, -1, &line), 0);
		ck_assert_int_eq(json_object_get_int(json_object_object_get(line, "n")), i);
		json_object_put(line);
	}
	ck_assert_int_eq(client_receive(client, -1, &line), -ECONNRESET);
	client_free(client);
	finish();
}
END_TEST

START_TEST(request_is_one_line)
{
	struct json_object *parameters = json_object_new_object();
	struct json_object *line;
	struct client *client;

	json_object_object_add(parameters, "name", json_object_new_string("a\nb/c"));
	start(answer_well);
	ck_assert_int_eq(client_open(server.path, LONG, &client), 0);
	ck_assert_int_eq(client_send(client, "show", parameters, LONG), 0);
	ck_assert_int_eq(client_receive(client, LONG, &line), 0);
	json_object_put(line);
	json_object_put(parameters);
	client_free(client);
	finish();
	ck_assert_str_eq(server.request, "{\"method\":\"show\",\"parameters\":{\"name\":\"a\\nb/c\"}}\n");
}
END_TEST

static struct json_object *large_parameters(size_t size)
{
	struct json_object *parameters = json_object_new_object();
	char *text = malloc(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	json_object_object_add(parameters, "text", json_object_new_string(text));
	free(text);
	return parameters;
}

START_TEST(request_too_large)
{
	struct json_object *parameters = large_parameters(BW_CONTROL_LINE_MAX);
	struct client *client;

	start(NULL);
	ck_assert_int_eq(client_open(server.path, LONG, &client), 0);
	ck_assert_int_eq(client_send(client, "load", parameters, LONG), -EMSGSIZE);
	client_free(client);
	json_object_put(parameters);
	finish();
}
END_TEST

/* An agent that reads nothing must not hold the sender. */
START_TEST(request_never_read)
{
	struct json_object *parameters = large_parameters(4u << 20);
	struct client *client;

	start(NULL);
	ck_assert_int_eq(client_open(server.path, LONG, &client), 0);
	ck_assert_int_eq(client_send(client, "load", parameters, QUICK), -ETIMEDOUT);
	client_free(client);
	json_object_put(parameters);
	finish();
}
END_TEST

/* An agent that refuses while it is spoken to is still heard. */
START_TEST(refused_while_sending)
{
	struct json_object *parameters = large_parameters(4u << 20);
	struct json_object *line = NULL;
	struct client *client;
	int r;

	start(answer_well);
	ck_assert_int_eq(client_open(server.path, LONG, &client), 0);
	r = client_send(client, "load", parameters, LONG);
	ck_assert(r == -EPIPE || r == -ECONNRESET);
	ck_assert_int_eq(client_receive(client, LONG, &line), 0);
	json_object_put(line);
	client_free(client);
	json_object_put(parameters);
	finish();
}
END_TEST

/* --- connecting ------------------------------------------------------------------------------------------- */

START_TEST(paths)
{
	char path[CLIENT_PATH_MAX + 2];
	struct client *client = NULL;

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[CLIENT_PATH_MAX + 1] = '\0';
	ck_assert_int_eq(client_open(path, LONG, &client), -ENAMETOOLONG);
	path[CLIENT_PATH_MAX] = '\0';
	ck_assert_int_eq(client_open(path, LONG, &client), -ENOENT);
	ck_assert_int_eq(client_open("", LONG, &client), -EINVAL);
	ck_assert_int_eq(client_open("/dev/null", LONG, &client), -ECONNREFUSED);
	ck_assert_ptr_null(client);
}
END_TEST

/* Nobody accepts and the backlog is full: connect(2) itself has to end. */
START_TEST(full_backlog)
{
	struct client *client[8] = { NULL };
	size_t i;
	int r = 0;

	start(NULL);
	for (i = 0; i < ARRAY_SIZE(client) && r == 0; i++)
		r = client_open(server.path, QUICK, &client[i]);
	ck_assert_int_eq(r, -ETIMEDOUT);
	for (i = 0; i < ARRAY_SIZE(client); i++)
		client_free(client[i]);
	finish();
}
END_TEST

START_TEST(await_end)
{
	start(NULL);
	ck_assert_int_eq(client_await_end(server.path, QUICK), -ETIMEDOUT);
	close(server.listening);
	ck_assert_int_eq(client_await_end(server.path, LONG), 0); /* the name is left, nobody listens */
	unlink(server.path);
	ck_assert_int_eq(client_await_end(server.path, LONG), 0);
	rmdir(server.folder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("client");
	TCase *cases = tcase_create("client");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 60);
	tcase_add_loop_test(cases, reply, 0, ARRAY_SIZE(replies));
	tcase_add_test(cases, several_lines);
	tcase_add_test(cases, request_is_one_line);
	tcase_add_test(cases, request_too_large);
	tcase_add_test(cases, request_never_read);
	tcase_add_test(cases, refused_while_sending);
	tcase_add_test(cases, paths);
	tcase_add_test(cases, full_backlog);
	tcase_add_test(cases, await_end);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a socket's path, a method and its parameters. Out: the agent's lines as JSON objects, or an errno that says
 * how the conversation failed. The only file of the command line that touches the socket; it never blocks longer than
 * it was told to, never keeps more than one line of BW_CONTROL_LINE_MAX bytes, and never raises SIGPIPE.
 */
#include "client.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#define RECEIVE_MIN  4096u
#define RECEIVE_MAX  (BW_CONTROL_LINE_MAX + 1u) /* a line and its end */
#define AWAIT_MILLIS 20

struct client {
	int fd;
	char *buffer; /* what was received and not yet handed out: `size` of `room` bytes */
	size_t size;
	size_t room;
};

/* --- time ---------------------------------------------------------------------------------------------- */

static int64_t now_millis(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The moment at which a wait of `timeout` ends; -1: never. */
static int64_t deadline_after(int timeout)
{
	return timeout < 0 ? -1 : now_millis() + timeout;
}

/* Waits for `events` on the socket. 0, -ETIMEDOUT or errno. */
static int wait_until(int fd, short events, int64_t deadline)
{
	struct pollfd watched = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = deadline < 0 ? -1 : deadline - now_millis();
		int n;

		if (deadline >= 0 && left < 0)
			left = 0;
		n = poll(&watched, 1, left > INT_MAX ? INT_MAX : (int)left);
		if (n > 0)
			return 0;
		if (n == 0)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

/* --- connecting ---------------------------------------------------------------------------------------- */

static int socket_address(const char *path, struct sockaddr_un *ret)
{
	size_t size = strlen(path);

	/* The empty path would be an abstract name that anybody may take. */
	if (!size)
		return -EINVAL;
	if (size > CLIENT_PATH_MAX)
		return -ENAMETOOLONG;
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret->sun_path, path, size);
	return 0;
}

/* A full backlog makes connect(2) wait; SO_SNDTIMEO is what bounds that wait on a unix socket. */
static int connect_within(const char *path, int timeout, int *ret_fd)
{
	struct timeval limit = { .tv_sec = timeout / 1000, .tv_usec = timeout % 1000 * 1000L };
	struct sockaddr_un address;
	_close_ int fd = -1;
	int r;

	r = socket_address(path, &address);
	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
		return -errno;
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno == EINTR)
			continue;
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	}
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int client_open(const char *path, int timeout, struct client **ret)
{
	struct client *client;
	int fd, r;

	r = connect_within(path, timeout, &fd);
	if (r < 0)
		return r;
	client = calloc(1, sizeof(*client));
	if (!client) {
		close(fd);
		return -ENOMEM;
	}
	client->fd = fd;
	*ret = client;
	return 0;
}

struct client *client_free(struct client *client)
{
	if (!client)
		return NULL;
	close(client->fd);
	free(client->buffer);
	free(client);
	return NULL;
}

int client_await_end(const char *path, int timeout)
{
	const struct timespec pause = { .tv_nsec = AWAIT_MILLIS * 1000000L };
	int64_t deadline = deadline_after(timeout);

	for (;;) {
		int fd = -1, r;

		r = connect_within(path, AWAIT_MILLIS, &fd);
		if (r == 0)
			close(fd);
		else if (r == -ENOENT || r == -ECONNREFUSED)
			return 0;
		if (now_millis() >= deadline)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
}

/* --- sending ------------------------------------------------------------------------------------------- */

static int send_all(struct client *client, const char *bytes, size_t size, int64_t deadline)
{
	while (size) {
		ssize_t n = send(client->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
		int r;

		if (n >= 0) {
			bytes += n;
			size -= (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		r = wait_until(client->fd, POLLOUT, deadline);
		if (r < 0)
			return r;
	}
	return 0;
}

int client_send(struct client *client, const char *method, struct json_object *parameters, int timeout)
{
	struct json_object *request = json_object_new_object();
	int64_t deadline = deadline_after(timeout);
	const char *text;
	size_t size;
	int r = 0;

	if (!request)
		return -ENOMEM;
	r |= json_object_object_add(request, "method", json_object_new_string(method));
	if (parameters)
		r |= json_object_object_add(request, "parameters", json_object_get(parameters));
	text = json_object_to_json_string_length(request, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
						 &size);
	if (r || !text)
		r = -ENOMEM;
	else if (size >= BW_CONTROL_LINE_MAX)
		r = -EMSGSIZE;
	r = r ?: send_all(client, text, size, deadline);
	r = r ?: send_all(client, "\n", 1, deadline);
	json_object_put(request);
	return r;
}

/* --- receiving ----------------------------------------------------------------------------------------- */

static int make_room(struct client *client)
{
	size_t room = client->room ? client->room * 2 : RECEIVE_MIN;
	char *buffer;

	if (client->size < client->room)
		return 0;
	if (client->room >= RECEIVE_MAX)
		return -EMSGSIZE;
	if (room > RECEIVE_MAX)
		room = RECEIVE_MAX;
	buffer = realloc(client->buffer, room);
	if (!buffer)
		return -ENOMEM;
	client->buffer = buffer;
	client->room = room;
	return 0;
}

/* Adds to the buffer what has come. 0, -ECONNRESET at the end of the stream, or errno. */
static int receive_more(struct client *client, int64_t deadline)
{
	ssize_t n;
	int r;

	r = make_room(client);
	r = r ?: wait_until(client->fd, POLLIN, deadline);
	if (r < 0)
		return r;
	n = recv(client->fd, client->buffer + client->size, client->room - client->size, MSG_DONTWAIT);
	if (n == 0)
		return -ECONNRESET;
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	client->size += (size_t)n;
	return 0;
}

static int parse_line(const char *line, size_t size, struct json_object **ret)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	bool whole;

	if (!tokener)
		return -ENOMEM;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, line, (int)size);
	whole = object && json_tokener_get_error(tokener) == json_tokener_success &&
		json_tokener_get_parse_end(tokener) == size && json_object_is_type(object, json_type_object);
	json_tokener_free(tokener);
	if (!whole) {
		json_object_put(object);
		return -EBADMSG;
	}
	*ret = object;
	return 0;
}

int client_receive(struct client *client, int timeout, struct json_object **ret)
{
	int64_t deadline = deadline_after(timeout);
	size_t searched = 0;
	char *end = NULL;
	size_t size;
	int r;

	for (;;) {
		if (client->size > searched)
			end = memchr(client->buffer + searched, '\n', client->size - searched);
		if (end)
			break;
		searched = client->size;
		r = receive_more(client, deadline);
		if (r < 0)
			return r;
	}
	size = (size_t)(end - client->buffer);
	r = parse_line(client->buffer, size, ret);
	client->size -= size + 1;
	memmove(client->buffer, end + 1, client->size);
	return r;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes of a peer whom nobody vouches for. Out: one reply for each line, in order.
 *
 * Bounded by design: nothing is read while a reply waits to be taken, so a peer that does not read is its own
 * problem; a line has a longest size; events are taken from the history as the peer takes them from us, so a follower
 * that is too slow loses events and is told how many.
 */
#include "client.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "log.h"
#include "request.h"
#include "stream.h"

#define READ_SIZE	65536
#define LINE_MAX_READER 65536 /* no question is longer; only who may load policies may send them */
#define STREAM_AHEAD	65536 /* bytes of events that wait for a peer; what follows waits in the history */
#define SILENCE_TICKS	60

struct client {
	struct loop_watch watch;
	const struct control_options *options;
	struct control_peer peer;
	void (*gone)(void *context, struct client *client);
	void *context;

	char *in; /* bytes read, at most one whole line and the beginning of the next */
	size_t in_size;
	size_t in_room;
	size_t looked; /* bytes of `in` that have no line's end */

	struct writer out;
	size_t sent; /* bytes of `out` */

	bool ended;	     /* the peer says no more */
	bool closing;	     /* we say no more after `out` */
	bool broken;	     /* the connection is no more */
	unsigned int silent; /* ticks without progress */

	struct stream stream;
};

static void on_ready(void *context, uint32_t events);

int client_new(struct loop *loop, const struct control_options *options, const struct control_peer *peer, int fd,
	       struct client **ret)
{
	struct client *client = calloc(1, sizeof(*client));
	int r;

	if (!client) {
		close(fd);
		return -ENOMEM;
	}
	client->options = options;
	client->peer = *peer;
	client->watch = (struct loop_watch){ .fd = fd, .fn = on_ready, .context = client };
	r = loop_watch(loop, &client->watch, EPOLLIN);
	if (r < 0) {
		client_free(client);
		return r;
	}
	*ret = client;
	return 0;
}

void client_on_gone(struct client *client, void (*gone)(void *context, struct client *client), void *context)
{
	client->gone = gone;
	client->context = context;
}

struct client *client_free(struct client *client)
{
	if (!client)
		return NULL;
	loop_unwatch(&client->watch);
	close(client->watch.fd);
	free(client->in);
	writer_done(&client->out);
	free(client);
	return NULL;
}

const struct control_peer *client_peer(const struct client *client)
{
	return &client->peer;
}

/* --- bytes ------------------------------------------------------------------------------------------------ */

static bool has_output(const struct client *client)
{
	return client->sent < client->out.size;
}

static void flush(struct client *client)
{
	ssize_t n;

	if (writer_failed(&client->out)) /* half a reply is none: better that the peer sees the end */
		client->broken = true;
	while (has_output(client) && !client->broken) {
		n = send(client->watch.fd, client->out.text + client->sent, client->out.size - client->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			client->broken = errno != EAGAIN;
			return;
		}
		client->sent += n;
		client->silent = 0;
	}
	client->sent = 0;
	if (client->out.room > 2 * STREAM_AHEAD)
		writer_done(&client->out); /* a long reply's memory is not kept for the next one */
	client->out.size = 0;
}

static size_t line_max(const struct client *client)
{
	return client->peer.rights & CONTROL_CHANGE ? BW_CONTROL_LINE_MAX : LINE_MAX_READER;
}

static bool make_room(struct client *client)
{
	size_t room = client->in_size + READ_SIZE + 1;
	char *in;

	if (room <= client->in_room)
		return true;
	if (room < 2 * client->in_room)
		room = 2 * client->in_room;
	in = realloc(client->in, room);
	if (!in)
		return false;
	client->in = in;
	client->in_room = room;
	return true;
}

static void read_some(struct client *client)
{
	ssize_t n;

	if (!make_room(client)) {
		client->broken = true;
		return;
	}
	n = recv(client->watch.fd, client->in + client->in_size, READ_SIZE, MSG_DONTWAIT);
	if (n > 0) {
		client->in_size += n;
		client->silent = 0;
	} else if (n == 0) {
		client->ended = true; /* half a line without an end is no request */
	} else if (errno != EAGAIN && errno != EINTR) {
		client->broken = true;
	}
}

static void take_line(struct client *client, size_t size)
{
	client->in_size -= size;
	client->looked = 0;
	memmove(client->in, client->in + size, client->in_size);
	if (!client->in_size) {
		free(client->in); /* between requests a peer costs nothing */
		client->in = NULL;
		client->in_room = 0;
	}
}

/* Answers the next whole line, if there is one and the peer has taken all that was said before. */
static bool next_line(struct client *client)
{
	char *end;

	if (client->stream.active || client->closing || client->broken || has_output(client))
		return false;
	end = client->in_size > client->looked
		      ? memchr(client->in + client->looked, '\n', client->in_size - client->looked)
		      : NULL;
	client->looked = client->in_size;
	if (!end && client->in_size >= line_max(client)) {
		request_refuse_line(&client->out, "too-large", "a request is too long for one line");
		client->closing = true;
		return true;
	}
	if (!end)
		return false;
	*end = '\0';
	if (end > client->in)
		request_answer(client->options, &client->peer, client->in, end - client->in, &client->stream,
			       &client->out);
	take_line(client, end + 1 - client->in);
	return true;
}

/* Goes on with whatever can go on, then says what to wait for, or that it is over. */
static void proceed(struct client *client)
{
	uint32_t events = 0;

	do {
		if (client->stream.active && client->out.size < STREAM_AHEAD)
			stream_pump(&client->stream, client->options->history, client->options->node, &client->out,
				    STREAM_AHEAD);
		flush(client);
	} while (next_line(client) ||
		 (!has_output(client) && !client->broken && stream_waits(&client->stream, client->options->history)));
	if (has_output(client))
		events = EPOLLOUT;
	else if (client->closing || (client->ended && !client->stream.active))
		client->broken = true;
	else if (!client->ended && !client->stream.active)
		events = EPOLLIN;
	if (client->broken || loop_change(&client->watch, events) < 0)
		client->gone(client->context, client);
}

static void on_ready(void *context, uint32_t events)
{
	struct client *client = context;

	if (events & (EPOLLHUP | EPOLLERR) && !(events & EPOLLIN))
		client->broken = true;
	else if (events & EPOLLIN)
		read_some(client);
	proceed(client);
}

void client_pump(struct client *client)
{
	if (client->stream.active)
		proceed(client);
}

void client_tick(struct client *client)
{
	if (client->stream.active && client->stream.filter.follow)
		return;
	if (++client->silent <= SILENCE_TICKS)
		return;
	log_debug("Peer %u of user %u is silent, closing its connection", client->peer.pid, client->peer.uid);
	client->gone(client->context, client);
}

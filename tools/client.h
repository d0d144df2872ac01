/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The near end of the control socket: one JSON object a line, both ways (include/bulwark/control.h).
 *
 * The far end is trusted to be the agent but not to be well: it may be stuck, die in the middle of a line, or be of
 * another version. Every wait has an end, every line a bound, and nothing here prints or exits.
 */
#ifndef TOOLS_CLIENT_H
#define TOOLS_CLIENT_H

struct client;
struct json_object;

/* The longest path that a unix socket can have: sun_path without its NUL. */
#define CLIENT_PATH_MAX 107

/*
 * Connects within `timeout` milliseconds. -ENAMETOOLONG over CLIENT_PATH_MAX, -EINVAL for an empty path,
 * -ETIMEDOUT, or what connect(2) said.
 */
int client_open(const char *path, int timeout, struct client **ret);

/*
 * Sends one request; `parameters` (NULL: none) stays the caller's. -EMSGSIZE over BW_CONTROL_LINE_MAX, -ETIMEDOUT,
 * -EPIPE or -ECONNRESET: the agent stopped listening, and may have said why: client_receive() tells.
 */
int client_send(struct client *client, const char *method, struct json_object *parameters, int timeout);

/*
 * The next line, as an object that the caller puts. `timeout` in milliseconds is for the whole line; -1 waits for
 * ever. -ECONNRESET: the connection ended without one; -EMSGSIZE: longer than BW_CONTROL_LINE_MAX; -EBADMSG: no JSON
 * object; -ETIMEDOUT.
 */
int client_receive(struct client *client, int timeout, struct json_object **ret);

/* Waits until nothing answers at `path` any more: 0, or -ETIMEDOUT. */
int client_await_end(const char *path, int timeout);

struct client *client_free(struct client *client); /* returns NULL; accepts NULL */

#endif

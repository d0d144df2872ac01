/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One connection of the control socket: lines in, lines out. For control.c.
 */
#ifndef AGENT_CLIENT_H
#define AGENT_CLIENT_H

#include "control.h"

struct client;

/* Takes `fd`, also on failure. `gone` is called once when the connection is over; the client must be freed then. */
int client_new(struct loop *loop, const struct control_options *options, const struct control_peer *peer, int fd,
	       struct client **ret);
void client_on_gone(struct client *client, void (*gone)(void *context, struct client *client), void *context);
struct client *client_free(struct client *client); /* returns NULL; accepts NULL */

const struct control_peer *client_peer(const struct client *client);
void client_pump(struct client *client); /* the history has grown */
void client_tick(struct client *client);

#endif

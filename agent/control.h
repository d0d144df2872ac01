/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The control socket (include/bulwark/control.h): who may speak, what they may ask, and one table of methods that
 * answer. Peers are not trusted: a slow one waits for itself, a silent one loses its place, a loud one is cut off.
 */
#ifndef AGENT_CONTROL_H
#define AGENT_CONTROL_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>
#include "history.h"
#include "loop.h"

struct control;

enum {
	CONTROL_READ = 1 << 0,
	CONTROL_CHANGE = 1 << 1,
};

struct control_peer {
	__u32 pid;
	__u32 uid;
	unsigned int rights;
};

struct request; /* request.h */

/* Returns 0, or what request_refuse() returned. */
typedef int (*control_method_fn)(void *context, struct request *request);

struct control_method {
	const char *name;
	unsigned int right;
	control_method_fn fn;
};

struct control_options {
	const char *path;
	const char *node;
	gid_t admin_group; /* CONFIG_NO_GROUP: none */
	gid_t reader_group;
	const struct control_method *method;
	size_t n_methods;
	void *context; /* of the methods */
	const struct history *history;
};

/* Claims the path: -EADDRINUSE (logged) when another agent has it. Nobody can connect yet. */
int control_new(struct loop *loop, const struct control_options *options, struct control **ret);
int control_listen(struct control *control); /* logs what failed */

/* Takes the socket away; peers that are connected stay until control_free() and see by its end that the agent ended. */
void control_close(struct control *control);
struct control *control_free(struct control *control); /* returns NULL; accepts NULL */

void control_published(struct control *control); /* the history has grown: followers get their lines */
void control_tick(struct control *control);	 /* each second or so: peers that do nothing lose their place */

/* Takes a connected socket; for tests, and for what accept() gives. -EBUSY, -EACCES: the peer was told and let go. */
int control_adopt(struct control *control, int fd, const struct control_peer *peer);

/* What a peer with these identities may do: root and this user all, members of the two groups what they are for. */
unsigned int control_rights(const struct control_options *options, uid_t uid, const gid_t *group, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kubelet's list of pods, from a file, a unix socket or over https: read when it is asked for.
 *
 * A source is the path of a file with the JSON of the list, "unix:PATH" of a socket that answers GET /pods, or
 * "https://HOST[:PORT][/PATH]". What another end answers is fetched by a program of its own, bulwark-pods.
 */
#ifndef AGENT_KUBELET_H
#define AGENT_KUBELET_H

#include <linux/types.h>
#include <stdbool.h>
#include "loop.h"

struct json_object;
struct kubelet;

/* Paths; those but `from` are for https, and NULL where there is none. */
struct kubelet_source {
	char *from;
	char *ca;	   /* what the kubelet's certificate is verified by */
	char *certificate; /* what we are known by */
	char *key;	   /* NULL: `certificate` holds it too */
	char *token;	   /* read each time */
	char *name;	   /* in the kubelet's certificate; NULL: the host of `from` */
};

bool kubelet_is_source(const char *from);
bool kubelet_is_https(const char *from);

/* `source` outlives it. */
int kubelet_new(struct loop *loop, const struct kubelet_source *source, struct kubelet **ret);

/* Called whenever a new list was read. Not from within kubelet_new(). */
void kubelet_on_list(struct kubelet *kubelet, void (*fn)(void *context), void *context);
struct kubelet *kubelet_free(struct kubelet *kubelet); /* returns NULL; accepts NULL */

/* Reads the list again; does nothing while that is under way. */
void kubelet_refresh(struct kubelet *kubelet);

/*
 * Waits for what kubelet_refresh() has begun, and not longer than such a thing may take: for an agent that must not put
 * anything in force before it knows what the one before knew.
 */
void kubelet_await(struct kubelet *kubelet);

/* The program that is executed for it; NULL: a file is read instead. */
const char *kubelet_program(const struct kubelet *kubelet);

struct json_object *kubelet_list(const struct kubelet *kubelet); /* the last one, borrowed; NULL: none so far */

/* When the last one was asked for (when_steady()): it tells of all that was there by then. 0: none so far. */
__u64 kubelet_list_time(const struct kubelet *kubelet);

#endif

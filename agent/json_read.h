/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * JSON that other programs left on the node or sent: bounded in size and depth, and of no shape that anybody vouches
 * for. What is absent or of another type reads as NULL; every function accepts NULL for an object.
 */
#ifndef AGENT_JSON_READ_H
#define AGENT_JSON_READ_H

#include <json-c/json.h>

#define JSON_READ_MAX (16u << 20) /* bytes: a kubelet's list of 250 pods is about 4 MiB */

/* The caller puts what it gets; NULL: it is no JSON text, or too large or deep. */
struct json_object *json_read_bytes(const char *bytes, size_t size);

/* A regular file. 0; -EFBIG, -EBADMSG, and errnos of reading. */
int json_read_file(const char *path, struct json_object **ret);
int json_read_fd(int fd, struct json_object **ret); /* from its beginning */

/* Borrowed from the object. */
struct json_object *json_read_map(struct json_object *object, const char *key);
struct json_object *json_read_list(struct json_object *object, const char *key);
const char *json_read_text(struct json_object *object, const char *key); /* not with a NUL inside */
const char *json_read_string(struct json_object *value);		 /* the same for a value by itself */

#endif

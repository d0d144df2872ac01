/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One GET over https, or over a unix socket. Behind it stands libcurl, which no other file knows.
 */
#ifndef AGENT_FETCH_GET_H
#define AGENT_FETCH_GET_H

#include "secret.h"

struct get_request {
	const char *url;	   /* https://HOST[:PORT][/PATH]; with a socket http://NAME/PATH */
	const char *socket;	   /* the path of one; NULL: none */
	int (*connected)(void);	   /* to a socket, and nothing is sent yet: 0, or -errno to give up; or NULL */
	const char *name;	   /* whose certificate is expected, where that is not the URL's host; or NULL */
	struct secret ca;	   /* these alone are believed */
	struct secret certificate; /* the other files are there or not */
	struct secret key;	   /* none: `certificate` holds it too */
	struct secret token;
	size_t max;		 /* bytes of a reply */
	unsigned int timeout_ms; /* for all of it */
};

struct get_reply {
	char *body; /* the caller's */
	size_t size;
	char error[SECRET_ERROR]; /* why there is none: a text without the URL */
};

bool get_body(const struct get_request *request, struct get_reply *ret); /* whole, with status 200; or false */

#endif

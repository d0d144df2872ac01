/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Endpoints: the objects of `connect` and `bind`.
 *
 *	*  *:53/udp  10.0.0.0/8  10.0.0.0/8:443/tcp  10.1.2.3/sctp	every address, IPv4
 *	::1  2001:db8::/32/udp  [2001:db8::/32]:8000-8100		IPv6: with ports in brackets
 *	unix:/run/x.sock  unix:@name					path pattern, abstract name
 */
#ifndef POLICY_ENDPOINT_H
#define POLICY_ENDPOINT_H

#include "policy.h"

struct endpoint_error {
	const char *id; /* for the diagnostic */
	size_t offset;	/* into the text */
	char message[192];
	char hint[128]; /* empty: none */
};

/*
 * Fills all of `ret` but its span; texts and patterns live in `arena`. 0, -ENOMEM, or -EINVAL with `error` filled.
 */
int endpoint_parse(const char *text, size_t size, struct arena *arena, struct endpoint *ret,
		   struct endpoint_error *error);

/* Writes an endpoint of kind INET in its canonical form: 10.0.0.0/8:443/tcp */
void endpoint_print(const struct endpoint *endpoint, FILE *to);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Files that prove who we are, or who others are: certificates, a key, a token.
 *
 * Owner: the caller frees what it gets. Errors are texts for whoever runs the node: what is wrong, and the remedy.
 */
#ifndef AGENT_FETCH_SECRET_H
#define AGENT_FETCH_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_MAX   (1u << 20) /* bytes of one file */
#define SECRET_ERROR 512	/* bytes of an error's text, its NUL too */

struct secret {
	char *bytes; /* and a NUL behind them; NULL: none */
	size_t size;
};

/* `is_private`: a file that others may read is refused. False: `error` says why. */
bool secret_read(const char *path, bool is_private, struct secret *ret, char error[SECRET_ERROR]);

/* The same for a file with one word, which is all that is left of it. */
bool secret_read_word(const char *path, struct secret *ret, char error[SECRET_ERROR]);

void secret_done(struct secret *secret);

#endif

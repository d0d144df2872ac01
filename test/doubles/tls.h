/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The other end of a TLS connection, made in the test: authorities, what they sign, and a server that does what the
 * test tells it, one connection at a time.
 */
#ifndef TEST_DOUBLES_TLS_H
#define TEST_DOUBLES_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>

struct tls_identity {
	X509 *certificate;
	EVP_PKEY *key;
};

/*
 * `names` as OpenSSL writes them ("DNS:node-1", "IP:127.0.0.1"); NULL: an authority. `issuer` NULL: it signs itself.
 * Valid from an hour ago until `seconds` from now.
 */
void tls_issue(struct tls_identity *ret, const struct tls_identity *issuer, const char *names, long seconds);
void tls_identity_done(struct tls_identity *identity);

/* PEM, into a file of this mode; `what`: 'c' the certificate, 'k' the key, 'b' both. */
void tls_write(const struct tls_identity *identity, char what, const char *path, unsigned int mode);

/* On 127.0.0.1, at `port` or, if that is 0, at one that is free, which it then is. Returns the descriptor. */
int tls_listen(unsigned int *port);

/* The next connection, within five seconds; -1: none came. */
int tls_accept(int listening);

/* With `clients` only those who have a certificate of theirs come in. NULL: the other end did not agree. */
SSL *tls_begin(int fd, const struct tls_identity *server, const struct tls_identity *clients);
void tls_end(SSL *tls, int fd); /* accepts NULL */

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: what a certificate is to say, and connections. Out: both ends' proofs, and TLS. Whatever fails that a test has
 * not asked for ends the program.
 */
#include "tls.h"
#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOUR 3600

#define must(condition)                                                                 \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                        \
		}                                                                       \
	} while (0)

/* --- identities ------------------------------------------------------------------------------------------- */

static void add_extension(X509 *certificate, X509 *issuer, int id, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
	must(extension && X509_add_ext(certificate, extension, -1));
	X509_EXTENSION_free(extension);
}

void tls_issue(struct tls_identity *ret, const struct tls_identity *issuer, const char *names, long seconds)
{
	static long serial;
	X509 *certificate = X509_new();
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509_NAME *subject;
	char name[32];

	must(certificate && key);
	*ret = (struct tls_identity){ certificate, key };
	issuer = issuer ? issuer : ret;
	must(X509_set_version(certificate, X509_VERSION_3));
	must(ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial));
	must(X509_gmtime_adj(X509_getm_notBefore(certificate), -HOUR));
	must(X509_gmtime_adj(X509_getm_notAfter(certificate), seconds));
	subject = X509_get_subject_name(certificate);
	snprintf(name, sizeof(name), "%ld", serial);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0));
	must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer->certificate)));
	must(X509_set_pubkey(certificate, key));
	if (names)
		add_extension(certificate, issuer->certificate, NID_subject_alt_name, names);
	else
		add_extension(certificate, issuer->certificate, NID_basic_constraints, "critical,CA:TRUE");
	must(X509_sign(certificate, issuer->key, EVP_sha256()));
}

void tls_identity_done(struct tls_identity *identity)
{
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
	*identity = (struct tls_identity){ 0 };
}

void tls_write(const struct tls_identity *identity, char what, const char *path, unsigned int mode)
{
	FILE *to = fopen(path, "we");

	must(to && fchmod(fileno(to), mode) == 0);
	if (what != 'k')
		must(PEM_write_X509(to, identity->certificate));
	if (what != 'c')
		must(PEM_write_PrivateKey(to, identity->key, NULL, NULL, 0, NULL, NULL));
	must(fclose(to) == 0);
}

/* --- connections ------------------------------------------------------------------------------------------ */

int tls_listen(unsigned int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(address);

	address.sin_port = htons((in_port_t)*port);
	must(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int)) == 0);
	must(bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 4) == 0);
	must(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
	*port = ntohs(address.sin_port);
	return fd;
}

int tls_accept(int listening)
{
	struct pollfd poll_of = { .fd = listening, .events = POLLIN };

	return poll(&poll_of, 1, 5000) == 1 ? accept4(listening, NULL, NULL, SOCK_CLOEXEC) : -1;
}

SSL *tls_begin(int fd, const struct tls_identity *server, const struct tls_identity *clients)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	SSL *tls;

	must(context && SSL_CTX_use_certificate(context, server->certificate) == 1);
	must(SSL_CTX_use_PrivateKey(context, server->key) == 1);
	if (clients) {
		must(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), clients->certificate));
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	}
	tls = SSL_new(context);
	SSL_CTX_free(context);
	must(tls && SSL_set_fd(tls, fd) == 1);
	if (SSL_accept(tls) == 1)
		return tls;
	SSL_free(tls);
	return NULL;
}

void tls_end(SSL *tls, int fd)
{
	if (tls)
		(void)SSL_shutdown(tls);
	SSL_free(tls);
	close(fd);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: where, and by which files each proves to the other who it is. Out: the body of one reply.
 *
 * What libcurl would take from its surroundings is turned off by name: the system's certificates, proxies. What it
 * leaves off by itself stays so: redirects, cookies, .netrc, compression, alternative services.
 */
#include "get.h"
#include <base/cleanup.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>

#define CONNECT_PART 2 /* of the whole time, for a connection with its handshake: half of it */
#define DEFAULT_PATH "/pods"
#define HOST_MAX     512

struct getting {
	const struct get_request *request;
	CURL *curl;
	struct curl_slist *connect_to;
	FILE *body; /* in memory: reply->body */
	size_t size;
	bool too_large;
	int given_up; /* what `connected` said */
	char detail[CURL_ERROR_SIZE];
	struct get_reply *reply;
};

#define option(getting, name, value) (curl_easy_setopt((getting)->curl, CURLOPT_##name, value) == CURLE_OK)

/* --- what libcurl calls ----------------------------------------------------------------------------------- */

static size_t on_bytes(char *bytes, size_t size, size_t n, void *context)
{
	struct getting *getting = context;

	(void)size; /* 1 */
	getting->too_large = n > getting->request->max - getting->size;
	if (getting->too_large || fwrite(bytes, 1, n, getting->body) != n)
		return 0;
	getting->size += n;
	return n;
}

static int on_connected(void *context, char *there, char *here, int port_there, int port_here)
{
	struct getting *getting = context;
	int r = getting->request->connected ? getting->request->connected() : 0;

	(void)there;
	(void)here;
	(void)port_there;
	(void)port_here;
	getting->given_up = r;
	return r < 0 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* --- what is asked for ------------------------------------------------------------------------------------ */

static bool set_bounds(struct getting *getting)
{
	long ms = getting->request->timeout_ms;

	return option(getting, TIMEOUT_MS, ms) && option(getting, CONNECTTIMEOUT_MS, ms / CONNECT_PART) &&
	       option(getting, NOSIGNAL, 1L) && option(getting, FOLLOWLOCATION, 0L) &&
	       option(getting, HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && option(getting, PROXY, "") &&
	       option(getting, NETRC, (long)CURL_NETRC_IGNORED) && option(getting, WRITEFUNCTION, on_bytes) &&
	       option(getting, WRITEDATA, getting) && option(getting, ERRORBUFFER, getting->detail) &&
	       option(getting, USERAGENT, "bulwark/" BULWARK_VERSION);
}

static struct curl_blob blob_of(const struct secret *secret)
{
	return (struct curl_blob){ .data = secret->bytes, .len = secret->size, .flags = CURL_BLOB_NOCOPY };
}

static bool set_proof(struct getting *getting)
{
	const struct get_request *request = getting->request;
	struct curl_blob certificate = blob_of(&request->certificate), key = blob_of(&request->key);

	if (request->certificate.bytes && !option(getting, SSLCERT_BLOB, &certificate))
		return false;
	if (request->key.bytes && !option(getting, SSLKEY_BLOB, &key))
		return false;
	return !request->token.bytes || (option(getting, HTTPAUTH, (long)CURLAUTH_BEARER) &&
					 option(getting, XOAUTH2_BEARER, request->token.bytes));
}

/* The folder and the file of the system's certificates are in force until they are set. */
static bool set_tls(struct getting *getting)
{
	struct curl_blob ca = blob_of(&getting->request->ca);

	return option(getting, PROTOCOLS_STR, "https") && option(getting, SSL_VERIFYPEER, 1L) &&
	       option(getting, SSL_VERIFYHOST, 2L) && option(getting, SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       option(getting, SSL_ENABLE_ALPN, 0L) && option(getting, CAINFO, NULL) && option(getting, CAPATH, NULL) &&
	       option(getting, CAINFO_BLOB, &ca) && set_proof(getting);
}

static bool set_socket(struct getting *getting)
{
	return option(getting, PROTOCOLS_STR, "http") && option(getting, UNIX_SOCKET_PATH, getting->request->socket) &&
	       option(getting, PREREQFUNCTION, on_connected) && option(getting, PREREQDATA, getting);
}

/* --- the URL ---------------------------------------------------------------------------------------------- */

/* The name takes the host's place in the URL; the connection goes to the host all the same. */
static bool rename_host(struct getting *getting, CURLU *url)
{
	char *host = NULL, *port = NULL, to[HOST_MAX];
	int n = -1;

	if (curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		n = snprintf(to, sizeof(to), "::%s:%s", host, port);
	curl_free(host);
	curl_free(port);
	if (n < 0 || (size_t)n >= sizeof(to) ||
	    curl_url_set(url, CURLUPART_HOST, getting->request->name, 0) != CURLUE_OK)
		return false;
	getting->connect_to = curl_slist_append(NULL, to);
	return getting->connect_to && option(getting, CONNECT_TO, getting->connect_to);
}

static bool set_default_path(CURLU *url)
{
	char *path = NULL;
	bool good = curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK;

	if (good && strcmp(path, "/") == 0)
		good = curl_url_set(url, CURLUPART_PATH, DEFAULT_PATH, 0) == CURLUE_OK;
	curl_free(path);
	return good;
}

static bool set_url(struct getting *getting)
{
	const struct get_request *request = getting->request;
	CURLU *url = curl_url();
	char *text = NULL;
	bool good = url && curl_url_set(url, CURLUPART_URL, request->url, CURLU_DISALLOW_USER) == CURLUE_OK &&
		    set_default_path(url) && (!request->name || rename_host(getting, url)) &&
		    curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK && option(getting, URL, text);

	curl_free(text);
	curl_url_cleanup(url);
	if (!good)
		snprintf(getting->detail, sizeof(getting->detail), "it is no URL of a host, or the name is none");
	return good;
}

static bool prepare(struct getting *getting)
{
	return set_bounds(getting) && (getting->request->socket ? set_socket(getting) : set_tls(getting)) &&
	       set_url(getting);
}

/* --- what comes ------------------------------------------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3))) say(struct getting *getting, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	(void)vsnprintf(getting->reply->error, sizeof(getting->reply->error), format, list);
	va_end(list);
}

/* Texts that are the same each time, and that tell what to do. */
static void explain(struct getting *getting, CURLcode code)
{
	const char *detail = getting->detail[0] ? getting->detail : curl_easy_strerror(code);

	if (getting->too_large)
		say(getting, "the reply is larger than %zu MiB", getting->request->max >> 20);
	else if (getting->given_up)
		say(getting, "cannot drop privileges: %s", strerror(-getting->given_up));
	else if (code == CURLE_OPERATION_TIMEDOUT)
		say(getting, "there was no whole reply within %u s", getting->request->timeout_ms / 1000);
	else if (code == CURLE_COULDNT_CONNECT)
		say(getting, "nobody listens there");
	else if (code == CURLE_SSL_CONNECT_ERROR)
		say(getting, "no TLS with it: %s", detail);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		say(getting, "its certificate is not believed: %s", detail);
	else
		say(getting, "%s", detail);
}

static bool check_status(struct getting *getting)
{
	long status = 0;

	(void)curl_easy_getinfo(getting->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200)
		return true;
	if (status == 401)
		say(getting, "it answers with status 401: it wants a certificate or token that it knows");
	else if (status == 403)
		say(getting, "it answers with status 403: certificate or token lack the right to get nodes/proxy");
	else
		say(getting, "it answers with status %ld", status);
	return false;
}

static bool perform(struct getting *getting)
{
	CURLcode code = prepare(getting) ? curl_easy_perform(getting->curl) : CURLE_FAILED_INIT;

	if (code == CURLE_OK)
		return check_status(getting);
	explain(getting, code);
	return false;
}

bool get_body(const struct get_request *request, struct get_reply *ret)
{
	struct getting getting = { .request = request, .reply = ret };
	bool good;

	*ret = (struct get_reply){ .error = "" };
	getting.body = open_memstream(&ret->body, &ret->size);
	getting.curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : NULL;
	good = getting.body && getting.curl && perform(&getting);
	if (!ret->error[0] && !good)
		say(&getting, "%s", strerror(ENOMEM));
	curl_easy_cleanup(getting.curl);
	curl_slist_free_all(getting.connect_to);
	if (getting.body && fclose(getting.body) != 0 && good) {
		say(&getting, "%s", strerror(ENOMEM));
		good = false;
	}
	return good;
}

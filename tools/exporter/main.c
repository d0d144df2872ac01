/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark-exporter: serves the agent's metrics over http, on the loopback address alone.
 *
 * In: GET /metrics. Out: what the agent says at that moment, in the form that was asked for. It is a program of its
 * own so that the agent, which may do nearly everything, reads nothing from the network: this one needs no right but
 * to read from the agent's socket (reader_group).
 */
#include <argp.h>
#include <arpa/inet.h>
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include "tools/client.h"
#include "tools/metrics.h"
#include "tools/reply.h"

#define LISTEN		"127.0.0.1:9477"
#define AGENT_MS	5000
#define IDLE_SECONDS	10
#define CONNECTIONS_MAX 16
#define MEMORY_MAX	(32u << 10) /* bytes of one connection: no request of ours has a body */

#define OPENMETRICS "application/openmetrics-text"

struct arguments {
	const char *socket;
	const char *listen;
};

static const struct argp_option options[] = {
	{ "listen", 'l', "ADDRESS:PORT", 0, "Where to listen, a loopback address [" LISTEN "]", 0 },
	{ "socket", 'S', "PATH", 0, "The agent's control socket [" BW_CONTROL_SOCKET "]", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'l':
		arguments->listen = value;
		return 0;
	case 'S':
		arguments->socket = value;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "takes no argument: '%s'", value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Serves the metrics of bulwark's agent at http://ADDRESS:PORT/metrics."
	       "\vNobody is asked who he is, so it listens on the loopback address only.",
};

/* --- the agent -------------------------------------------------------------------------------------------- */

/* The reply's parameters, for the caller to put; NULL when there is no answer. */
static struct json_object *ask(const char *socket, const char *form)
{
	struct json_object *parameters = json_object_new_object(), *reply = NULL;
	struct client *client = NULL;
	int r = parameters ? reply_add(parameters, "format", form) : -ENOMEM;

	r = r < 0 ? r : client_open(socket, AGENT_MS, &client);
	r = r < 0 ? r : client_send(client, "metrics", parameters, AGENT_MS);
	r = r < 0 ? r : client_receive(client, AGENT_MS, &reply);
	client_free(client);
	json_object_put(parameters);
	return r < 0 ? NULL : reply;
}

/* --- http ------------------------------------------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, const char *type,
			      const char *text)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result =
		response ? MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) : MHD_NO;

	if (status == MHD_HTTP_METHOD_NOT_ALLOWED && result == MHD_YES)
		result = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	if (response)
		MHD_destroy_response(response);
	return result;
}

/* Whoever does not ask for OpenMetrics gets the form that everybody reads. */
static bool wants_openmetrics(struct MHD_Connection *connection)
{
	const char *accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);

	return accept && strstr(accept, OPENMETRICS);
}

static enum MHD_Result answer_metrics(struct MHD_Connection *connection, const char *socket)
{
	bool openmetrics = wants_openmetrics(connection);
	struct json_object *reply = ask(socket, openmetrics ? "openmetrics" : "prometheus");
	const char *text = reply_text(reply_object(reply, "parameters"), "text");
	enum MHD_Result result;

	if (!text)
		text = openmetrics ? METRICS_DOWN "# EOF\n" : METRICS_DOWN;
	result = answer(connection, MHD_HTTP_OK,
			openmetrics ? OPENMETRICS "; version=1.0.0; charset=utf-8"
				    : "text/plain; version=0.0.4; charset=utf-8",
			text);
	json_object_put(reply);
	return result;
}

/* NOLINTNEXTLINE(readability-function-size): the library says what it is called with */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
				  const char *method, const char *version, const char *body, size_t *body_size,
				  void **request)
{
	static int seen;

	(void)version;
	(void)body;
	if (!*request) { /* the headers are not all there */
		*request = &seen;
		return MHD_YES;
	}
	if (*body_size) { /* read and forgotten, up to the end */
		*body_size = 0;
		return MHD_YES;
	}
	if (strcmp(path, "/metrics") != 0)
		return answer(connection, MHD_HTTP_NOT_FOUND, "text/plain", "see /metrics\n");
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", "only GET\n");
	return answer_metrics(connection, context);
}

/* --- where it listens ------------------------------------------------------------------------------------- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* "127.0.0.1:9477" or "[::1]:9477". false: it is none, or not of this host alone. */
static bool parse_address(const char *text, union address *ret)
{
	const char *colon = strrchr(text, ':');
	char host[64], *end;
	unsigned long port;
	size_t size = colon ? (size_t)(colon - text) : 0;

	if (!size || size >= sizeof(host))
		return false;
	memcpy(host, text, size);
	host[size] = '\0';
	port = strtoul(colon + 1, &end, 10);
	if (*end || end == colon + 1 || port > 65535)
		return false;
	memset(ret, 0, sizeof(*ret));
	if (host[0] == '[' && host[size - 1] == ']') {
		host[size - 1] = '\0';
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons((uint16_t)port);
		return inet_pton(AF_INET6, host + 1, &ret->v6.sin6_addr) == 1 &&
		       IN6_IS_ADDR_LOOPBACK(&ret->v6.sin6_addr);
	}
	ret->v4.sin_family = AF_INET;
	ret->v4.sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1 && ntohl(ret->v4.sin_addr.s_addr) >> 24 == 127;
}

static struct MHD_Daemon *start(const struct arguments *arguments, const union address *address)
{
	unsigned int flags = MHD_USE_AUTO_INTERNAL_THREAD;

	if (address->any.sa_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, (void *)arguments->socket, /* */
				MHD_OPTION_SOCK_ADDR, &address->any,			     /* */
				MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,		     /* */
				MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,		     /* */
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX, MHD_OPTION_END);
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .socket = BW_CONTROL_SOCKET, .listen = LISTEN };
	const union MHD_DaemonInfo *bound;
	struct MHD_Daemon *daemon;
	union address address;
	sigset_t ends;
	int number;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	if (!parse_address(arguments.listen, &address)) {
		fprintf(stderr, "bulwark-exporter: '%s' is no loopback address with a port, as %s or [::1]:9477\n",
			arguments.listen, LISTEN);
		return 2;
	}
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	signal(SIGPIPE, SIG_IGN);
	daemon = start(&arguments, &address);
	if (!daemon) {
		fprintf(stderr, "bulwark-exporter: cannot listen on %s: %s; is another one running?\n",
			arguments.listen, strerror(errno));
		return 1;
	}
	bound = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	fprintf(stderr, "bulwark-exporter: listening on port %u\n", bound ? bound->port : 0);
	sigwait(&ends, &number);
	MHD_stop_daemon(daemon);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark-pods: prints a kubelet's list of pods, for the agent or for whoever looks why it has none.
 *
 * In: where the list is, and files by which each end proves who it is. Out: the reply on standard output, whole or not
 * at all; else one line on standard error. Exit status: 0 done, 1 it could not, 2 wrong usage.
 *
 * The order is the point: files are read and a unix socket is connected as whoever began it, then all privileges go,
 * and only then is anything read that another end has sent.
 */
#include <argp.h>
#include <base/cleanup.h>
#include <errno.h>
#include <signal.h>
#include "agent/json_read.h"
#include "get.h"
#include "lower.h"

#define UNIX_PREFIX  "unix:"
#define UNIX_URL     "http://localhost/pods"
#define TIMEOUT_MS   5000
#define LIFE_SECONDS 8 /* of the whole process, files and names of hosts included */

struct arguments {
	const char *ca, *certificate, *key, *token, *name;
	const char *source;
};

static const struct argp_option options[] = {
	{ "ca", 'a', "FILE", 0, "Authorities that the kubelet's certificate is verified by (PEM)", 0 },
	{ "certificate", 'c', "FILE", 0, "Our certificate (PEM)", 0 },
	{ "key", 'k', "FILE", 0, "Its key, if that is not in the same file", 0 },
	{ "token", 't', "FILE", 0, "A bearer token", 0 },
	{ "name", 'n', "NAME", 0, "The name in the kubelet's certificate, if it is not the URL's", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'a':
		arguments->ca = value;
		return 0;
	case 'c':
		arguments->certificate = value;
		return 0;
	case 'k':
		arguments->key = value;
		return 0;
	case 't':
		arguments->token = value;
		return 0;
	case 'n':
		arguments->name = value;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->source)
			argp_error(state, "one source, not '%s' too", value);
		arguments->source = value;
		return 0;
	case ARGP_KEY_END:
		if (!arguments->source)
			argp_error(state, "no source is given");
		else if (strncmp(arguments->source, UNIX_PREFIX, strlen(UNIX_PREFIX)) != 0 && !arguments->ca)
			argp_error(state, "https needs --ca");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* All that takes privileges, but for the connection to a unix socket. A certificate's file may hold its key too. */
static bool prepare(const struct arguments *arguments, struct get_request *request, char error[SECRET_ERROR])
{
	size_t prefix = strlen(UNIX_PREFIX);

	if (strncmp(arguments->source, UNIX_PREFIX, prefix) == 0) {
		request->socket = arguments->source + prefix;
		request->connected = lower_privileges;
		request->url = UNIX_URL;
		return true;
	}
	request->url = arguments->source;
	request->name = arguments->name;
	if (!secret_read(arguments->ca, false, &request->ca, error))
		return false;
	if (arguments->certificate &&
	    !secret_read(arguments->certificate, !arguments->key, &request->certificate, error))
		return false;
	if (arguments->key && !secret_read(arguments->key, true, &request->key, error))
		return false;
	return !arguments->token || secret_read_word(arguments->token, &request->token, error);
}

static bool print(const struct get_reply *reply)
{
	size_t done = 0;
	ssize_t n = 1;

	while (done < reply->size && n > 0) {
		n = write(STDOUT_FILENO, reply->body + done, reply->size - done);
		done += n > 0 ? n : 0;
	}
	return done == reply->size;
}

static bool fetch(const struct arguments *arguments, char error[SECRET_ERROR])
{
	struct get_request request = { .max = JSON_READ_MAX, .timeout_ms = TIMEOUT_MS };
	struct get_reply reply = { .error = "" };
	int r;

	if (!prepare(arguments, &request, error))
		return false;
	r = lower_limits(JSON_READ_MAX);
	r = r < 0 || request.connected ? r : lower_privileges();
	if (r < 0)
		snprintf(error, SECRET_ERROR, "cannot drop privileges: %s", strerror(-r));
	else if (!get_body(&request, &reply))
		memcpy(error, reply.error, SECRET_ERROR);
	else if (!print(&reply))
		snprintf(error, SECRET_ERROR, "cannot print it: %m");
	else
		return true;
	return false;
}

int main(int argc, char *argv[])
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = "https://HOST[:PORT][/PATH]|unix:PATH",
		.doc = "Prints the list of pods of a kubelet.",
	};
	struct arguments arguments = { 0 };
	char error[SECRET_ERROR] = "";
	bool good;

	clearenv(); /* libraries read it: proxies, where to log keys of sessions */
	signal(SIGPIPE, SIG_IGN);
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	alarm(LIFE_SECONDS);
	good = fetch(&arguments, error);
	if (!good)
		dprintf(STDERR_FILENO, "bulwark-pods: %s\n", error);
	_exit(good ? EXIT_SUCCESS : EXIT_FAILURE); /* memory and the library's threads go with the process */
}

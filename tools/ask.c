/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a method of the control protocol and its parameters. Out: the agent's answer; or one line on stderr that names
 * the socket, what is wrong and the remedy, and the exit status that belongs to it. Every way in which an exchange can
 * fail is worded here, so that it reads the same whichever command asked.
 */
#include "ask.h"
#include "client.h"
#include "print.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>

/* --- what can go wrong ----------------------------------------------------------------------- */

#define GROUPS	    "admin_group and reader_group of /etc/bulwark/bulwark.yaml say who may"
#define SEE_VERSION "are bulwark " BULWARK_VERSION " and bulwarkd of one version?"
#define SEE_SERVICE "is bulwarkd running? systemctl status bulwark"

static const struct trouble {
	int error;
	const char *reason;
	const char *remedy;
} troubles[] = {
	{ ENOENT, "no such socket", SEE_SERVICE },
	{ ENOTDIR, "no such socket", SEE_SERVICE },
	{ ECONNREFUSED, "nobody listens there", SEE_SERVICE },
	{ ETIMEDOUT, "no answer in time", "is bulwarkd stuck? journalctl -u bulwark, or a longer --timeout" },
	{ ECONNRESET, "the connection ended before the reply", "did bulwarkd end? journalctl -u bulwark" },
	{ EPIPE, "the connection ended before the reply", "did bulwarkd end? journalctl -u bulwark" },
	{ EBADMSG, "what came is no reply", SEE_VERSION },
	{ EMSGSIZE, "what came is longer than a reply may be", SEE_VERSION },
	{ EPROTO, "the reply lacks what was asked for", SEE_VERSION },
	{ ENOTSOCK, "not a socket", "--socket names the agent's control socket" },
	{ EPROTOTYPE, "not a stream socket", "--socket names the agent's control socket" },
};

static const struct trouble *find_trouble(int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(troubles); i++) {
		if (troubles[i].error == error)
			return &troubles[i];
	}
	return NULL;
}

const char *ask_reason(int error)
{
	const struct trouble *trouble = find_trouble(error < 0 ? -error : error);

	return trouble ? trouble->reason : strerror(error < 0 ? -error : error);
}

/* The socket belongs to the group that may ask: the surest place to learn which one that is. */
static void report_not_permitted(const char *path)
{
	const struct group *group = NULL;
	struct stat status;

	if (stat(path, &status) == 0 && status.st_gid != 0)
		group = getgrgid(status.st_gid);
	if (group)
		command_error("not permitted to ask the agent at %s: be root or a member of group '%s'", path,
			      group->gr_name);
	else
		command_error("not permitted to ask the agent at %s; %s", path, GROUPS);
}

/* A failed exchange; returns the exit status. */
static int report(const struct command_options *options, int error)
{
	const struct trouble *trouble = find_trouble(-error);

	if (error == -ENOMEM)
		return command_out_of_memory();
	if (error == -EACCES || error == -EPERM)
		report_not_permitted(options->socket);
	else
		command_error("cannot ask the agent at %s: %s; %s", options->socket, ask_reason(error),
			      trouble ? trouble->remedy : SEE_SERVICE);
	return COMMAND_AGENT;
}

int ask_unexpected(const struct command_options *options)
{
	return report(options, -EPROTO);
}

/* --- an exchange ----------------------------------------------------------------------------- */

int ask_begin(const struct command_options *options, const char *method, struct json_object *parameters,
	      struct client **ret)
{
	struct client *client = NULL;
	int r;

	r = client_open(options->socket, options->timeout, &client);
	r = r ?: client_send(client, method, parameters, options->timeout);
	/* The agent that hangs up while it is spoken to may have said why: that is for the reader of the reply. */
	if (r == -EPIPE || r == -ECONNRESET)
		r = client ? 0 : r;
	if (r == 0) {
		*ret = client;
		return COMMAND_OK;
	}
	client_free(client);
	if (r == -EMSGSIZE) {
		command_error("the request is too large: the agent takes %u MiB at once", BW_CONTROL_LINE_MAX >> 20);
		return COMMAND_NO;
	}
	return report(options, r);
}

int ask_receive(const struct command_options *options, struct client *client, int timeout, struct json_object **ret)
{
	int r = client_receive(client, timeout, ret);

	return r < 0 ? report(options, r) : COMMAND_OK;
}

/* Replies that say no to what was asked; every other code means that the agent refused. */
static bool is_answer_no(const char *code)
{
	static const char *const codes[] = { "invalid-policy", "not-found", "too-large", "busy" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		if (code && strcmp(code, codes[i]) == 0)
			return true;
	}
	return false;
}

static const char *refusal_remedy(const char *code)
{
	if (code && strcmp(code, "not-permitted") == 0)
		return " (" GROUPS ")";
	return "";
}

/* The agent's rendering with the line and the caret; or, where it has none, what there is. */
static void print_diagnostic(struct json_object *diagnostic)
{
	const char *text = reply_text(diagnostic, "text");

	if (text) {
		print_indented(stderr, 0, text);
		return;
	}
	print_text(stderr, reply_text(diagnostic, "file"));
	fprintf(stderr, ":%lld:%lld: ", (long long)reply_number(diagnostic, "line"),
		(long long)reply_number(diagnostic, "column"));
	print_text(stderr, reply_text(diagnostic, "severity"));
	fputs(": ", stderr);
	print_text(stderr, reply_text(diagnostic, "message"));
	putc('\n', stderr);
}

void ask_print_diagnostics(struct json_object *diagnostics)
{
	size_t i;

	for (i = 0; i < reply_count(diagnostics); i++)
		print_diagnostic(json_object_array_get_idx(diagnostics, i));
}

static int report_error(const struct command_options *options, struct json_object *line)
{
	struct json_object *error = reply_object(line, "error");
	const char *message = reply_text(error, "message");
	const char *code = reply_text(error, "code");
	bool no = is_answer_no(code);

	if (options->json)
		reply_print(line, stdout);
	ask_print_diagnostics(reply_list(error, "diagnostics"));
	if (!message)
		message = "it does not say why";
	if (no)
		command_error("%s", message);
	else
		command_error("the agent at %s refused: %s%s", options->socket, message, refusal_remedy(code));
	return no ? COMMAND_NO : COMMAND_AGENT;
}

int ask_answer(const struct command_options *options, struct json_object *line, struct json_object **ret)
{
	struct json_object *parameters = reply_object(line, "parameters");

	if (reply_object(line, "error"))
		return report_error(options, line);
	if (!parameters)
		return ask_unexpected(options);
	*ret = json_object_get(parameters);
	return COMMAND_OK;
}

int ask_agent(const struct command_options *options, const char *method, struct json_object *parameters,
	      struct json_object **ret)
{
	struct json_object *line = NULL;
	struct client *client = NULL;
	int status;

	status = ask_begin(options, method, parameters, &client);
	status = status ?: ask_receive(options, client, options->timeout, &line);
	status = status ?: ask_answer(options, line, ret);
	json_object_put(line);
	client_free(client);
	return status;
}

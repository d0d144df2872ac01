/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwarkd: options and configuration -> one of the things it does: run, stop another one, show what the kernel
 * offers. Exit status: 0 done; 1 it could not, or policy files were broken at the end; 2 wrong usage.
 */
#include <argp.h>
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include "agent.h"
#include "load.h"
#include "log.h"
#include "notify.h"
#include "off.h"
#include "pins.h"
#include "probe.h"
#include "render.h"
#include "stop.h"
#include "writer.h"

#define PROBES_MAX 64

enum {
	OPTION_CONFIG = 256,
	OPTION_POLICY_DIR,
	OPTION_SOCKET,
	OPTION_LOG,
	OPTION_ONCE_READY,
	OPTION_STOP,
	OPTION_PROBE,
	OPTION_JSON,
	OPTION_DEBUG,
};

struct arguments {
	const char *config; /* NULL: the default one, if there is one */
	struct config_list policy_dirs;
	struct config_list log;
	const char *socket;
	int ready_fd;
	bool stop;
	bool probe;
	bool json;
};

const char *argp_program_version = "bulwarkd " BULWARK_VERSION;

static const struct argp_option options[] = {
	{ "config", OPTION_CONFIG, "FILE", 0, "Read this configuration (default " CONFIG_FILE ")", 0 },
	{ "policy-dir", OPTION_POLICY_DIR, "DIR", 0,
	  "Take policies from this folder; may be repeated (default " CONFIG_POLICY_DIR ")", 0 },
	{ "socket", OPTION_SOCKET, "PATH", 0, "Listen here for `bulwark` (default " BW_CONTROL_SOCKET ")", 0 },
	{ "log", OPTION_LOG, "DEST", 0,
	  "Write decisions here as JSON lines: -, a file, unix:PATH, journald or syslog; may be repeated", 0 },
	{ "once-ready", OPTION_ONCE_READY, "FD", 0, "Write \"ready\" to this descriptor when every policy is in force",
	  0 },
	{ "stop", OPTION_STOP, NULL, 0, "Ask the running agent to take enforcement down and end", 0 },
	{ "probe", OPTION_PROBE, NULL, 0, "Show what this kernel offers, and what to do about what is missing", 0 },
	{ "json", OPTION_JSON, NULL, 0, "With --probe: for machines", 0 },
	{ "debug", OPTION_DEBUG, NULL, 0, "Say more on stderr", 0 },
	{ 0 },
};

/* Folders are compared with what the kernel names: relative ones would depend on where the agent was started. */
static error_t add_folder(struct arguments *arguments, const char *path, struct argp_state *state)
{
	_free_ char *cwd = NULL;
	_free_ char *joined = NULL;

	if (path[0] == '/')
		return -config_list_add(&arguments->policy_dirs, path);
	cwd = getcwd(NULL, 0);
	if (!cwd || asprintf(&joined, "%s/%s", cwd, path) < 0) {
		joined = NULL;
		argp_failure(state, 1, errno, "cannot find '%s'", path);
		return ENOMEM;
	}
	return -config_list_add(&arguments->policy_dirs, joined);
}

static error_t set_ready_fd(struct arguments *arguments, const char *text, struct argp_state *state)
{
	char *end;
	long fd;

	errno = 0;
	fd = strtol(text, &end, 10);
	if (errno || end == text || *end || fd < 0 || fd > INT_MAX || fcntl((int)fd, F_GETFD) < 0)
		argp_error(state, "'%s' is no open descriptor", text);
	arguments->ready_fd = (int)fd;
	return fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0 ? errno : 0;
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case OPTION_CONFIG:
		arguments->config = value;
		return 0;
	case OPTION_POLICY_DIR:
		return add_folder(arguments, value, state);
	case OPTION_SOCKET:
		arguments->socket = value;
		return 0;
	case OPTION_LOG:
		return -config_list_add(&arguments->log, value);
	case OPTION_ONCE_READY:
		return set_ready_fd(arguments, value, state);
	case OPTION_STOP:
		arguments->stop = true;
		return 0;
	case OPTION_PROBE:
		arguments->probe = true;
		return 0;
	case OPTION_JSON:
		arguments->json = true;
		return 0;
	case OPTION_DEBUG:
		log_set_maximum(LOG_LEVEL_DEBUG);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected '%s'", value);
		return EINVAL;
	case ARGP_KEY_END:
		if (arguments->json && !arguments->probe)
			argp_error(state, "--json goes with --probe");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* --- configuration ---------------------------------------------------------------------------------------- */

static void log_diagnostics(const struct diag *diag)
{
	_free_ char *text = render_diag(diag, NULL);

	if (text)
		log_lines(LOG_LEVEL_ERROR, text);
}

static int read_file(const struct arguments *arguments, struct config *config)
{
	const char *path = arguments->config ? arguments->config : CONFIG_FILE;
	struct diag diag = { 0 };
	int r = config_read(path, config, &diag);

	if (r >= 0)
		config->file = realpath(path, NULL);
	if (r == -ENOENT && !arguments->config)
		r = 0; /* nobody asked for it */
	else if (diag.n)
		log_diagnostics(&diag);
	else if (r < 0)
		log_error_errno(r, "Cannot read the configuration '%s': %m", path);
	diag_done(&diag);
	return r;
}

/* What the command line says stands over what the file says. */
static int override(struct arguments *arguments, struct config *config)
{
	char *socket;

	if (arguments->policy_dirs.n) {
		config_list_clear(&config->policy_dirs);
		config->policy_dirs = arguments->policy_dirs;
		config->policy_dirs_named = true;
		arguments->policy_dirs = (struct config_list){ 0 };
	}
	if (arguments->log.n) {
		config_list_clear(&config->log);
		config->log = arguments->log;
		arguments->log = (struct config_list){ 0 };
	}
	if (!arguments->socket)
		return 0;
	socket = strdup(arguments->socket);
	if (!socket)
		return -ENOMEM;
	free(config->socket);
	config->socket = socket;
	return 0;
}

static int read_config(struct arguments *arguments, struct config *ret)
{
	int r = config_default(ret);

	if (r < 0)
		return log_error_errno(r, "Cannot make a configuration: %m");
	r = read_file(arguments, ret);
	r = r < 0 ? r : override(arguments, ret);
	if (r < 0)
		config_done(ret);
	return r;
}

/* --- what the kernel offers ------------------------------------------------------------------------------- */

static const char *const state_word[] = {
	[PROBE_OK] = "ok",
	[PROBE_MISSING_OPTIONAL] = "optional",
	[PROBE_MISSING] = "missing",
};

static void print_rows(const struct probe_result *result, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		printf("%-8s  %s: %s\n", state_word[result[i].state], result[i].name, result[i].description);
		if (result[i].state != PROBE_OK && result[i].consequence)
			printf("          without it: %s\n", result[i].consequence);
		if (result[i].detail[0])
			printf("          %s\n", result[i].detail);
	}
}

static int print_json(const struct probe_result *result, size_t n)
{
	_cleanup_(writer_done) struct writer writer = { 0 };
	size_t i;

	writer_open(&writer, NULL, '[');
	for (i = 0; i < n; i++) {
		writer_open(&writer, NULL, '{');
		writer_text(&writer, "name", result[i].name);
		writer_text(&writer, "description", result[i].description);
		writer_text(&writer, "state", state_word[result[i].state]);
		writer_text(&writer, "consequence", result[i].consequence);
		writer_text(&writer, "detail", result[i].detail);
		writer_close(&writer, '}');
	}
	writer_close(&writer, ']');
	if (writer_failed(&writer))
		return log_error_errno(-ENOMEM, "Cannot write the result: %m");
	puts(writer.text);
	return 0;
}

static int show_probe(const struct arguments *arguments)
{
	struct probe_result result[PROBES_MAX];
	bool usable;
	size_t n = probe_kernel(result, PROBES_MAX, &usable);
	int r = 0;

	if (arguments->json)
		r = print_json(result, n);
	else
		print_rows(result, n);
	if (fflush(stdout) != 0)
		r = log_error_errno(-errno, "Cannot write the result: %m");
	return r < 0 || !usable;
}

/* By the agent that is there; of one that is gone, what it left. */
static int stop_enforcement(const struct config *config)
{
	int r = load_left_sealed(config->pins) ? -EKEYREJECTED : pins_take_down(config->pins);

	if (r == -EKEYREJECTED)
		return log_error_errno(r, "The node is sealed: what enforces stays until the node starts again");
	if (r == -EBUSY)
		return stop_agent(config->socket);
	if (r == 1)
		return log_error_errno(-ESRCH, "No agent runs, and none has left anything in '%s'", config->pins);
	if (r == 0)
		log_info("No agent runs; what one had left in force is taken down");
	return r;
}

/* A service that ends before it is ready would have failed, and be started again. */
static int do_nothing(void)
{
	log_warning("Switched off by bulwark=off on the kernel's command line: nothing is put in force");
	notify_ready();
	return 0;
}

static int run(struct arguments *arguments)
{
	_cleanup_(config_done) struct config config = { 0 };
	int r;

	if (arguments->probe)
		return show_probe(arguments);
	r = read_config(arguments, &config);
	if (r < 0)
		return r;
	if (!arguments->stop && off_is_set())
		return do_nothing();
	return arguments->stop ? stop_enforcement(&config) : agent_run(&config, arguments->ready_fd);
}

int main(int argc, char *argv[])
{
	static const struct argp argp = {
		.options = options,
		.parser = parse_option,
		.doc = "The agent of bulwark: puts policies in force on this node and reports what they decide.",
	};
	struct arguments arguments = { .ready_fd = -1 };
	int r;

	log_open();
	argp_err_exit_status = 2;
	r = -argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	if (r < 0)
		log_error_errno(r, "Cannot read the command line: %m");
	else
		r = run(&arguments);
	config_list_clear(&arguments.policy_dirs);
	config_list_clear(&arguments.log);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

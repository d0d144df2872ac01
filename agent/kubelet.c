/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: where a kubelet's pods are told. Out: the last good list. A file is read here; whatever another end may answer is
 * read by a helper without privileges, and comes as a file in memory. A source that fails is told once for each reason,
 * and the old list stays.
 */
#include "kubelet.h"
#include <base/cleanup.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "helper.h"
#include "json_read.h"
#include "log.h"
#include "when.h"

#define UNIX_PREFIX  "unix:"
#define HTTPS_PREFIX "https://"
#define TIMEOUT_MS   10000 /* the helper has shorter ones of its own */
#define AWAIT_MS     6000  /* longer than those */
#define REASON_SIZE  512

struct kubelet {
	struct loop *loop;
	const struct kubelet_source *source;
	void (*fn)(void *context);
	void *context;
	struct json_object *list;
	__u64 list_time;
	__u64 asked;
	char reason[REASON_SIZE]; /* why it fails, as it was said; "": it does not */
	struct helper helper;
	char program[PATH_MAX]; /* of the helper */
};

/* --- sources ---------------------------------------------------------------------------------------------- */

/* What stands behind the prefix, or NULL. */
static const char *behind(const char *from, const char *prefix)
{
	size_t size = strlen(prefix);

	return strncmp(from, prefix, size) == 0 ? from + size : NULL;
}

bool kubelet_is_https(const char *from)
{
	return behind(from, HTTPS_PREFIX);
}

/* ":PORT", or nothing */
static bool is_port(const char *text, size_t size)
{
	unsigned int port = 0;
	size_t i;

	if (!size)
		return true;
	if (text[0] != ':' || size < 2 || size > 6)
		return false;
	for (i = 1; i < size; i++) {
		if (!isdigit((unsigned char)text[i]))
			return false;
		port = port * 10 + (text[i] - '0');
	}
	return port >= 1 && port <= 65535;
}

/* "HOST[:PORT][/PATH]": a name, an address, or an IPv6 address in brackets; no user, no fragment. */
static bool is_place(const char *text)
{
	bool brackets = text[0] == '[';
	size_t size = strcspn(text, "/"), host, i;

	host = brackets ? strcspn(text, "]") + 1 : strcspn(text, ":/");
	if (host > size || host < (brackets ? 4 : 1) || !is_port(text + host, size - host))
		return false;
	for (i = 0; i < host; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr(brackets ? "[:.]" : "-._", text[i]))
			return false;
	for (i = size; text[i]; i++)
		if (!isgraph((unsigned char)text[i]) || text[i] == '#')
			return false;
	return true;
}

bool kubelet_is_source(const char *from)
{
	const struct sockaddr_un *address;
	const char *path = behind(from, UNIX_PREFIX), *place = behind(from, HTTPS_PREFIX);

	if (path)
		return path[0] == '/' && strlen(path) < sizeof(address->sun_path);
	return place ? is_place(place) : from[0] == '/';
}

/* --- an end ----------------------------------------------------------------------------------------------- */

static void fail(struct kubelet *kubelet, const char *reason)
{
	if (strcmp(kubelet->reason, reason) == 0)
		return;
	snprintf(kubelet->reason, sizeof(kubelet->reason), "%s", reason);
	log_warning("Cannot read the kubelet's pods from '%s': %s, ignoring", kubelet->source->from, reason);
}

/* Takes `list`. */
static void succeed(struct kubelet *kubelet, struct json_object *list)
{
	json_object_put(kubelet->list);
	kubelet->list = list;
	kubelet->list_time = kubelet->asked;
	if (kubelet->reason[0])
		log_info("The kubelet's pods can be read from '%s' again", kubelet->source->from);
	kubelet->reason[0] = '\0';
	if (kubelet->fn)
		kubelet->fn(kubelet->context);
}

/* --- a helper's end --------------------------------------------------------------------------------------- */

/* The first line that it wrote, without its name; characters of control are none that anybody wants in a log. */
static void read_reason(int output, char reason[REASON_SIZE])
{
	static const char name[] = "bulwark-pods: ";
	char text[REASON_SIZE];
	ssize_t n = pread(output, text, sizeof(text) - 1, 0);
	char *start = text, *at;

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	for (at = text; *at; at++)
		if (!isprint((unsigned char)*at))
			*at = '?';
	if (strncmp(text, name, strlen(name)) == 0)
		start += strlen(name);
	snprintf(reason, REASON_SIZE, "%s", *start ? start : "bulwark-pods was killed, or took too long");
}

static void on_end(void *context, bool good, int output)
{
	struct kubelet *kubelet = context;
	struct json_object *list = NULL;
	char reason[REASON_SIZE];

	if (!good) {
		read_reason(output, reason);
		fail(kubelet, reason);
		return;
	}
	if (json_read_fd(output, &list) < 0)
		fail(kubelet, "the reply is no JSON text");
	else
		succeed(kubelet, list);
}

/* --- a request -------------------------------------------------------------------------------------------- */

static int ask(struct kubelet *kubelet)
{
	const struct kubelet_source *source = kubelet->source;
	const struct {
		const char *option;
		const char *value;
	} options[] = {
		{ "--ca", source->ca },	    { "--certificate", source->certificate },
		{ "--key", source->key },   { "--token", source->token },
		{ "--name", source->name },
	};
	const char *argv[2 * ARRAY_SIZE(options) + 4];
	size_t i, n = 0;

	argv[n++] = kubelet->program;
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (!options[i].value)
			continue;
		argv[n++] = options[i].option;
		argv[n++] = options[i].value;
	}
	argv[n++] = "--";
	argv[n++] = source->from;
	argv[n] = NULL;
	return helper_start(&kubelet->helper, kubelet->loop, argv, TIMEOUT_MS);
}

/* A file tells of what was there when it was written; by the wall clock, so at most of now. */
static void set_asked(struct kubelet *kubelet)
{
	__u64 written, wall = when_now(), now = when_steady();
	struct stat status;

	kubelet->asked = now;
	if (stat(kubelet->source->from, &status) < 0)
		return;
	written = status.st_mtim.tv_sec * 1000000000ull + status.st_mtim.tv_nsec;
	if (written < wall)
		kubelet->asked = wall - written < now ? now - (wall - written) : 1;
}

static void read_file(struct kubelet *kubelet)
{
	struct json_object *list = NULL;
	int r;

	set_asked(kubelet);
	r = json_read_file(kubelet->source->from, &list);
	if (r < 0)
		fail(kubelet, r == -EBADMSG ? "it is no file of JSON text" : strerror(-r));
	else
		succeed(kubelet, list);
}

void kubelet_refresh(struct kubelet *kubelet)
{
	char reason[REASON_SIZE];
	int r;

	if (helper_runs(&kubelet->helper))
		return;
	if (kubelet->source->from[0] == '/') {
		read_file(kubelet);
		return;
	}
	kubelet->asked = when_steady();
	r = ask(kubelet);
	if (r == 0)
		return;
	snprintf(reason, sizeof(reason), "cannot start %.256s: %s", kubelet->program, strerror(-r));
	fail(kubelet, reason);
}

void kubelet_await(struct kubelet *kubelet)
{
	helper_await(&kubelet->helper, AWAIT_MS);
}

/* --- life ------------------------------------------------------------------------------------------------- */

/* It lies where it was installed with the agent, seen from the agent's own folder. */
static int find_program(char program[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", program, PATH_MAX - 1);
	char *slash;

	if (n < 0)
		return -errno;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (!slash || (size_t)(slash + 1 - program) + sizeof(BULWARK_FETCH) > PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(slash + 1, BULWARK_FETCH, sizeof(BULWARK_FETCH));
	return 0;
}

int kubelet_new(struct loop *loop, const struct kubelet_source *source, struct kubelet **ret)
{
	_free_ struct kubelet *kubelet = calloc(1, sizeof(*kubelet));
	int r;

	if (!kubelet)
		return -ENOMEM;
	kubelet->loop = loop;
	kubelet->source = source;
	helper_init(&kubelet->helper);
	kubelet->helper.ended = on_end;
	kubelet->helper.context = kubelet;
	r = find_program(kubelet->program);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(kubelet);
	return 0;
}

void kubelet_on_list(struct kubelet *kubelet, void (*fn)(void *context), void *context)
{
	kubelet->fn = fn;
	kubelet->context = context;
}

struct kubelet *kubelet_free(struct kubelet *kubelet)
{
	if (!kubelet)
		return NULL;
	helper_stop(&kubelet->helper);
	json_object_put(kubelet->list);
	free(kubelet);
	return NULL;
}

const char *kubelet_program(const struct kubelet *kubelet)
{
	return kubelet->source->from[0] == '/' ? NULL : kubelet->program;
}

struct json_object *kubelet_list(const struct kubelet *kubelet)
{
	return kubelet->list;
}

__u64 kubelet_list_time(const struct kubelet *kubelet)
{
	return kubelet->list_time;
}

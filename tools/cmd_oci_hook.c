/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark oci-hook: tells the agent of a container that a runtime is about to begin. In: the OCI state of the container
 * on standard input, as runtimes give it to their hooks. Out: the agent knows the container's names before its first
 * program runs; a runtime takes a failure of a hook for one of the container, so only --require lets this one fail.
 */
#include "ask.h"
#include "reply.h"
#include <base/cleanup.h>
#include <bulwark/control.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define STATE_MAX  (4u << 20) /* bytes of a state, or of a bundle's configuration */
#define DEPTH_MAX  32
#define TIMEOUT_MS 2000 /* by default: the container waits */

struct arguments {
	struct command_options options;
	bool require;
};

static const struct argp_option options[] = {
	{ "require", 'r', NULL, 0, "Fail, and so the container, if the agent cannot be told", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->options;
		return 0;
	case 'r':
		arguments->require = true;
		return 0;
	default:
		return command_no_argument(key, value, state);
	}
}

const struct argp cmd_oci_hook_argp = {
	.options = options,
	.parser = parse_option,
	.doc = "Tells the agent of a container, whose OCI state is read from standard input: for the createRuntime hook of "
	       "container runtimes.\vEnds with 0 if the agent cannot be told, unless --require is given.",
	.children = command_children,
};

/* --- what is read ---------------------------------------------------------------------------- */

/* An object; NULL: it is none. */
static struct json_object *parse(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *object;

	if (!tokener)
		return NULL;
	object = json_tokener_parse_ex(tokener, text, (int)size);
	json_tokener_free(tokener);
	if (json_object_is_type(object, json_type_object))
		return object;
	json_object_put(object);
	return NULL;
}

static struct json_object *read_object(FILE *from)
{
	_free_ char *text = malloc(STATE_MAX + 1);
	size_t size;

	if (!text)
		return NULL;
	size = fread(text, 1, STATE_MAX + 1, from);
	return ferror(from) || size > STATE_MAX ? NULL : parse(text, size);
}

static struct json_object *read_bundle(struct json_object *state)
{
	const char *bundle = reply_text(state, "bundle");
	_fclose_ FILE *file = NULL;
	char path[PATH_MAX];
	int n;

	n = bundle ? snprintf(path, sizeof(path), "%s/config.json", bundle) : -1;
	if (n < 0 || (size_t)n >= sizeof(path))
		return NULL;
	file = fopen(path, "re");
	return file ? read_object(file) : NULL;
}

/* The folder that will be the container's root, of which the bundle speaks. Returns -ENOMEM or 0. */
static int add_root(struct json_object *parameters, struct json_object *state, struct json_object *bundle)
{
	const char *folder = reply_text(state, "bundle"), *root = reply_text(reply_object(bundle, "root"), "path");
	char path[PATH_MAX] = "";
	int n = -1;

	if (folder && root)
		n = root[0] == '/' ? snprintf(path, sizeof(path), "%s", root)
				   : snprintf(path, sizeof(path), "%s/%s", folder, root);
	if (n < 0 || (size_t)n >= sizeof(path) || path[0] != '/')
		return 0;
	return reply_add(parameters, "root", path);
}

/* The path in the cgroup-v2 tree: the line of hierarchy 0. "/": there is none, or the process is gone. */
static void read_cgroup(int64_t pid, char *path, size_t room)
{
	_fclose_ FILE *file = NULL;
	char name[48], line[PATH_MAX];

	snprintf(path, room, "/");
	snprintf(name, sizeof(name), "/proc/%lld/cgroup", (long long)pid);
	file = pid > 0 ? fopen(name, "re") : NULL;
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "0::/", 4) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(path, room, "%s", line + 3);
	}
}

/* That of the container; "/": it has none of its own. The one that the runtime is in itself is of others too. */
static void find_cgroup(int64_t pid, char *path, size_t room)
{
	char here[PATH_MAX];

	read_cgroup(pid, path, room);
	read_cgroup(getpid(), here, sizeof(here));
	if (strcmp(path, here) == 0)
		snprintf(path, room, "/");
}

/* --- what is told ---------------------------------------------------------------------------- */

/* Adds the texts of one map to another, over what stands there. */
static int add_annotations(struct json_object *to, struct json_object *from)
{
	if (!from)
		return 0;
	json_object_object_foreach (from, key, value) {
		if (!json_object_is_type(value, json_type_string))
			continue;
		if (reply_add(to, key, json_object_get_string(value)) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* What the runtime says of this container stands over what is written in its bundle. */
static int fill_parameters(struct json_object *parameters, struct json_object *state)
{
	struct json_object *annotations = json_object_new_object(), *bundle = read_bundle(state);
	char cgroup[PATH_MAX];
	int r = annotations ? 0 : -ENOMEM;

	find_cgroup(reply_number(state, "pid"), cgroup, sizeof(cgroup));
	r = r ?: add_annotations(annotations, reply_object(bundle, "annotations"));
	r = r ?: add_annotations(annotations, reply_object(state, "annotations"));
	r = r ?: reply_add(parameters, "id", reply_text(state, "id"));
	r = r ?: reply_add(parameters, "cgroup", cgroup);
	r = r ?: add_root(parameters, state, bundle);
	json_object_put(bundle);
	if (r < 0 || json_object_object_add(parameters, "annotations", annotations) < 0) {
		json_object_put(annotations);
		return -ENOMEM;
	}
	return 0;
}

static int tell(const struct arguments *arguments, struct json_object *state)
{
	struct json_object *parameters = json_object_new_object(), *reply = NULL;
	int status;

	if (!parameters || fill_parameters(parameters, state) < 0)
		status = command_out_of_memory();
	else
		status = ask_agent(&arguments->options, "container-add", parameters, &reply);
	if (status == COMMAND_OK && arguments->options.json)
		reply_print(reply, stdout);
	json_object_put(reply);
	json_object_put(parameters);
	return status;
}

int cmd_oci_hook(int argc, char **argv)
{
	struct arguments arguments = { .options = COMMAND_OPTIONS_DEFAULT };
	struct json_object *state;
	int status = COMMAND_NO;

	arguments.options.timeout = TIMEOUT_MS;
	argp_parse(&cmd_oci_hook_argp, argc, argv, 0, NULL, &arguments);
	state = read_object(stdin);
	if (!reply_text(state, "id"))
		command_error("what came on standard input is no state of an OCI container");
	else
		status = tell(&arguments, state);
	if (status != COMMAND_OK && !arguments.require) {
		command_error("the agent is not told of this container, which begins all the same");
		status = COMMAND_OK;
	}
	json_object_put(state);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the arguments of `load`, `check` and `test`. Out: the texts that they name, each with the path that its author
 * knows it by. What they say is for the policy library to judge.
 */
#include "input.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

error_t input_arguments(int key, struct argp_state *state, char ***ret)
{
	switch (key) {
	case ARGP_KEY_ARGS:
		*ret = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which FILE or DIR?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Owns `source` from here on. */
static int append(struct input_list *list, struct source *source)
{
	struct source **grown = reallocarray(list->source, list->n + 1, sizeof(*grown));

	if (!grown) {
		source_unref(source);
		return -ENOMEM;
	}
	list->source = grown;
	list->source[list->n++] = source;
	return 0;
}

static int read_stdin(struct input_list *list)
{
	_free_ char *text = malloc(BW_SOURCE_MAX + 1);
	struct source *source;
	size_t size;
	int r;

	if (!text)
		return -ENOMEM;
	size = fread(text, 1, BW_SOURCE_MAX + 1, stdin);
	if (ferror(stdin))
		return -EIO;
	r = source_new("<stdin>", text, size, &source);
	return r ?: append(list, source);
}

static int read_file(const char *path, struct input_list *list)
{
	struct source *source;
	int r;

	r = source_read(path, &source);
	return r ?: append(list, source);
}

static int is_policy_entry(const struct dirent *entry)
{
	return source_is_policy_name(entry->d_name);
}

/* As strcmp(): the same order on every node, whatever its locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_entry(const char *folder, const char *name, struct input_list *list, char **reterr_path)
{
	const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
	_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s%s%s", folder, slash, name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	r = read_file(path, list);
	if (r < 0)
		*reterr_path = TAKE_PTR(path);
	return r;
}

static int read_folder(const char *folder, struct input_list *list, char **reterr_path)
{
	struct dirent **entry = NULL;
	int n, i, r = 0;

	n = scandir(folder, &entry, is_policy_entry, by_name);
	if (n < 0)
		return -errno;
	if (n == 0)
		r = -ENODATA;
	for (i = 0; i < n && r == 0; i++)
		r = read_entry(folder, entry[i]->d_name, list, reterr_path);
	for (i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	return r;
}

int input_read(const char *argument, struct input_list *list, char **reterr_path)
{
	struct stat status;
	int r;

	*reterr_path = NULL;
	if (strcmp(argument, "-") == 0)
		r = read_stdin(list);
	else if (stat(argument, &status) < 0)
		r = -errno;
	else if (S_ISDIR(status.st_mode))
		r = read_folder(argument, list, reterr_path);
	else
		r = read_file(argument, list);
	if (r < 0 && !*reterr_path)
		*reterr_path = strdup(strcmp(argument, "-") == 0 ? "<stdin>" : argument);
	return r;
}

void input_list_done(struct input_list *list)
{
	while (list->n)
		source_unref(list->source[--list->n]);
	free(list->source);
	list->source = NULL;
}

/* --- policies -------------------------------------------------------------------------------------------- */

const char *input_reason(int error)
{
	switch (error) {
	case -ENODATA:
		return "no policy file (*.yaml, *.yml, *.json) in this folder";
	case -ENOMSG:
		return "no test of policies (kind: PolicyTest) in this folder";
	case -EFBIG:
		return "larger than a policy file may be";
	case -EINVAL:
		return "not a regular file";
	default:
		return strerror(-error);
	}
}

/* As a diagnostic about a source without text, so that it reads and counts like every other mistake. */
void input_add_unreadable(struct diag *diag, const char *path, int error)
{
	struct source *source = NULL;

	if (source_new(path, "", 0, &source) < 0)
		source = NULL;
	diag_error(diag, source, (struct span){ 0 }, "unreadable", NULL, "%s", input_reason(error));
	source_unref(source);
}

int input_policies(char *const *arguments, struct input_list *list, struct policy_list *policies, struct diag *diag)
{
	size_t i;

	for (; *arguments; arguments++) {
		_free_ char *path = NULL;
		int r = input_read(*arguments, list, &path);

		if (r == -ENOMEM)
			return -ENOMEM;
		if (r < 0)
			input_add_unreadable(diag, path ? path : *arguments, r);
	}
	/* All of them, whatever the first says: an author wants every mistake at once. */
	for (i = 0; i < list->n; i++) {
		if (policy_read(list->source[i], policies, diag) == -ENOMEM)
			return -ENOMEM;
	}
	return diag->n_errors ? -EINVAL : 0;
}

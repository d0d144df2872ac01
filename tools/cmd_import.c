/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bulwark import: policies of other projects as policies of ours, without an agent. In: their files. Out: the policies,
 * on standard output or in files; and on standard error everything that they do not say or say differently. Exit
 * status 0 only if nothing was left out.
 */
#include "command.h"
#include "finding.h"
#include "input.h"
#include "policy/import.h"
#include "reply.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct arguments {
	int dialect; /* enum import_dialect; -1: not yet */
	bool json;
	bool strict;
	const char *output;
	struct import_options import;
	char **inputs;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print one JSON document, the policies in it", 0 },
	{ "output", 'o', "FILE|DIR", 0, "Write the policies to FILE, or each to DIR/NAME.yaml", 0 },
	{ "posture", 'p', "block|audit", 0, "What KubeArmor's default posture is (block)", 0 },
	{ "strict", 's', NULL, 0, "What was converted with a difference fails too", 0 },
	{ 0 },
};

static void take_dialect(struct arguments *arguments, const char *word, struct argp_state *state)
{
	arguments->dialect = import_dialect_from(word);
	if (arguments->dialect < 0)
		argp_error(state, "'%s' is not known: tetragon or kubearmor", word);
}

static void take_posture(struct arguments *arguments, const char *word, struct argp_state *state)
{
	if (strcmp(word, "block") == 0)
		arguments->import.posture = BW_VERDICT_DENY;
	else if (strcmp(word, "audit") == 0)
		arguments->import.posture = BW_VERDICT_AUDIT;
	else
		argp_error(state, "the posture '%s' is neither block nor audit", word);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case 'j':
		arguments->json = true;
		return 0;
	case 'o':
		arguments->output = value;
		return 0;
	case 'p':
		take_posture(arguments, value, state);
		return 0;
	case 's':
		arguments->strict = true;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->dialect >= 0)
			return ARGP_ERR_UNKNOWN; /* the rest are files */
		take_dialect(arguments, value, state);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->inputs)
			argp_error(state, "whose policies, and which FILE? 'bulwark import kubearmor FILE'");
		return 0;
	case ARGP_KEY_NO_ARGS:
		return 0; /* told at the end */
	default:
		return input_arguments(key, state, &arguments->inputs);
	}
}

const struct argp cmd_import_argp = {
	.options = options,
	.parser = parse_option,
	.args_doc = "tetragon|kubearmor FILE|DIR...",
	.doc = "Converts policies of Tetragon or KubeArmor, and tells what they lose."
	       "\vErrors are what was left out, warnings what is converted with a difference. A DIR stands for its files "
	       "*.yaml, *.yml and *.json that are not hidden; - is standard input.",
};

/* All files, and what came of each. */
struct run {
	struct input_list inputs;
	struct diag unread; /* files that could not be read */
	struct diag *diag;  /* of each source */
	size_t *first;	    /* of each source: its first item */
	struct import_list list;
};

static size_t count(const struct run *run, enum import_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < run->list.n; i++)
		n += run->list.item[i].result == result;
	return n;
}

/* --- converting ---------------------------------------------------------------------------------------------- */

static int read_inputs(struct run *run, char *const *inputs)
{
	for (; *inputs; inputs++) {
		_free_ char *path = NULL;
		int r = input_read(*inputs, &run->inputs, &path);

		if (r == -ENOMEM)
			return r;
		if (r < 0)
			input_add_unreadable(&run->unread, path ?: *inputs, r);
	}
	return 0;
}

static int convert(struct run *run, const struct arguments *arguments)
{
	int r = 0;

	run->diag = calloc(run->inputs.n + 1, sizeof(*run->diag));
	run->first = calloc(run->inputs.n + 1, sizeof(*run->first));
	if (!run->diag || !run->first)
		return -ENOMEM;
	for (size_t i = 0; i < run->inputs.n && r == 0; i++) {
		run->first[i] = run->list.n;
		r = import_read((enum import_dialect)arguments->dialect, &arguments->import, run->inputs.source[i],
				&run->list, &run->diag[i]);
		run->first[i + 1] = run->list.n;
	}
	return r;
}

/* --- writing --------------------------------------------------------------------------------------------------- */

static void write_items(const struct run *run, FILE *to)
{
	bool any = false;

	for (size_t i = 0; i < run->list.n; i++) {
		if (!run->list.item[i].text)
			continue;
		fputs(any ? "---\n" : "", to);
		fputs(run->list.item[i].text, to);
		any = true;
	}
}

static int close_file(FILE *file)
{
	bool written = !ferror(file);

	errno = EIO;
	if (fclose(file) == 0 && written)
		return 0;
	return -errno;
}

static int write_one(const char *folder, const struct import_item *item)
{
	_free_ char *path = NULL;
	FILE *file;
	int r;

	if (asprintf(&path, "%s/%s.yaml", folder, item->name) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	file = fopen(path, "we");
	if (!file) {
		r = -errno;
	} else {
		fputs(item->text, file);
		r = close_file(file);
	}
	if (r < 0)
		command_error("cannot write %s: %s", path, strerror(-r));
	return r;
}

static int write_file(const struct run *run, const char *path)
{
	FILE *file = fopen(path, "we");
	int r;

	if (!file) {
		r = -errno;
	} else {
		write_items(run, file);
		r = close_file(file);
	}
	if (r < 0)
		command_error("cannot write %s: %s", path, strerror(-r));
	return r;
}

/* 0, or errno, which has been told. */
static int write_output(const struct run *run, const char *output)
{
	struct stat status;
	int r = 0;

	if (stat(output, &status) < 0 || !S_ISDIR(status.st_mode))
		return write_file(run, output);
	for (size_t i = 0; i < run->list.n && r == 0; i++)
		if (run->list.item[i].text)
			r = write_one(output, &run->list.item[i]);
	return r;
}

/* --- telling ---------------------------------------------------------------------------------------------------- */

static size_t count_notes(const struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->inputs.n; i++)
		n += run->diag[i].n_warnings;
	return n;
}

static size_t count_errors(const struct run *run)
{
	size_t n = run->unread.n_errors;

	for (size_t i = 0; i < run->inputs.n; i++)
		n += run->diag[i].n_errors;
	return n;
}

static struct json_object *new_document(const struct import_item *item)
{
	struct json_object *object = json_object_new_object();
	int r = object ? 0 : -ENOMEM;

	r = r ?: json_object_object_add(object, "line", json_object_new_int64(item->span.line));
	r = r ?: reply_add(object, "kind", item->kind);
	r = r ?: reply_add(object, "name", item->theirs);
	r = r ?: reply_add(object, "result", import_result_name(item->result));
	r = r ?: json_object_object_add(object, "left_out", json_object_new_uint64(item->n_left_out));
	r = r ?: json_object_object_add(object, "notes", json_object_new_uint64(item->n_notes));
	r = r ?: reply_add(object, "policy", item->name);
	r = r ?: reply_add(object, "text", item->text);
	if (r == 0)
		return object;
	json_object_put(object);
	return NULL;
}

static int add_to(struct json_object *list, struct json_object *object)
{
	if (object && json_object_array_add(list, object) == 0)
		return 0;
	json_object_put(object);
	return -ENOMEM;
}

static int add_file(const struct run *run, size_t i, struct json_object *files)
{
	struct json_object *file = json_object_new_object(), *list = json_object_new_array();
	int r = file && list ? 0 : -ENOMEM;

	r = r ?: reply_add(file, "file", run->inputs.source[i]->name);
	for (size_t j = run->first[i]; r == 0 && j < run->first[i + 1]; j++)
		r = add_to(list, new_document(&run->list.item[j]));
	if (r == 0 && json_object_object_add(file, "documents", json_object_get(list)) < 0) {
		json_object_put(list);
		r = -ENOMEM;
	}
	json_object_put(list);
	r = r ?: finding_add(file, &run->diag[i]);
	if (r == 0)
		return add_to(files, file);
	json_object_put(file);
	return r;
}

static int print_document(const struct run *run)
{
	static const enum import_result results[] = { IMPORT_WHOLE, IMPORT_PARTLY, IMPORT_NOTHING };
	struct json_object *document = json_object_new_object(), *files = json_object_new_array();
	int r = document && files ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(results); i++)
		r = json_object_object_add(document, import_result_name(results[i]),
					   json_object_new_uint64(count(run, results[i])));
	r = r ?: json_object_object_add(document, "errors", json_object_new_uint64(count_errors(run)));
	r = r ?: json_object_object_add(document, "notes", json_object_new_uint64(count_notes(run)));
	for (size_t i = 0; r == 0 && i < run->inputs.n; i++)
		r = add_file(run, i, files);
	if (r == 0 && json_object_object_add(document, "files", json_object_get(files)) < 0) {
		json_object_put(files);
		r = -ENOMEM;
	}
	json_object_put(files);
	r = r ?: finding_add(document, &run->unread);
	if (r == 0)
		reply_print(document, stdout);
	json_object_put(document);
	return r;
}

static void print_findings(const struct run *run)
{
	diag_print(&run->unread, stderr);
	for (size_t i = 0; i < run->inputs.n; i++)
		diag_print(&run->diag[i], stderr);
	fprintf(stderr, "%zu converted, %zu partly, %zu not; %zu differ%s\n", count(run, IMPORT_WHOLE),
		count(run, IMPORT_PARTLY), count(run, IMPORT_NOTHING), count_notes(run),
		count_notes(run) == 1 ? "ence" : "ences");
}

/* An exit status. */
static int tell(const struct arguments *arguments, const struct run *run)
{
	int r = 0;

	if (arguments->output)
		r = write_output(run, arguments->output);
	if (arguments->json && print_document(run) < 0)
		return command_out_of_memory();
	if (!arguments->json) {
		print_findings(run);
		if (!arguments->output)
			write_items(run, stdout);
	}
	if (r < 0 || count_errors(run) || (arguments->strict && count_notes(run)))
		return COMMAND_NO;
	return COMMAND_OK;
}

static void run_done(struct run *run)
{
	for (size_t i = 0; run->diag && i < run->inputs.n; i++)
		diag_done(&run->diag[i]);
	free(run->diag);
	free(run->first);
	diag_done(&run->unread);
	import_list_done(&run->list);
	input_list_done(&run->inputs);
}

int cmd_import(int argc, char **argv)
{
	struct arguments arguments = { .dialect = -1, .import = { .posture = BW_VERDICT_DENY } };
	struct run run = { 0 };
	int status, r;

	argp_parse(&cmd_import_argp, argc, argv, 0, NULL, &arguments);
	r = read_inputs(&run, arguments.inputs);
	r = r ?: convert(&run, &arguments);
	status = r < 0 ? command_out_of_memory() : tell(&arguments, &run);
	run_done(&run);
	return status;
}

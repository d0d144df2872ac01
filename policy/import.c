/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a text of another project. Out: an item for each document. Here is the way of all of them: read, convert, write,
 * and read what was written as any policy is; what the dialects mean is in their own rooms.
 */
#include "import.h"
#include "compile.h"
#include "grow.h"
#include "draft.h"
#include "parse.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char *const dialects[] = { [IMPORT_TETRAGON] = "tetragon", [IMPORT_KUBEARMOR] = "kubearmor" };

int import_dialect_from(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(dialects); i++)
		if (strcmp(word, dialects[i]) == 0)
			return (int)i;
	return -EINVAL;
}

const char *import_result_name(enum import_result result)
{
	static const char *const names[] = {
		[IMPORT_WHOLE] = "converted",
		[IMPORT_PARTLY] = "partly",
		[IMPORT_NOTHING] = "not",
		[IMPORT_SKIPPED] = "skipped",
	};

	return names[result];
}

static void item_done(struct import_item *item)
{
	source_unref(item->source);
	free(item->kind);
	free(item->theirs);
	free(item->name);
	free(item->text);
}

void import_list_done(struct import_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		item_done(&list->item[i]);
	free(list->item);
	*list = (struct import_list){ 0 };
}

/* --- what was written, read again ------------------------------------------------------------------------- */

static int compile_alone(const struct policy_list *policies, struct diag *diag)
{
	const struct compile_options options = { 0 };
	struct tables *tables = NULL;
	int r;

	r = compile_tables((const struct policy *const *)policies->policy, policies->n, &options, &tables, diag);
	tables_free(tables);
	return r;
}

static void report_invalid(struct import *import, const struct diag *found, const struct node *root)
{
	char line[256] = "";

	for (size_t i = 0; i < found->n && !line[0]; i++)
		if (found->list[i].severity == DIAG_ERROR)
			diag_line(&found->list[i], line, sizeof(line));
	import_left_out(import, root, "import-internal",
			"this is a mistake of the importer: please report it with the policy",
			"what was made of it is no valid policy: %s", line);
}

/* -EINVAL: reported. */
static int verify(struct import *import, const char *text, const struct node *root)
{
	_cleanup_(policy_list_done) struct policy_list policies = { 0 };
	struct source *source = NULL;
	struct diag found = { 0 };
	int r;

	r = source_new("converted", text, strlen(text), &source);
	r = r ?: policy_read(source, &policies, &found);
	r = r ?: compile_alone(&policies, &found);
	if (r == -EINVAL)
		report_invalid(import, &found, root);
	if (r == -EFBIG) {
		import_left_out(import, root, "import-internal", "divide the policy",
				"what was made of it is too large");
		r = -EINVAL;
	}
	diag_done(&found);
	source_unref(source);
	return r;
}

/* --- one document ------------------------------------------------------------------------------------------ */

static bool is_taken(const struct import_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->item[i].name && strcmp(list->item[i].name, name) == 0)
			return true;
	return false;
}

static const char *choose_name(struct import *import, const struct import_list *list, const struct node *root)
{
	const char *name = import->draft.name ?: "imported", *base = name;

	for (unsigned int i = 2; is_taken(list, name); i++)
		name = import_format(import, "%.50s-%u", base, i);
	if (name != base)
		import_note(import, root, "import-name", NULL,
			    "there is a policy '%s' already; this one is called '%s'", base, name);
	return name;
}

/* The policy's text; NULL with 0: there is none. */
static int write_policy(struct import *import, const char *name, const struct node *root, char **ret)
{
	_free_ char *text = NULL;
	size_t size = 0;
	FILE *to;
	int r;

	to = open_memstream(&text, &size);
	if (!to)
		return -ENOMEM;
	import_write(import, name, root->span.line, to);
	if (fclose(to) != 0 || import->no_memory)
		return -ENOMEM;
	r = verify(import, text, root);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r == -EINVAL ? 0 : r;
}

static char *copy_member(const struct node *map, const char *key)
{
	const struct node *value = document_member(map, key);

	return value && value->kind == NODE_SCALAR && value->size ? strndup(value->text, 256) : NULL;
}

static int describe(struct import *import, const struct node *root, struct import_item *item)
{
	const struct node *metadata = document_member(root, "metadata");

	item->source = source_ref(import->source);
	item->span = root->span;
	item->kind = copy_member(root, "kind");
	item->theirs = metadata ? copy_member(metadata, "name") : NULL;
	return 0;
}

static int convert(struct import *import, enum import_dialect dialect, const struct node *root,
		   const struct import_list *list, struct import_item *item)
{
	const char *name;
	int r;

	if (dialect == IMPORT_TETRAGON)
		tetragon_import(import, root);
	else
		armor_import(import, root);
	if (import->no_memory)
		return -ENOMEM;
	if (import->too_many) {
		import_left_out(import, root, "too-many", "divide the policy",
				"the policy: more than %d rules, or values of one list", DRAFT_MOST);
		return 0;
	}
	draft_drop_shadowed(import);
	if (!import->draft.n_rules)
		return 0;
	name = choose_name(import, list, root);
	r = write_policy(import, name, root, &item->text);
	if (r < 0 || !item->text)
		return r;
	item->name = strdup(name);
	return item->name ? 0 : -ENOMEM;
}

static enum import_result judge(const struct import_item *item)
{
	if (!item->text)
		return IMPORT_NOTHING;
	return item->n_left_out ? IMPORT_PARTLY : IMPORT_WHOLE;
}

static int read_document(struct import *import, enum import_dialect dialect, const struct node *root,
			 const struct diag *before, struct import_list *list)
{
	struct import_item item = { 0 };
	int r;

	r = grow_to(&list->item, &list->capacity, list->n + 1, sizeof(*list->item));
	r = r ?: describe(import, root, &item);
	draft_begin(import);
	if (r == 0 && dialect == IMPORT_KUBEARMOR && armor_namespace(import, root)) {
		item.result = IMPORT_SKIPPED;
	} else if (r == 0) {
		r = convert(import, dialect, root, list, &item);
		item.n_left_out = import->diag->n_errors - before->n_errors;
		if (r == 0 && !item.text && !item.n_left_out) {
			import_left_out(import, root, "import-empty", NULL, "a document that decides nothing");
			item.n_left_out = 1;
		}
		item.n_notes = import->diag->n_warnings - before->n_warnings;
		item.result = judge(&item);
	}
	if (r < 0 || import->no_memory) {
		item_done(&item);
		return -ENOMEM;
	}
	list->item[list->n++] = item;
	return 0;
}

/* --- the text ---------------------------------------------------------------------------------------------- */

static void free_parser(struct parser **parser)
{
	parse_free(*parser);
}

/* What is between two --- lines, or a comment alone. */
static bool is_empty(const struct document *document)
{
	return document->root->kind == NODE_SCALAR && document_is_null(document->root);
}

/* What `kubectl get` gives: a list of documents in one; NULL: it is none. */
static const struct node *first_item(const struct node *root)
{
	const struct node *kind = document_member(root, "kind"), *items = document_member(root, "items");
	size_t size = kind && kind->kind == NODE_SCALAR ? strlen(kind->text) : 0;

	if (size < strlen("List") || strcmp(kind->text + size - strlen("List"), "List") != 0)
		return NULL;
	return items && items->kind == NODE_LIST ? items->first : NULL;
}

static void note_namespaces(struct import *import, const struct node *root)
{
	const struct node *item = first_item(root);

	if (!item)
		armor_namespace(import, root);
	for (; item; item = item->next)
		armor_namespace(import, item);
}

/* Namespaces may stand behind the policies that they are about. */
static int find_namespaces(struct import *import)
{
	_cleanup_(free_parser) struct parser *parser = NULL;
	struct diag ignored = { 0 }; /* the second reading reports */
	int r;

	r = parse_new_foreign(import->source, &ignored, &parser);
	while (r == 0) {
		_cleanup_(document_done) struct document document = { 0 };

		r = parse_document(parser, &document);
		if (r <= 0)
			break;
		note_namespaces(import, document.root);
		r = 0;
	}
	diag_done(&ignored);
	return r == -ENOMEM || import->no_memory ? -ENOMEM : 0;
}

/* `before` has the counts of complaints before the text was read so far: those of the YAML count for its first item. */
static int read_root(struct import *import, enum import_dialect dialect, const struct node *root,
		     const struct diag *before, struct import_list *list)
{
	const struct node *item = first_item(root);
	struct diag counts = *before;
	int r;

	if (!item)
		return read_document(import, dialect, root, before, list);
	for (r = 0; item && r == 0; item = item->next) {
		r = read_document(import, dialect, item, &counts, list);
		counts = *import->diag;
	}
	return r;
}

static int read_documents(struct import *import, enum import_dialect dialect, struct import_list *list)
{
	_cleanup_(free_parser) struct parser *parser = NULL;
	size_t n_documents = 0;
	int r;

	r = parse_new_foreign(import->source, import->diag, &parser);
	while (r == 0) {
		_cleanup_(document_done) struct document document = { 0 };
		struct diag before = *import->diag; /* its counts */

		r = parse_document(parser, &document);
		if (r <= 0)
			break;
		n_documents++;
		r = is_empty(&document) ? 0 : read_root(import, dialect, document.root, &before, list);
	}
	if (r == 0 && n_documents == 0)
		diag_error(import->diag, import->source, (struct span){ 0 }, "no-document", NULL,
			   "no policy in this file");
	return r == -EINVAL ? 0 : r;
}

int import_read(enum import_dialect dialect, const struct import_options *options, struct source *source,
		struct import_list *list, struct diag *diag)
{
	struct import import = { .source = source, .diag = diag, .options = options };
	int r = 0;

	if (dialect == IMPORT_KUBEARMOR)
		r = find_namespaces(&import);
	r = r ?: read_documents(&import, dialect, list);
	arena_done(&import.arena);
	return r;
}

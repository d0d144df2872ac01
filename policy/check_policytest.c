/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one document. Out: one PolicyTest, all of it right, or diagnostics: the files of its policies here, its cases by
 * check_case.c.
 */
#include "check.h"
#include "expect.h"
#include "policytest.h"
#include <base/cleanup.h>
#include <bulwark/limits.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#define KIND "PolicyTest"

static void read_kind(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "the kind of the document", "kind: " KIND };
	const char *hint = "write kind: " KIND;

	(void)into;
	if (!expect_text(check, value, &form) || strcmp(value->text, KIND) == 0)
		return;
	if (strcmp(value->text, "Policy") == 0)
		hint = "name it under 'policies' in a document of kind: " KIND;
	expect_error(check, value, "kind", hint, "'%.80s' is no test of policies", value->text);
}

static void read_files(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a file of policies or a list of them", "[web-no-shell.yaml]" };
	struct policytest *test = into;
	const struct node *node;
	struct items items;
	size_t i;

	if (!expect_items(check, value, &form, &items))
		return;
	test->file = expect_memory(check, items.n, sizeof(*test->file));
	for (i = 0, node = items.first; test->file && i < items.n; i++, node = node->next) {
		const char *path = expect_line(check, node, PATH_MAX - 1, &form);

		if (path)
			test->file[test->n_files++] = (struct policytest_file){ node->span, path };
	}
}

static void read_cases(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a list of cases",
					  "cases: [{name: no shell, operation: exec, object: /bin/sh, expect: deny}]" };
	struct policytest *test = into;
	const struct node *item;

	if (!expect_list(check, value, &form))
		return;
	if (value->n == 0)
		expect_error(check, value, "empty-list", form.example, "a test without a case tests nothing");
	if (value->n > BW_LIST_MAX)
		expect_error(check, value, "too-many", NULL, "a list of %zu items: the most is %d", value->n,
			     BW_LIST_MAX);
	test->list = value->n <= BW_LIST_MAX ? expect_memory(check, value->n, sizeof(*test->list)) : NULL;
	for (item = value->first; item && test->list; item = item->next)
		check_case(check, item, &test->list[test->n++]);
}

static void read_root(struct check *check, const struct node *root, struct policytest *test)
{
	static const struct form form = { "a test of policies", "kind: " KIND };
	static const struct field fields[] = {
		{ "apiVersion", check_version, true }, { "kind", read_kind, true }, { "policies", read_files, true },
		{ "cases", read_cases, true },	       { NULL, NULL, false },
	};
	const struct node *kind;

	if (!check_root(check, root, &form))
		return;
	kind = document_member(root, "kind");
	if (kind && kind->kind == NODE_SCALAR && strcmp(kind->text, KIND) != 0)
		read_kind(check, kind, NULL); /* its other keys are those of another kind */
	else
		expect_fields(check, root, "a test of policies", fields, test);
}

static void free_test(struct policytest **test)
{
	policytest_free(*test);
}

int check_policytest(const struct document *document, struct source *source, struct identity_memo *memo,
		     struct diag *diag, struct policytest **ret)
{
	_cleanup_(free_test) struct policytest *test = calloc(1, sizeof(*test));
	struct check check = { .source = source, .diag = diag, .memo = memo };
	size_t before = diag->n_errors;

	if (!test)
		return -ENOMEM;
	check.arena = &test->arena;
	test->source = source_ref(source);
	read_root(&check, document->root, test);
	if (check.no_memory)
		return -ENOMEM;
	if (diag->n_errors > before)
		return -EINVAL;
	*ret = TAKE_PTR(test);
	return 0;
}

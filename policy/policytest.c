/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a source; then tables and a case. Out: the tests that the source holds, all or none; then what the policies say
 * of the case. Opens no file: whoever calls reads the policies that a test names.
 */
#include "policytest.h"
#include "check.h"
#include "compile.h"
#include "parse.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

/* --- memory -------------------------------------------------------------------------------------------- */

struct policytest *policytest_free(struct policytest *test)
{
	if (!test)
		return NULL;
	source_unref(test->source);
	arena_done(&test->arena);
	free(test);
	return NULL;
}

void policytest_list_done(struct policytest_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		policytest_free(list->test[i]);
	free(list->test);
	*list = (struct policytest_list){ 0 };
}

/* Moves all of `from` to the end of `list`. */
static int append(struct policytest_list *list, struct policytest_list *from)
{
	struct policytest **room;

	if (!from->n)
		return 0;
	room = reallocarray(list->test, list->n + from->n, sizeof(struct policytest *));
	if (!room)
		return -ENOMEM;
	memcpy(room + list->n, from->test, from->n * sizeof(struct policytest *));
	list->test = room;
	list->n += from->n;
	from->n = 0;
	return 0;
}

/* --- reading ------------------------------------------------------------------------------------------- */

static void free_parser(struct parser **parser)
{
	parse_free(*parser);
}

static bool is_policy(const struct document *document)
{
	const struct node *kind = document_member(document->root, "kind");

	return kind && kind->kind == NODE_SCALAR && strcmp(kind->text, "Policy") == 0;
}

static int read_document(const struct document *document, struct source *source, struct identity_memo *memo,
			 struct policytest_list *list, struct diag *diag)
{
	struct policytest *test = NULL;
	struct policytest_list one = { .test = &test, .n = 1 };
	int r;

	r = check_policytest(document, source, memo, diag, &test);
	if (r < 0)
		return r;
	r = append(list, &one);
	if (r < 0)
		policytest_free(test);
	return r;
}

/* All documents, the wrong ones too, so that every mistake of the text is reported. 0, -EINVAL or -ENOMEM. */
static int read_documents(struct parser *parser, struct source *source, bool skip_policies,
			  struct policytest_list *list, struct diag *diag)
{
	struct identity_memo memo = { 0 };
	size_t n = 0;
	int r;

	for (;;) {
		_cleanup_(document_done) struct document document = { 0 };

		r = parse_document(parser, &document);
		if (r <= 0)
			break;
		n++;
		if (skip_policies && is_policy(&document))
			continue;
		r = read_document(&document, source, &memo, list, diag);
		if (r == -ENOMEM)
			return r;
	}
	if (r == 0 && n == 0)
		diag_error(diag, source, (struct span){ 0 }, "no-document",
			   "a test of policies begins with: apiVersion: bulwark/v1", "no test in this file");
	return r;
}

int policytest_read(struct source *source, bool skip_policies, struct policytest_list *list, struct diag *diag)
{
	_cleanup_(policytest_list_done) struct policytest_list found = { 0 };
	_cleanup_(free_parser) struct parser *parser = NULL;
	size_t before = diag->n_errors;
	int r;

	r = parse_new(source, diag, &parser);
	r = r ?: read_documents(parser, source, skip_policies, &found, diag);
	if (r < 0)
		return r;
	if (diag->n_errors > before)
		return -EINVAL;
	return append(list, &found);
}

/* --- running ------------------------------------------------------------------------------------------- */

/* The links of all cases' containers: each case holds its own. The caller frees the list. */
static int unite_links(const struct policytest *test, struct alias_set *ret)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < test->n; i++)
		if (test->list[i].names && test->list[i].names->aliases)
			n += test->list[i].names->aliases->n;
	*ret = (struct alias_set){ .list = calloc(n + 1, sizeof(*ret->list)) };
	if (!ret->list)
		return -ENOMEM;
	for (size_t i = 0; i < test->n; i++) {
		const struct container_names *names = test->list[i].names;

		for (size_t j = 0; names && names->aliases && j < names->aliases->n; j++)
			ret->list[ret->n++] = names->aliases->list[j];
	}
	if (n)
		qsort(ret->list, n, sizeof(*ret->list), alias_compare);
	for (size_t i = 0; i < n; i++)
		if (!kept || alias_compare(&ret->list[kept - 1], &ret->list[i]) != 0)
			ret->list[kept++] = ret->list[i];
	ret->n = kept;
	return 0;
}

int policytest_compile(const struct policytest *test, const struct policy_list *policies, struct tables **ret,
		       struct diag *diag)
{
	struct compile_options options = { 0 };
	struct alias_set links;
	struct tables *tables;
	int r = unite_links(test, &links);

	if (r < 0)
		return r;
	options.aliases = &links;
	r = compile_tables((const struct policy *const *)policies->policy, policies->n, &options, &tables, diag);
	free(links.list);
	if (r < 0)
		return r;
	tables_enforce(tables);
	*ret = tables;
	return 0;
}

/* Is `text` the "POLICY/RULE" of a rule? */
static bool is_called(const struct tables *tables, __u32 rule, const char *text)
{
	const struct table_rule_name *name = &tables->rule_name[rule];
	const char *policy = tables->policy_name[name->policy].name;
	size_t size = strlen(policy);

	return strncmp(text, policy, size) == 0 && text[size] == '/' && strcmp(text + size + 1, name->name) == 0;
}

static bool has_rule(const struct tables *tables, const char *text)
{
	for (__u32 i = 0; i < tables->n_rule_names; i++)
		if (is_called(tables, i, text))
			return true;
	return false;
}

int policytest_check_rules(const struct policytest *test, const struct tables *tables, struct diag *diag)
{
	size_t before = diag->n_errors;

	for (size_t i = 0; i < test->n; i++) {
		const struct policytest_case *from = &test->list[i];

		if (from->rule && !has_rule(tables, from->rule))
			diag_error(diag, test->source, from->rule_span, "unknown-rule",
				   "write POLICY/RULE as 'metadata.name' and the rule's 'name' have it, or "
				   "POLICY/default",
				   "the policies of this test have no rule '%.128s'", from->rule);
	}
	return diag->n_errors > before ? -EINVAL : 0;
}

struct simulate_question policytest_question(const struct policytest_case *from)
{
	return (struct simulate_question){
		.operation = from->operation,
		.process = from->process,
		.object = from->object,
	};
}

int policytest_run(const struct tables *tables, const struct policytest_case *from, struct policytest_result *ret)
{
	struct simulate_verdict said;
	bool right = !from->rule;
	int r;

	r = simulate_decide(tables, from->operation, &from->process, &from->object, &said);
	if (r < 0)
		return r;
	*ret = (struct policytest_result){ .verdict = BW_VERDICT_ALLOW };
	for (__u32 i = 0; i < said.n; i++)
		if (said.outcome[i].verdict > ret->verdict)
			ret->verdict = (enum bw_verdict)said.outcome[i].verdict;
	for (__u32 i = 0; i < said.n; i++) {
		bool called = from->rule && is_called(tables, said.outcome[i].rule, from->rule);

		if (said.outcome[i].verdict != ret->verdict || (ret->rule && !called))
			continue;
		ret->rule = tables->rule_name[said.outcome[i].rule].name;
		ret->policy = tables->policy_name[said.outcome[i].policy].name;
		right |= called;
	}
	ret->passed = right && ret->verdict == from->expect;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a source. Out: its policies, all or none: source -> document -> policy, one document at a time.
 */
#include "policy.h"
#include "check.h"
#include "parse.h"
#include <assert.h>
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

struct policy *policy_free(struct policy *policy)
{
	if (!policy)
		return NULL;
	source_unref(policy->source);
	arena_done(&policy->arena);
	free(policy);
	return NULL;
}

void policy_list_done(struct policy_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		policy_free(list->policy[i]);
	free(list->policy);
	*list = (struct policy_list){ 0 };
}

/* Grows at powers of two, so that n documents cost n steps. */
static int append(struct policy_list *list, struct policy *policy)
{
	if ((list->n & (list->n - 1)) == 0) {
		size_t room = list->n ? 2 * list->n : 1;
		struct policy **more = reallocarray(list->policy, room, sizeof(struct policy *));

		if (!more)
			return -ENOMEM;
		list->policy = more;
	}
	list->policy[list->n++] = policy;
	return 0;
}

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

static void free_parser(struct parser **parser)
{
	parse_free(*parser);
}

/*
 * All documents, the wrong ones too, so that every mistake of the text is reported. 0 or the worst that happened:
 * no memory ends it, a text that cannot be read on ends it, a wrong policy does not.
 */
static int read_documents(struct parser *parser, struct source *source, struct policy_list *list, struct diag *diag)
{
	struct identity_memo memo = { 0 };
	size_t n_documents;
	int r;

	for (n_documents = 0;; n_documents++) {
		_cleanup_(document_done) struct document document = { 0 };
		_cleanup_(free_policy) struct policy *policy = NULL;

		r = parse_document(parser, &document);
		if (r <= 0)
			break;
		r = check_document(&document, source, &memo, diag, &policy);
		if (r == -EINVAL)
			continue;
		r = r ?: append(list, policy);
		if (r < 0)
			return r;
		policy = NULL; /* the list's now */
	}
	if (r == 0 && n_documents == 0)
		diag_error(diag, source, (struct span){ 0 }, "no-document",
			   "a policy begins with: apiVersion: bulwark/v1", "no policy in this file");
	return r;
}

int policy_read(struct source *source, struct policy_list *list, struct diag *diag)
{
	_cleanup_(policy_list_done) struct policy_list found = { 0 };
	_cleanup_(free_parser) struct parser *parser = NULL;
	size_t before = diag->n_errors;
	struct policy **room;
	int r;

	r = parse_new(source, diag, &parser);
	r = r ?: read_documents(parser, source, &found, diag);
	if (r < 0)
		return r;
	if (diag->n_errors > before)
		return -EINVAL;
	assert(found.n > 0 && found.policy); /* a text without a document is an error */
	room = reallocarray(list->policy, list->n + found.n, sizeof(struct policy *));
	if (!room)
		return -ENOMEM;
	memcpy(room + list->n, found.policy, found.n * sizeof(struct policy *));
	list->policy = room;
	list->n += found.n;
	found.n = 0; /* the list's now */
	return 0;
}

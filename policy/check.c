/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: one document. Out: one policy, all of it right, or diagnostics. This file is the door and the outermost map:
 * apiVersion, kind, metadata; check_spec.c goes on from there.
 */
#include "check.h"
#include "expect.h"
#include <base/cleanup.h>
#include <bulwark/hash.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define API_VERSION "bulwark/v1"
#define KIND	    "Policy"

/* --- metadata ------------------------------------------------------------------------------------------ */

static void read_name(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a name", "name: web-no-shell" };

	(void)into;
	check->policy->span = value->span;
	check->policy->name = expect_name(check, value, &form);
}

static void read_description(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "text", "description: Web servers start no shell." };

	(void)into;
	if (expect_text(check, value, &form))
		check->policy->description = expect_copy(check, value->text, value->size);
}

static void read_tags(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a map of text to text", "tags: {severity: high}" };
	static const struct form text = { "text", "severity: high" };
	struct policy *policy = check->policy;
	const struct node *member;

	(void)into;
	if (!expect_map(check, value, &form))
		return;
	if (value->n > BW_TAGS_MAX) {
		expect_error(check, value, "too-many", NULL, "%zu tags: the most is %d", value->n, BW_TAGS_MAX);
		return;
	}
	policy->tag = expect_memory(check, value->n, sizeof(*policy->tag));
	for (member = value->first; member && policy->tag; member = member->next) {
		struct tag *tag = &policy->tag[policy->n_tags++];

		tag->key = expect_line(check, member->key, BW_MESSAGE_MAX, &text);
		tag->value = expect_line(check, member, BW_MESSAGE_MAX, &text);
	}
}

/* --- the document -------------------------------------------------------------------------------------- */

void check_version(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "the version of the language", "apiVersion: " API_VERSION };

	(void)into;
	if (expect_text(check, value, &form) && strcmp(value->text, API_VERSION) != 0)
		expect_error(check, value, "api-version", "write apiVersion: " API_VERSION, "unknown version '%.80s'",
			     value->text);
}

static void read_kind(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "the kind of the document", "kind: " KIND };

	(void)into;
	if (expect_text(check, value, &form) && strcmp(value->text, KIND) != 0)
		expect_error(check, value, "kind", "write kind: " KIND, "unknown kind '%.80s'", value->text);
}

static void read_metadata(struct check *check, const struct node *value, void *into)
{
	static const struct form form = { "a map", "metadata: {name: web-no-shell}" };
	static const struct field fields[] = {
		{ "name", read_name, true },
		{ "description", read_description, false },
		{ "tags", read_tags, false },
		{ NULL, NULL, false },
	};

	if (expect_map(check, value, &form))
		expect_fields(check, value, "'metadata'", fields, into);
}

static void read_spec(struct check *check, const struct node *value, void *into)
{
	(void)into;
	check_spec(check, value);
}

bool check_root(struct check *check, const struct node *root, const struct form *form)
{
	if (document_is_null(root)) {
		expect_error(check, root, "empty-document", "remove the '---' that begins or ends it",
			     "an empty document");
		return false;
	}
	return expect_map(check, root, form);
}

static void read_root(struct check *check, const struct node *root)
{
	static const struct form form = { "a policy", "apiVersion: " API_VERSION };
	static const struct field fields[] = {
		{ "apiVersion", check_version, true }, { "kind", read_kind, true }, { "metadata", read_metadata, true },
		{ "spec", read_spec, true },	       { NULL, NULL, false },
	};
	const struct node *kind;

	if (!check_root(check, root, &form))
		return;
	kind = document_member(root, "kind");
	if (kind && kind->kind == NODE_SCALAR && strcmp(kind->text, "PolicyTest") == 0)
		expect_error(check, kind, "policy-test",
			     "keep it in a folder of its own and run it with: bulwark test FILE",
			     "this document tests policies, it is none");
	else
		expect_fields(check, root, "a policy", fields, NULL);
}

static void name_text(struct policy *policy)
{
	static const __u64 key[2];

	snprintf(policy->hash, sizeof(policy->hash), "%016llx",
		 (unsigned long long)bw_hash(key, policy->source->text + policy->text_from, (__u32)policy->text_size));
}

static void free_policy(struct policy **policy)
{
	policy_free(*policy);
}

int check_document(const struct document *document, struct source *source, struct identity_memo *memo,
		   struct diag *diag, struct policy **ret)
{
	_cleanup_(free_policy) struct policy *policy = calloc(1, sizeof(*policy));
	struct check check = { .policy = policy, .source = source, .diag = diag, .memo = memo };
	size_t before = diag->n_errors, i;

	if (!policy)
		return -ENOMEM;
	check.arena = &policy->arena;
	policy->source = source_ref(source);
	policy->text_from = document->text_from;
	policy->text_size = document->text_size;
	policy->mode = BW_MODE_AUDIT;
	policy->rollout = 100;
	for (i = 0; i < ARRAY_SIZE(policy->fallback); i++)
		policy->fallback[i] = -1;
	name_text(policy);
	read_root(&check, document->root);
	if (check.no_memory)
		return -ENOMEM;
	if (diag->n_errors > before)
		return -EINVAL;
	*ret = TAKE_PTR(policy);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a checked policy. Out: warnings about rules that do nothing. Rules are compared by a key, a text that is equal
 * for two rules when they are about the same subjects and objects, in whatever order these are written.
 */
#include "lint.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "policy/names.h"

/* --- keys ------------------------------------------------------------------------------------------------- */

struct key {
	const struct rule *rule;
	char *text;
	size_t size;
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts as a set: sorted, each once, each ended by NUL. */
static int write_set(FILE *to, const char **text, size_t n)
{
	size_t i;

	qsort(text, n, sizeof(*text), compare_texts);
	for (i = 0; i < n; i++) {
		if (i && strcmp(text[i], text[i - 1]) == 0)
			continue;
		fputs(text[i], to);
		putc('\0', to);
	}
	return 0;
}

static int write_paths(FILE *to, const struct path_value *path, size_t n)
{
	_free_ const char **text = calloc(n + 1, sizeof(*text));
	size_t i;

	if (!text)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		text[i] = path[i].text;
	return write_set(to, text, n);
}

static int write_endpoints(FILE *to, const struct endpoint *endpoint, size_t n)
{
	_free_ const char **text = calloc(n + 1, sizeof(*text));
	size_t i;

	if (!text)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		text[i] = endpoint[i].text;
	return write_set(to, text, n);
}

static int write_selector(FILE *to, const struct selector *selector)
{
	size_t i, j;
	int r = 0;

	for (i = 0; i < selector->n && r == 0; i++) {
		const struct condition *condition = &selector->condition[i];

		fprintf(to, "%d:%d:%llx:", condition->key, condition->yes, condition->capabilities);
		r = write_paths(to, condition->path, condition->n_paths);
		for (j = 0; j < condition->n_ids; j++)
			fprintf(to, "%u-%u,", condition->id[j].from, condition->id[j].to);
		if (condition->n_digests)
			fwrite(condition->digest, sizeof(*condition->digest), condition->n_digests, to);
	}
	putc('\n', to);
	return r;
}

static int make_key(const struct rule *rule, struct key *ret)
{
	FILE *to = open_memstream(&ret->text, &ret->size);
	int r;

	if (!to)
		return -ENOMEM;
	fprintf(to, "%d\n", rule->operation);
	r = write_selector(to, &rule->subject);
	r = r ?: write_selector(to, &rule->except);
	r = r ?: write_selector(to, &rule->object);
	r = r ?: write_paths(to, rule->path, rule->n_paths);
	putc('\n', to);
	r = r ?: write_endpoints(to, rule->endpoint, rule->n_endpoints);
	for (size_t i = 0; i < rule->n_sockets; i++)
		fprintf(to, "%s,", rule->socket[i].text);
	fprintf(to, "%x", rule->facilities);
	if (fclose(to) != 0 && r == 0)
		r = -ENOMEM;
	ret->rule = rule;
	if (r < 0) {
		free(ret->text);
		ret->text = NULL;
	}
	return r;
}

/* --- rules about the same --------------------------------------------------------------------------------- */

static bool same_key(const struct key *a, const struct key *b)
{
	return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* Equal keys side by side, in the order of the text. */
static int compare_keys(const void *left, const void *right)
{
	const struct key *a = left, *b = right;
	int r = (a->size > b->size) - (a->size < b->size);

	r = r ?: memcmp(a->text, b->text, a->size);
	return r ?: (a->rule > b->rule) - (a->rule < b->rule);
}

/* `n` rules about the same: of those with one action the first counts. */
static void lint_group(const struct policy *policy, const struct key *key, size_t n, struct diag *diag)
{
	const struct rule *first[_BW_VERDICT_MAX] = { NULL };

	for (size_t i = 0; i < n; i++) {
		const struct rule *rule = key[i].rule;

		if (!first[rule->action])
			first[rule->action] = rule;
		if (first[rule->action] != rule)
			diag_warning(diag, policy->source, rule->span, "duplicate-rule", NULL,
				     "rule '%s' says the same as rule '%s' in line %u", rule->name,
				     first[rule->action]->name, first[rule->action]->span.line);
	}
}

static void lint_groups(const struct policy *policy, struct key *key, size_t n, struct diag *diag)
{
	size_t from, until;

	qsort(key, n, sizeof(*key), compare_keys);
	for (from = 0; from < n; from = until) {
		until = from + 1;
		while (until < n && same_key(&key[from], &key[until]))
			until++;
		lint_group(policy, &key[from], until - from, diag);
	}
}

int lint_policy(const struct policy *policy, struct diag *diag)
{
	_free_ struct key *key = calloc(policy->n_rules + 1, sizeof(*key));
	size_t n = 0, i;
	int r = 0;

	if (!key)
		return -ENOMEM;
	for (i = 0; i < policy->n_rules && r == 0; i++) {
		r = make_key(&policy->rule[i], &key[n]);
		n += r == 0;
	}
	if (r == 0) {
		lint_groups(policy, key, n, diag);
		lint_meaning(policy, diag);
	}
	while (n)
		free(key[--n].text);
	return r;
}

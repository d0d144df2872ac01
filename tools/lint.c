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

/* -EOPNOTSUPP for a condition whose values are not kept: what is not known must not count as equal. */
static int write_selector(FILE *to, const struct selector *selector)
{
	size_t i, j;
	int r = 0;

	for (i = 0; i < selector->n && r == 0; i++) {
		const struct condition *condition = &selector->condition[i];

		if (!condition->n_paths && !condition->n_ids)
			return -EOPNOTSUPP;
		fprintf(to, "%d:", condition->key);
		r = write_paths(to, condition->path, condition->n_paths);
		for (j = 0; j < condition->n_ids; j++)
			fprintf(to, "%u-%u,", condition->id[j].from, condition->id[j].to);
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
	r = r ?: write_paths(to, rule->path, rule->n_paths);
	putc('\n', to);
	r = r ?: write_endpoints(to, rule->endpoint, rule->n_endpoints);
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

/* `n` rules about the same. Of those with one action the first counts; of several actions the strictest. */
static void lint_group(const struct policy *policy, const struct key *key, size_t n, struct diag *diag)
{
	const struct rule *first[_BW_VERDICT_MAX] = { NULL };
	const struct rule *strictest = key[0].rule;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct rule *rule = key[i].rule;

		if (!first[rule->action])
			first[rule->action] = rule;
		if (rule->action > strictest->action)
			strictest = rule;
	}
	for (i = 0; i < n; i++) {
		const struct rule *rule = key[i].rule;

		if (first[rule->action] != rule)
			diag_warning(diag, policy->source, rule->span, "duplicate-rule", NULL,
				     "rule '%s' says the same as rule '%s' in line %u", rule->name,
				     first[rule->action]->name, first[rule->action]->span.line);
		else if (strictest->action >= BW_VERDICT_DENY && rule->action < strictest->action)
			diag_warning(diag, policy->source, rule->span, "shadowed-rule", NULL,
				     "rule '%s' never acts: rule '%s' in line %u is about the same, and %s is stricter",
				     rule->name, strictest->name, strictest->span.line,
				     verdict_name(strictest->action));
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
		if (r == 0)
			n++;
		else if (r == -EOPNOTSUPP)
			r = 0;
	}
	if (r == 0)
		lint_groups(policy, key, n, diag);
	while (n)
		free(key[--n].text);
	return r;
}

/* --- patterns that name nothing --------------------------------------------------------------------------- */

/* The path down to the first wildcard; "" when it begins with one. */
static char *literal_prefix(const struct pattern *pattern)
{
	char *path = NULL;
	size_t size, i;
	FILE *to = open_memstream(&path, &size);

	if (!to)
		return NULL;
	for (i = 0; i < pattern->n && pattern->component[i].kind == COMPONENT_LITERAL; i++) {
		putc('/', to);
		fwrite(pattern->component[i].text, 1, pattern->component[i].size, to);
	}
	if (fclose(to) == 0)
		return path;
	free(path);
	return NULL;
}

/* One of the pattern's alternatives is enough: /{bin,sbin}/x is written for two kinds of node. */
static int lint_path(const struct policy *policy, const struct path_value *value, struct diag *diag)
{
	_free_ char *missing = NULL;
	size_t i;

	for (i = 0; i < value->n; i++) {
		_free_ char *path = NULL;

		if (value->pattern[i].abstract)
			return 0;
		path = literal_prefix(&value->pattern[i]);
		if (!path)
			return -ENOMEM;
		/* What may not be looked at may be there. */
		if (!*path || access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR))
			return 0;
		if (!missing)
			missing = TAKE_PTR(path);
	}
	if (missing)
		diag_warning(diag, policy->source, value->span, "names-nothing", NULL,
			     "pattern '%s' names nothing on this node: there is no '%s'", value->text, missing);
	return 0;
}

static int lint_paths(const struct policy *policy, const struct path_value *value, size_t n, struct diag *diag)
{
	size_t i;
	int r = 0;

	for (i = 0; i < n && r == 0; i++)
		r = lint_path(policy, &value[i], diag);
	return r;
}

static int lint_selector(const struct policy *policy, const struct selector *selector, struct diag *diag)
{
	size_t i;
	int r = 0;

	for (i = 0; i < selector->n && r == 0; i++) {
		const struct condition *condition = &selector->condition[i];

		/* Cgroups come and go with what runs. */
		if (condition->key != SUBJECT_CGROUP)
			r = lint_paths(policy, condition->path, condition->n_paths, diag);
	}
	return r;
}

static int lint_rule_on_node(const struct policy *policy, const struct rule *rule, struct diag *diag)
{
	size_t i;
	int r;

	r = lint_selector(policy, &rule->subject, diag);
	r = r ?: lint_selector(policy, &rule->except, diag);
	r = r ?: lint_paths(policy, rule->path, rule->n_paths, diag);
	for (i = 0; i < rule->n_endpoints && r == 0; i++) {
		if (rule->endpoint[i].kind == ENDPOINT_UNIX)
			r = lint_path(policy, &rule->endpoint[i].path, diag);
	}
	return r;
}

int lint_node(const struct policy *policy, struct diag *diag)
{
	size_t i;
	int r;

	r = lint_selector(policy, &policy->subject, diag);
	for (i = 0; i < policy->n_rules && r == 0; i++)
		r = lint_rule_on_node(policy, &policy->rule[i], diag);
	return r;
}

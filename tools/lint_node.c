/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a checked policy, and this node's files. Out: warnings about patterns that name nothing here, or something else
 * than they say.
 */
#include "lint.h"
#include <base/cleanup.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

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

/* A link in the path as it is written. What merged folders make of /bin is no news. */
static int lint_link(const struct policy *policy, const struct path_value *value, const char *path, struct diag *diag)
{
	_free_ char *real = realpath(path, NULL);
	const struct path_alias alias = { path, real };

	if (!real || strcmp(real, path) == 0 || alias_is_twin(&alias))
		return 0;
	diag_warning(diag, policy->source, value->span, "through-link",
		     "name that file, and every node and every test has one answer",
		     "'%s' leads to '%s' on this node, and what is said of the one holds for the other", path, real);
	return 0;
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
			return *path ? lint_link(policy, value, path, diag) : 0;
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

		/* The others are no files: cgroups and containers come and go with what runs. */
		if (condition->key == SUBJECT_BINARY || condition->key == SUBJECT_PARENT ||
		    condition->key == SUBJECT_ANCESTOR)
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

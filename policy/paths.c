/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: checked patterns. Out: patterns in the tree, and links that make copies of rules. Only adds: the pattern as
 * written always stays, so that a link that is changed later can make a policy match more than its text says, never
 * less.
 */
#include "paths.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

/* A pattern in the making: components borrowed from elsewhere. */
struct variant {
	struct component *component;
	size_t n;
};

static bool is_literal(const struct variant *variant, size_t at, const char *text)
{
	const struct component *component = &variant->component[at];

	return at < variant->n && component->kind == COMPONENT_LITERAL && component->size == strlen(text) &&
	       memcmp(component->text, text, component->size) == 0;
}

static bool is_merged(const struct variant *variant, size_t at)
{
	static const char *const merged[] = { "bin", "sbin", "lib", "lib32", "lib64", "libx32" };

	for (size_t i = 0; i < ARRAY_SIZE(merged); i++)
		if (is_literal(variant, at, merged[i]))
			return true;
	return false;
}

/*
 * Adds a pattern, and by its alias if it has one: /bin/... is /usr/bin/... on a merged system, and the other
 * way round. `variant->component[-1]` is room for the alias's "usr".
 */
static int add(const struct paths *paths, const struct variant *variant, uint32_t use)
{
	int r = tree_add(paths->tree, TREE_PATHS, variant->component, variant->n, use);

	if (r)
		return r;
	if (is_merged(variant, 0)) {
		variant->component[-1] = (struct component){ .kind = COMPONENT_LITERAL, .text = "usr", .size = 3 };
		return tree_add(paths->tree, TREE_PATHS, variant->component - 1, variant->n + 1, use);
	}
	if (is_literal(variant, 0, "usr") && is_merged(variant, 1))
		return tree_add(paths->tree, TREE_PATHS, variant->component + 1, variant->n - 1, use);
	return 0;
}

/* The first `n` components as a path, malloc'd. */
static char *path_of(const struct variant *variant, size_t n)
{
	size_t size = 2;
	char *path, *end;

	for (size_t i = 0; i < n; i++)
		size += variant->component[i].size + 1;
	path = malloc(size);
	if (!path)
		return NULL;
	end = path;
	for (size_t i = 0; i < n; i++) {
		*end++ = '/';
		end = mempcpy(end, variant->component[i].text, variant->component[i].size);
	}
	*end = '\0';
	return path;
}

/* Adds the pattern of the path's components and `n_rest` more. */
static int add_joined(const struct paths *paths, const char *path, const struct component *rest, size_t n_rest,
		      uint32_t use)
{
	_free_ struct component *component = calloc(strlen(path) + n_rest + 1, sizeof(*component));
	struct variant joined = { .component = component + 1 };

	if (!component)
		return -ENOMEM;
	for (const char *at = path; *at;) {
		size_t size = strcspn(at, "/");

		if (size)
			joined.component[joined.n++] =
				(struct component){ .kind = COMPONENT_LITERAL, .text = at, .size = size };
		at += size;
		at += strspn(at, "/");
	}
	if (n_rest)
		memcpy(joined.component + joined.n, rest, n_rest * sizeof(*component));
	joined.n += n_rest;
	return add(paths, &joined, use);
}

/* Where a path leads on the node, malloc'd; NULL: nowhere else. Returns -ENOMEM or 0: a failure is told as a warning.
 */
static int resolve(const struct paths *paths, const char *path, char **ret)
{
	const struct tree_origin *origin = &paths->tree->origin[paths->tree->n_origins - 1];
	char *resolved = NULL;
	int r;

	*ret = NULL;
	if (!paths->options->resolve)
		return 0;
	r = paths->options->resolve(path, paths->options->context, &resolved);
	if (r == -ENOMEM)
		return r;
	if (r < 0 && r != -ENOENT)
		diag_warning(paths->diag, origin->policy->source, origin->value->span, "unresolved-path", NULL,
			     "the symbolic links of '%s' cannot be followed: %s", path, strerror(-r));
	if (r < 0)
		return 0;
	if (!resolved || resolved[0] != '/' || strcmp(path, resolved) == 0)
		free(resolved);
	else
		*ret = resolved;
	return 0;
}

/*
 * Follows the links of the longest literal beginning. `whole` is the pattern that `variant` was made of, and ends as
 * that does.
 */
static int add_resolved(const struct paths *paths, const struct variant *variant, const struct pattern *whole,
			uint32_t use)
{
	const struct tree_origin *origin = &paths->tree->origin[paths->tree->n_origins - 1];
	struct copies_link link = { .use = use, .exec = paths->exec, .value = origin->value };
	_free_ char *path = NULL, *resolved = NULL;
	size_t n = 0;
	int r;

	while (n < variant->n && variant->component[n].kind == COMPONENT_LITERAL)
		n++;
	if (!n)
		return 0;
	link.n_rest = variant->n - n;
	link.rest = whole->component + whole->n - link.n_rest;
	path = path_of(variant, n);
	r = path ? resolve(paths, path, &resolved) : -ENOMEM;
	if (!r && resolved) {
		const struct path_alias alias = { path, resolved };

		if (paths->exec && !link.n_rest && alias_is_applet(&alias))
			r = copies_note(paths->copies, &link, &alias);
		else
			r = add_joined(paths, resolved, link.rest, link.n_rest, use);
	}
	if (r || !paths->elsewhere)
		return r;
	return copies_ask(paths->copies, &link, path, resolved);
}

static int lower(const struct paths *paths, const struct pattern *pattern, uint32_t use)
{
	_free_ struct component *component = NULL;
	struct variant variant = { .n = pattern->n };
	int r;

	if (pattern->abstract)
		return tree_add(paths->tree, TREE_ABSTRACT, pattern->component, pattern->n, use);
	component = calloc(pattern->n + 1, sizeof(*component));
	if (!component)
		return -ENOMEM;
	variant.component = component + 1;
	if (pattern->n)
		memcpy(variant.component, pattern->component, pattern->n * sizeof(*component));
	r = add(paths, &variant, use);
	r = r ?: add_resolved(paths, &variant, pattern, use);
	if (r)
		return r;
	/* The alias may lead elsewhere: where /usr is not merged, /usr/bin/sh exists as /bin/sh alone. */
	if (is_merged(&variant, 0)) {
		variant.component--; /* add() has put "usr" there */
		variant.n++;
	} else if (is_literal(&variant, 0, "usr") && is_merged(&variant, 1)) {
		variant.component++;
		variant.n--;
	} else {
		return 0;
	}
	return add_resolved(paths, &variant, pattern, use);
}

int paths_lower(const struct paths *paths, const struct policy *policy, const struct path_value *value, uint32_t use)
{
	const struct tree_origin origin = { .policy = policy, .value = value };
	int r = tree_origin(paths->tree, &origin);

	for (size_t i = 0; !r && i < value->n; i++)
		r = lower(paths, &value->pattern[i], use);
	return r;
}

int paths_lower_link(const struct paths *paths, const struct policy *policy, const struct copies_link *link,
		     uint32_t use)
{
	const struct tree_origin origin = { policy, link->value, !link->node };
	int r = tree_origin(paths->tree, &origin);

	return r ?: add_joined(paths, link->alias.to, link->rest, link->n_rest, use);
}

int paths_lower_cgroup(const struct paths *paths, const struct policy *policy, const struct path_value *value,
		       uint32_t use)
{
	const struct tree_origin origin = { .policy = policy, .value = value };
	int r = tree_origin(paths->tree, &origin);

	for (size_t i = 0; !r && i < value->n; i++)
		r = tree_add(paths->tree, TREE_CGROUPS, value->pattern[i].component, value->pattern[i].n, use);
	return r;
}

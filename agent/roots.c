/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: paths that policies name, folders that are roots. Out: for each container where these paths lead, and for all of
 * them together as many places as a set of tables may have.
 */
#include "roots.h"
#include <bulwark/limits.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "log.h"
#include "when.h"

#define TRIES_MAX 10 /* looks for a process of a container in its own root, until it is taken as it is */

/* --- one root --------------------------------------------------------------------------------------------- */

static void note_unknown(struct roots *roots, const struct root *root)
{
	size_t i;

	for (i = 0; i < root->aliases.n; i++)
		roots->unknown |= !alias_set_has(&roots->known, &root->aliases.list[i]);
}

/* At a folder that a hook has named: it is on the node, and what is there later its processes see. */
static int look_at_folder(struct roots *roots, struct root *root)
{
	const struct root_place place = { root->folder, NULL };
	int r = root_look(&place, 1, &roots->paths, &root->aliases);

	free(root->folder);
	root->folder = NULL;
	return r;
}

bool roots_look(struct roots *roots, struct root *root, const char *id, const struct root_place *place, size_t n)
{
	int r = -ESTALE;

	if (!roots->paths.n)
		return false;
	root->tries++;
	root->asked = roots->asked;
	root->last = when_steady();
	if (root->folder)
		r = look_at_folder(roots, root);
	if (r == -ESTALE && n)
		r = root_look(place, n, &roots->paths, &root->aliases);
	if (r < 0 && r != -ESTALE && !root->seen)
		log_warning_errno(r,
				  "Cannot look into the root of container '%s': %m; rules do not follow its symbolic "
				  "links, ignoring",
				  id);
	if (r != -ESTALE || root->tries >= TRIES_MAX)
		root->seen = true;
	if (r > 0)
		note_unknown(roots, root);
	return r > 0;
}

bool roots_is_done(const struct roots *roots, const struct root *root)
{
	return !roots->paths.n || root->seen;
}

bool roots_is_known(const struct roots *roots, const struct root *root)
{
	return !roots->known.n || roots_is_done(roots, root);
}

void roots_forget(struct root *root)
{
	root_forget(&root->aliases);
	free(root->folder);
	*root = (struct root){ 0 };
}

/* --- what is asked ---------------------------------------------------------------------------------------- */

static bool is_same(const struct root_paths *paths, const char *const *path, size_t n)
{
	size_t i;

	if (paths->n != n)
		return false;
	for (i = 0; i < n; i++)
		if (strcmp(paths->path[i], path[i]) != 0)
			return false;
	return true;
}

static void free_paths(struct root_paths *paths)
{
	size_t i;

	for (i = 0; i < paths->n; i++)
		free(paths->path[i]);
	free(paths->path);
	*paths = (struct root_paths){ 0 };
}

int roots_ask(struct roots *roots, const char *const *path, size_t n)
{
	struct root_paths copy = { 0 };

	if (is_same(&roots->paths, path, n))
		return 0;
	copy.path = calloc(n + 1, sizeof(*copy.path));
	while (copy.path && copy.n < n && (copy.path[copy.n] = strdup(path[copy.n])))
		copy.n++;
	if (!copy.path || copy.n < n) {
		free_paths(&copy);
		return -ENOMEM;
	}
	free_paths(&roots->paths);
	roots->paths = copy;
	roots->asked++;
	return 1;
}

/* --- what all of them say --------------------------------------------------------------------------------- */

struct counted {
	struct path_alias alias;
	size_t roots; /* that say so */
};

static int by_count(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;

	if (x->roots != y->roots)
		return x->roots > y->roots ? -1 : 1;
	return alias_compare(&x->alias, &y->alias);
}

/* Of more than there is room for, those that most containers have: one that makes many takes no other's place. */
static int keep_most(struct alias_set *all)
{
	struct counted *counted = calloc(all->n + 1, sizeof(*counted));
	size_t i, n = 0;

	if (!counted)
		return -ENOMEM;
	for (i = 0; i < all->n; i++) {
		if (!n || alias_compare(&counted[n - 1].alias, &all->list[i]) != 0)
			counted[n++].alias = all->list[i];
		counted[n - 1].roots++;
	}
	if (n > BW_ALIASES_MAX)
		qsort(counted, n, sizeof(*counted), by_count);
	all->n = n < BW_ALIASES_MAX ? n : BW_ALIASES_MAX;
	for (i = 0; i < all->n; i++)
		all->list[i] = counted[i].alias;
	if (n > BW_ALIASES_MAX)
		qsort(all->list, all->n, sizeof(*all->list), alias_compare);
	free(counted);
	return n > BW_ALIASES_MAX;
}

int roots_know(struct roots *roots, struct alias_set *all)
{
	struct alias_set known = { 0 };
	size_t i;
	int r;

	if (all->n)
		qsort(all->list, all->n, sizeof(*all->list), alias_compare);
	r = keep_most(all);
	if (r > 0 && !roots->full)
		log_warning("The roots of containers lead paths of policies to more than %d places: rules do not "
			    "follow the symbolic links of all, ignoring",
			    BW_ALIASES_MAX);
	roots->full |= r > 0;
	for (i = 0; r >= 0 && i < all->n; i++)
		r = root_add(&known, &all->list[i], BW_ALIASES_MAX);
	if (r < 0) {
		root_forget(&known);
		return r;
	}
	root_forget(&roots->known);
	roots->known = known;
	roots->unknown = false;
	return 0;
}

void roots_done(struct roots *roots)
{
	free_paths(&roots->paths);
	root_forget(&roots->known);
}

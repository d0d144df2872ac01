/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tree's places that one pattern without wildcards names, and those where a first wildcard stands. Out: of the
 * former those that are to be kept, with their labels: what the finished automaton says of the path, so that wildcards
 * of other patterns count too. Of the latter the folders below which something is to be kept.
 */
#include "marks.h"
#include "grow.h"
#include "walk.h"

static void warn(const struct tree_origin *origin, struct diag *diag)
{
	diag_warning(diag, origin->policy->source, origin->value->span, "too-many-marks",
		     "deny the folder, or use a wildcard: '/opt/tool/' in place of each of its files",
		     "from '%.120s' of policy '%s' on, denied files are not marked: a node holds %d marks. They stay "
		     "denied by their paths, but not by hard links made before",
		     origin->value->text, origin->policy->name, BW_MARKS_MAX);
}

static bool keeps(const struct tables *tables, __u32 label)
{
	return tables->label[label].flags & BW_LABEL_KEEPS;
}

static int list_marks(const struct tree *tree, struct tables *tables, struct diag *diag)
{
	size_t n = 0, capacity = 0;
	struct table_mark *mark = NULL;
	int r = 0;

	for (size_t i = 0; !r && i < tree->n_places; i++) {
		const char *path;
		__u32 label;

		r = tree_path(tree, i, &tables->arena, &path);
		if (r || !path)
			continue;
		label = tables->state[walk_path(tables, BW_STATE_ROOT, path)].label;
		if (!keeps(tables, label))
			continue;
		if (n == BW_MARKS_MAX) {
			warn(&tree->origin[tree->place[i].origin], diag);
			break;
		}
		r = grow_to(&mark, &capacity, n + 1, sizeof(*mark));
		if (!r)
			mark[n++] = (struct table_mark){ .path = path, .label = label };
	}
	if (!r) {
		tables->mark = tables_keep(tables, mark, n, sizeof(*mark));
		tables->n_marks = n;
		r = tables->mark ? 0 : -ENOMEM;
	}
	free(mark);
	return r;
}

static int compare_searches(const void *a, const void *b)
{
	return strcmp(((const struct table_search *)a)->path, ((const struct table_search *)b)->path);
}

/* Sorts them and keeps the first of each path. */
static size_t keep_distinct(struct table_search *search, size_t n)
{
	size_t kept = 0;

	if (n)
		qsort(search, n, sizeof(*search), compare_searches);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(search[kept - 1].path, search[i].path) != 0)
			search[kept++] = search[i];
	return kept;
}

static int add_search(const struct tree *tree, size_t place, const char *path, struct tables *tables,
		      struct table_search *ret)
{
	const struct tree_origin *origin = &tree->origin[tree->place[place].origin];

	*ret = (struct table_search){
		.path = path,
		.pattern = arena_text(&tables->arena, origin->value->text, strlen(origin->value->text)),
		.policy = arena_text(&tables->arena, origin->policy->name, strlen(origin->policy->name)),
	};
	return ret->pattern && ret->policy ? 0 : -ENOMEM;
}

static int list_searches(const struct tree *tree, struct tables *tables)
{
	size_t n = 0, capacity = 0;
	struct table_search *search = NULL;
	int r = 0;

	for (size_t i = 0; !r && i < tree->n_places; i++) {
		const char *path;

		r = tree_prefix(tree, i, &tables->arena, &path);
		if (r || !path || !(tables->state[walk_path(tables, BW_STATE_ROOT, path)].flags & BW_STATE_KEEPS))
			continue;
		r = grow_to(&search, &capacity, n + 1, sizeof(*search));
		r = r ?: add_search(tree, i, path, tables, &search[n++]);
	}
	if (!r) {
		tables->n_searches = keep_distinct(search, n);
		tables->search = tables_keep(tables, search, tables->n_searches, sizeof(*search));
		r = tables->search ? 0 : -ENOMEM;
	}
	free(search);
	return r;
}

int marks_build(const struct tree *tree, struct tables *tables, struct diag *diag)
{
	int r = list_marks(tree, tables, diag);

	return r ?: list_searches(tree, tables);
}

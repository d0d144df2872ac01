/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the tree's places that one pattern without wildcards names. Out: those that some rule denies, with their
 * labels: what the finished automaton says of the path, so that wildcards of other patterns count too.
 */
#include "marks.h"
#include "grow.h"
#include "simulate.h"

static void warn(const struct tree_origin *origin, struct diag *diag)
{
	diag_warning(diag, origin->policy->source, origin->value->span, "too-many-marks",
		     "deny the folder, or use a wildcard: '/opt/tool/' in place of each of its files",
		     "from '%.120s' of policy '%s' on, denied files are not marked: a node holds %d marks. They stay "
		     "denied by their paths, but not by hard links made before",
		     origin->value->text, origin->policy->name, BW_MARKS_MAX);
}

static bool denies(const struct tables *tables, __u32 label)
{
	return tables->label[label].flags & BW_LABEL_DENIES;
}

int marks_build(const struct tree *tree, struct tables *tables, struct diag *diag)
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
		label = tables->state[simulate_walk(tables, BW_STATE_ROOT, path)].label;
		if (!denies(tables, label))
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

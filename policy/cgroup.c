/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables, the path of a cgroup, the names of its container. Out: the entry of the map `cgroups`. Patterns are about
 * the whole path; that a cgroup is a container's holds for all below it.
 */
#include "cgroup.h"
#include "walk.h"
#include <string.h>

/* --- the path --------------------------------------------------------------------------------------------- */

static void judge_path(const struct tables *tables, const char *path, struct bw_cgroup *ret)
{
	__u32 state = BW_STATE_CGROUP;

	for (;;) {
		const struct bw_label *label = &tables->label[tables->state[state].label];
		size_t size;

		if (label->flags & BW_LABEL_CONTAINER)
			ret->flags |= BW_CGROUP_CONTAINER;
		path += strspn(path, "/");
		size = strcspn(path, "/");
		if (!size) {
			ret->traits = tables->trait_set[label->traits];
			return;
		}
		state = walk_component(tables, state, path, size);
		path += size;
	}
}

/* --- names ------------------------------------------------------------------------------------------------ */

static bool matches_any(const struct table_name_condition *condition, const struct piece *piece, size_t n)
{
	for (size_t i = 0; i < condition->n_globs; i++)
		if (pattern_pieces_match(&condition->glob[i], piece, n))
			return true;
	return false;
}

static bool matches_name(const struct table_name_condition *condition, const char *name)
{
	return name && matches_any(condition, &(const struct piece){ name, strlen(name) }, 1);
}

static bool matches_label(const struct table_name_condition *condition, const struct container_label *label)
{
	const struct piece piece[] = {
		{ label->key, strlen(label->key) },
		{ "=", 1 },
		{ label->value, strlen(label->value) },
	};

	return matches_any(condition, piece, sizeof(piece) / sizeof(piece[0]));
}

static bool matches_alias(const struct table_name_condition *condition, const struct container_names *names)
{
	for (size_t i = 0; names->aliases && i < condition->aliases.n; i++)
		if (alias_set_has(names->aliases, &condition->aliases.list[i]))
			return true;
	return false;
}

static bool matches(const struct table_name_condition *condition, const struct container_names *names)
{
	switch (condition->key) {
	case TABLE_IMAGE:
		return matches_name(condition, names->image);
	case TABLE_NAME:
		return matches_name(condition, names->name);
	case TABLE_NAMESPACE:
		return matches_name(condition, names->namespace);
	case TABLE_POD:
		return matches_name(condition, names->pod);
	case TABLE_LABEL:
		for (size_t i = 0; i < names->n_labels; i++)
			if (matches_label(condition, &names->label[i]))
				return true;
		return false;
	case TABLE_ALIAS:
		return matches_alias(condition, names);
	}
	return false;
}

void cgroup_judge(const struct tables *tables, const char *path, const struct container_names *names, bool container,
		  bool named, struct bw_cgroup *ret)
{
	*ret = (struct bw_cgroup){
		.flags = (container ? BW_CGROUP_CONTAINER : 0) | (named ? BW_CGROUP_NAMED : 0),
	};
	judge_path(tables, path, ret);
	for (size_t i = 0; names && i < tables->n_name_conditions; i++) {
		const struct table_name_condition *condition = &tables->name_condition[i];

		if (matches(condition, names))
			ret->traits.word[condition->trait / 64 % BW_TRAIT_WORDS] |= 1ull << condition->trait % 64;
	}
}

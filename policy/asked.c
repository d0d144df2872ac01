/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: all traits. Out: the trait sets by which the header says what the kernel side is to find out of a process, and
 * what each finding gives; and for user space the conditions on the names of containers.
 */
#include "asked.h"
#include <assert.h>
#include <errno.h>

/* The keys whose traits stand together in one set of the header, as bits. */
#define KEYS_NAMES                                                                                \
	(1u << SUBJECT_IMAGE | 1u << SUBJECT_NAME | 1u << SUBJECT_NAMESPACE | 1u << SUBJECT_POD | \
	 1u << SUBJECT_LABEL | 1u << CONTAINER_ALIAS)
#define KEYS_CGROUPS (KEYS_NAMES | 1u << SUBJECT_CGROUP | 1u << SUBJECT_CONTAINER)

static_assert((int)_CONDITION_MAX <= 32, "each key has a bit");

static bool is_among(const struct condition *condition, __u32 keys)
{
	return keys >> (unsigned int)condition->key & 1;
}

/* The set of all traits of some keys. Without any it is set 0. */
static int unite(struct traits *traits, __u32 keys, __u32 *ret)
{
	struct bw_traits set = { 0 };

	for (uint32_t trait = 1; trait < traits->n; trait++)
		if (is_among(traits->list[trait].condition, keys))
			traits_flip(&set, trait);
	return traits_set(traits, &set, ret);
}

/* A key that is true or false is two traits at most: each is a set of its own, which holds for one of the answers. */
static int list_answers(struct traits *traits, enum subject_key key, __u32 ret[2])
{
	int r = 0;

	for (uint32_t trait = 1; !r && trait < traits->n; trait++) {
		const struct condition *condition = traits->list[trait].condition;
		struct bw_traits set = { 0 };

		if (condition->key != key)
			continue;
		traits_flip(&set, trait);
		r = traits_set(traits, &set, &ret[condition->yes]);
	}
	return r;
}

static int list_capabilities(struct traits *traits, struct bw_header *header)
{
	int r = 0;

	for (unsigned int i = 0; !r && i < BW_CAPABILITY_SLOTS; i++) {
		struct bw_traits set = { 0 };

		for (uint32_t trait = 1; trait < traits->n; trait++)
			if (traits->list[trait].condition->capabilities >> i & 1)
				traits_flip(&set, trait);
		r = traits_set(traits, &set, &header->capability[i]);
		if (header->capability[i])
			header->capabilities |= 1ull << i;
	}
	return r;
}

/* --- names ------------------------------------------------------------------------------------------------ */

static int keep_glob(struct tables *tables, const struct component *from, struct component *to)
{
	*to = (struct component){ .kind = from->kind, .size = from->size, .n_tokens = from->n_tokens };
	to->text = arena_text(&tables->arena, from->text, from->size);
	to->token = tables_keep(tables, from->token, from->n_tokens, sizeof(*from->token));
	return to->text && to->token ? 0 : -ENOMEM;
}

static int keep_aliases(struct tables *tables, const struct alias_set *from, struct alias_set *to)
{
	to->list = arena_array(&tables->arena, from->n, sizeof(*to->list));
	if (!to->list)
		return -ENOMEM;
	for (to->n = 0; to->n < from->n; to->n++) {
		const struct path_alias *alias = &from->list[to->n];
		struct path_alias *copy = &to->list[to->n];

		copy->from = arena_text(&tables->arena, alias->from, strlen(alias->from));
		copy->to = arena_text(&tables->arena, alias->to, strlen(alias->to));
		if (!copy->from || !copy->to)
			return -ENOMEM;
	}
	return 0;
}

static int keep_name(struct tables *tables, const struct condition *condition, struct table_name_condition *to)
{
	size_t n = 0;
	int r = 0;

	if ((unsigned int)condition->key == CONTAINER_ALIAS)
		return keep_aliases(tables, &condition->aliases, &to->aliases);
	for (size_t i = 0; i < condition->n_paths; i++)
		n += condition->path[i].n;
	to->glob = arena_array(&tables->arena, n, sizeof(*to->glob));
	if (!to->glob)
		return -ENOMEM;
	for (size_t i = 0; i < condition->n_paths; i++)
		for (size_t j = 0; !r && j < condition->path[i].n; j++)
			r = keep_glob(tables, &condition->path[i].pattern[j].component[0], &to->glob[to->n_globs++]);
	return r;
}

static enum table_name name_of(enum subject_key key)
{
	static const enum table_name name[] = {
		[SUBJECT_IMAGE] = TABLE_IMAGE, [SUBJECT_NAME] = TABLE_NAME,   [SUBJECT_NAMESPACE] = TABLE_NAMESPACE,
		[SUBJECT_POD] = TABLE_POD,     [SUBJECT_LABEL] = TABLE_LABEL, [CONTAINER_ALIAS] = TABLE_ALIAS,
	};

	return name[key];
}

static int keep_names(const struct traits *traits, struct tables *tables)
{
	size_t n = 0;
	int r = 0;

	for (uint32_t trait = 1; trait < traits->n; trait++)
		n += is_among(traits->list[trait].condition, KEYS_NAMES);
	tables->name_condition = arena_array(&tables->arena, n, sizeof(*tables->name_condition));
	if (!tables->name_condition)
		return -ENOMEM;
	for (uint32_t trait = 1; !r && trait < traits->n; trait++) {
		const struct condition *condition = traits->list[trait].condition;
		struct table_name_condition *to = &tables->name_condition[tables->n_name_conditions];

		if (!is_among(condition, KEYS_NAMES))
			continue;
		to->trait = trait;
		to->key = name_of(condition->key);
		r = keep_name(tables, condition, to);
		tables->n_name_conditions++;
	}
	return r;
}

int asked_build(struct traits *traits, struct tables *tables)
{
	struct bw_header *header = &tables->header;
	int r = list_answers(traits, SUBJECT_OWNER, header->owner);

	r = r ?: list_answers(traits, SUBJECT_CONTAINER, header->container);
	r = r ?: list_capabilities(traits, header);
	r = r ?: unite(traits, 1u << SUBJECT_PARENT, &header->parents);
	r = r ?: unite(traits, 1u << SUBJECT_ANCESTOR, &header->ancestors);
	r = r ?: unite(traits, KEYS_CGROUPS, &header->cgroups);
	r = r ?: unite(traits, KEYS_NAMES, &header->names);
	return r ?: keep_names(traits, tables);
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables and a process. Out: the traits that it holds, and those that it may hold as far as nobody tells.
 */
#include "simulate_inner.h"

/* --- processes ------------------------------------------------------------------------------------------- */

static const struct bw_traits *traits_of_id(const struct tables *tables, struct bw_slice slice, __u32 id)
{
	const struct bw_id_range *range = &tables->id_range[slice.first];
	__u32 set = 0;

	for (__u32 i = 0; i < slice.count && range[i].from <= id; i++)
		set = range[i].traits;
	return &tables->trait_set[set];
}

static const struct bw_traits *traits_of_program(const struct tables *tables, const char *path)
{
	return &tables->trait_set[path ? tables->label[label_of(tables, path)].traits : 0];
}

/* What holds whatever the program's views are. */
static void traits_of_rest(const struct tables *tables, const struct simulate_process *process, unsigned int untold,
			   struct bw_traits *ret)
{
	const struct bw_header *header = &tables->header;
	struct bw_cgroup cgroup;

	add_words(traits_of_id(tables, header->users, process->uid), ret);
	if (!(untold & SIMULATE_GROUP))
		add_words(traits_of_id(tables, header->groups, process->gid), ret);
	for (unsigned int i = 0; !(untold & SIMULATE_CAPABILITIES) && i < BW_CAPABILITY_SLOTS; i++)
		if (process->capabilities >> i & 1)
			add_traits(tables, header->capability[i], ret);
	if (process->parent)
		add_traits(tables, tables->label[label_of(tables, process->parent)].parents, ret);
	for (size_t i = 0; process->lineage && process->lineage[i]; i++)
		add_traits(tables, tables->label[label_of(tables, process->lineage[i])].ancestors, ret);
	add_traits(tables, header->container[process->container], ret);
	cgroup_judge(tables, process->cgroup ?: "/", process->names, process->container, true, &cgroup);
	add_words(&cgroup.traits, ret);
}

static void traits_of(const struct tables *tables, const struct simulate_process *process, unsigned int untold,
		      struct bw_traits *any, struct bw_traits *all)
{
	const char *stored = process->binary && process->binary_stored ? process->binary_stored : process->binary;
	const struct bw_traits *mounted_as = traits_of_program(tables, process->binary);
	const struct bw_traits *stored_as = traits_of_program(tables, stored);
	struct bw_traits rest = { 0 };

	traits_of_rest(tables, process, untold, &rest);
	for (unsigned int i = 0; i < BW_TRAIT_WORDS; i++) {
		any->word[i] = mounted_as->word[i] | stored_as->word[i] | rest.word[i];
		all->word[i] = (mounted_as->word[i] & stored_as->word[i]) | rest.word[i];
	}
}

/* --- what is not told -------------------------------------------------------------------------------------- */

static void add_slice(const struct tables *tables, struct bw_slice slice, struct bw_traits *to)
{
	for (__u32 i = 0; i < slice.count; i++)
		add_traits(tables, tables->id_range[slice.first + i].traits, to);
}

void simulate_untold(const struct tables *tables, unsigned int untold, struct bw_traits *ret)
{
	const struct bw_header *header = &tables->header;

	for (unsigned int i = 0; untold & SIMULATE_CAPABILITIES && i < BW_CAPABILITY_SLOTS; i++)
		add_traits(tables, header->capability[i], ret);
	if (untold & SIMULATE_GROUP)
		add_slice(tables, header->groups, ret);
	for (unsigned int i = 0; untold & SIMULATE_OWNER && i < 2; i++)
		add_traits(tables, header->owner[i], ret);
	for (size_t i = 0; untold & SIMULATE_DIGEST && i < tables->n_digests; i++)
		add_traits(tables, tables->digest[i].traits, ret);
	for (size_t i = 0; untold & SIMULATE_LINEAGE && i < tables->n_labels; i++)
		add_traits(tables, tables->label[i].ancestors, ret);
}

void simulate_traits(const struct tables *tables, const struct simulate_question *question, struct simulate_traits *ret)
{
	traits_of(tables, &question->process, question->untold, &ret->any, &ret->all);
}

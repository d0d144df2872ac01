/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: tables. Out: by each side of a subject what sets of traits it can give. Sides do not depend on each other, but
 * for the names of a container, which who is in none does not have: that is left to who puts them together.
 */
#include "subjects.h"
#include "grow.h"
#include "pattern.h"
#include <stdarg.h>
#include <stdio.h>

/* Sets that one side of a subject may give. */
#define CHOICES_MAX 256

static int add(struct choices *choices, const struct bw_traits *traits, const char *text)
{
	int r = grow_to(&choices->list, &choices->capacity, choices->n + 1, sizeof(*choices->list));

	if (r)
		return r;
	choices->list[choices->n++] = (struct choice){ *traits, text };
	return 0;
}

static __attribute__((format(printf, 5, 6))) int add_set(const struct tables *tables, struct subjects *subjects,
							 enum subject_side side, __u32 set, const char *format, ...)
{
	const struct bw_traits none = { 0 };
	char text[PATTERN_MAX + 64];
	va_list values;
	const char *kept;

	if (!set && subjects->side[side].n)
		return 0;
	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	kept = arena_text(&subjects->arena, text, strlen(text));
	if (!kept)
		return -ENOMEM;
	return add(&subjects->side[side], set ? &tables->trait_set[set] : &none, set ? kept : NULL);
}

static int list_programs(const struct tables *tables, const struct places *paths, struct subjects *ret)
{
	int r = 0;

	for (size_t i = 0; !r && i < paths->n; i++) {
		const struct bw_label *label = &tables->label[paths->list[i].label];
		const char *path = paths->list[i].path;

		r = add_set(tables, ret, SIDE_BINARY, label->traits, "binary %s", path);
		r = r ?: add_set(tables, ret, SIDE_PARENT, label->parents, "parent %s", path);
		r = r ?: add_set(tables, ret, SIDE_ANCESTORS, label->ancestors, "ancestor %s", path);
	}
	return r;
}

static int list_ids(const struct tables *tables, struct bw_slice slice, enum subject_side side, const char *word,
		    struct subjects *ret)
{
	int r = 0;

	for (__u32 i = 0; !r && i < slice.count; i++) {
		const struct bw_id_range *range = &tables->id_range[slice.first + i];

		if (!range->traits || range->from == UINT32_MAX)
			continue;
		r = add_set(tables, ret, side, range->traits, "%s %u", word, range->from);
	}
	return r;
}

/* Who has an id that no rule asks for, unless rules ask for all ids. The last number is nobody's: it means none. */
static int list_no_ids(const struct tables *tables, struct bw_slice slice, enum subject_side side, struct subjects *ret)
{
	bool some = !slice.count;

	for (__u32 i = 0; i < slice.count; i++)
		some |= !tables->id_range[slice.first + i].traits &&
			tables->id_range[slice.first + i].from < UINT32_MAX;
	return some ? add_set(tables, ret, side, 0, "%s", "") : 0;
}

/* What an end of a string leads to is a set of traits, and for applets flags beside it. */
struct strings_context {
	const struct tables *tables;
	struct subjects *ret;
	enum subject_side side;
};

static int add_string(void *context, const char *text, size_t size, __u32 row)
{
	const struct strings_context *strings = context;
	__u32 set = strings->tables->glob_row[row];

	(void)size;
	if (strings->side == SIDE_APPLET)
		set = set & BW_APPLET_BOX ? 0 : set & BW_APPLET_TRAITS;
	if (!set)
		return 0;
	return add_set(strings->tables, strings->ret, strings->side, set,
		       strings->side == SIDE_APPLET ? "called as %s" : "argument %s", text);
}

static int list_attempts(const struct tables *tables, struct subjects *ret)
{
	struct strings_context arguments = { tables, ret, SIDE_ARGUMENTS }, applets = { tables, ret, SIDE_APPLET };
	const struct bw_header *header = &tables->header;
	int r = 0;

	for (unsigned int i = 0; !r && i < 2; i++) {
		static const char *const words[2][2] = { { "not its owner", "its owner" },
							 { "in no container", "in a container" } };

		r = add_set(tables, ret, SIDE_OWNER, header->owner[i], "%s", words[0][i]);
		r = r ?: add_set(tables, ret, SIDE_CONTAINER, header->container[i], "%s", words[1][i]);
	}
	r = r ?: add_set(tables, ret, SIDE_MEMORY, header->memory, "%s", "the file is deleted");
	for (size_t i = 0; !r && i < tables->n_digests; i++)
		r = add_set(tables, ret, SIDE_DIGEST, tables->digest[i].traits, "the file has digest %zu of the rules",
			    i + 1);
	if (!r && header->arguments)
		r = places_strings(tables, header->arguments, add_string, &arguments);
	if (!r && header->applets)
		r = places_strings(tables, header->applets, add_string, &applets);
	return r;
}

static int list_rest(const struct tables *tables, const struct places *cgroups, struct subjects *ret)
{
	static const char *const words[] = {
		[TABLE_IMAGE] = "an image as a rule asks",
		[TABLE_NAME] = "a container's name as a rule asks",
		[TABLE_NAMESPACE] = "a namespace as a rule asks",
		[TABLE_POD] = "a pod as a rule asks",
		[TABLE_LABEL] = "a label as a rule asks",
		[TABLE_ALIAS] = "a link in its container as a rule asks",
	};
	const struct bw_header *header = &tables->header;
	int r = 0;

	for (unsigned int i = 0; !r && i < BW_CAPABILITY_SLOTS; i++)
		if (header->capability[i])
			r = add_set(tables, ret, SIDE_CAPABILITIES, header->capability[i], "capability %u", i);
	for (size_t i = 0; !r && i < cgroups->n; i++)
		r = add_set(tables, ret, SIDE_CGROUP, tables->label[cgroups->list[i].label].traits, "cgroup %s",
			    cgroups->list[i].path);
	for (size_t i = 0; !r && i < tables->n_name_conditions; i++) {
		const struct table_name_condition *condition = &tables->name_condition[i];
		struct bw_traits traits = { 0 };

		traits.word[condition->trait / 64 % BW_TRAIT_WORDS] = 1ull << condition->trait % 64;
		r = add(&ret->side[SIDE_NAMES], &traits, words[condition->key]);
	}
	return r;
}

int subjects_list(const struct tables *tables, const struct places *paths, const struct places *cgroups,
		  struct subjects *ret)
{
	const struct bw_header *header = &tables->header;
	int r = 0;

	*ret = (struct subjects){ 0 };
	for (unsigned int side = 0; !r && side < _SIDE_MAX; side++)
		if (side != SIDE_USER && side != SIDE_GROUP && side != SIDE_CGROUP && side != SIDE_OWNER &&
		    side != SIDE_CONTAINER)
			r = add_set(tables, ret, side, 0, "%s", "");
	r = r ?: list_no_ids(tables, header->users, SIDE_USER, ret);
	r = r ?: list_no_ids(tables, header->groups, SIDE_GROUP, ret);
	r = r ?: list_ids(tables, header->users, SIDE_USER, "uid", ret);
	r = r ?: list_ids(tables, header->groups, SIDE_GROUP, "gid", ret);
	r = r ?: list_programs(tables, paths, ret);
	r = r ?: list_attempts(tables, ret);
	return r ?: list_rest(tables, cgroups, ret);
}

/* --- as far as some rules ask --------------------------------------------------------------------------------- */

static bool knows(const struct choices *choices, const struct bw_traits *traits)
{
	for (size_t i = 0; i < choices->n; i++)
		if (memcmp(&choices->list[i].traits, traits, sizeof(*traits)) == 0)
			return true;
	return false;
}

static int add_new(struct choices *choices, const struct bw_traits *traits, const char *text)
{
	const struct bw_traits none = { 0 };

	if (knows(choices, traits))
		return 0;
	if (choices->n >= CHOICES_MAX)
		return -E2BIG;
	return add(choices, traits, memcmp(traits, &none, sizeof(none)) == 0 ? NULL : text);
}

static const char *join(struct arena *arena, const char *a, const char *b)
{
	size_t n = a ? strlen(a) : 0, m = strlen(b);
	char *text = a ? arena_alloc(arena, n + m + 3) : NULL;

	if (!a)
		return b;
	if (text)
		snprintf(text, n + m + 3, "%s, %s", a, b);
	return text;
}

/* The unions of what is there with one more. */
static int add_unions(struct subjects *ret, struct choices *choices, const struct choice *more)
{
	size_t n = choices->n;
	int r = 0;

	for (size_t i = 0; !r && more->text && i < n; i++) {
		struct bw_traits both = choices->list[i].traits;
		const char *text;

		for (unsigned int j = 0; j < BW_TRAIT_WORDS; j++)
			both.word[j] |= more->traits.word[j];
		if (knows(choices, &both))
			continue;
		text = join(&ret->arena, choices->list[i].text, more->text);
		r = text ? add_new(choices, &both, text) : -ENOMEM;
	}
	return r;
}

static int project_side(const struct choices *from, const struct bw_traits *mask, bool unions, struct subjects *ret,
			struct choices *to)
{
	int r = 0;

	for (size_t i = 0; !r && i < from->n; i++) {
		struct choice choice = from->list[i];

		for (unsigned int j = 0; j < BW_TRAIT_WORDS; j++)
			choice.traits.word[j] &= mask->word[j];
		r = unions && i ? add_unions(ret, to, &choice) : add_new(to, &choice.traits, choice.text);
	}
	return r;
}

int subjects_project(const struct subjects *from, const struct bw_traits *mask, struct subjects *ret)
{
	int r = 0;

	*ret = (struct subjects){ 0 };
	for (unsigned int side = 0; !r && side < _SIDE_MAX; side++)
		r = project_side(&from->side[side], mask, side >= SIDE_ANCESTORS && side <= SIDE_NAMES, ret,
				 &ret->side[side]);
	return r;
}

void subjects_done(struct subjects *subjects)
{
	arena_done(&subjects->arena);
	for (unsigned int side = 0; side < _SIDE_MAX; side++)
		free(subjects->side[side].list);
	*subjects = (struct subjects){ 0 };
}

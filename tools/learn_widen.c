/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the objects that a program was seen with. Out: the list for its rule, in which a folder stands for many files and
 * a port for many addresses.
 */
#include "learn_inner.h"
#include "policy/words.h"
#include <base/cleanup.h>
#include <errno.h>

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct texts *texts)
{
	size_t kept = 0;

	if (texts->n)
		qsort(texts->text, texts->n, sizeof(*texts->text), compare_texts);
	for (size_t i = 0; i < texts->n; i++)
		if (!kept || strcmp(texts->text[kept - 1], texts->text[i]) != 0)
			texts->text[kept++] = texts->text[i];
	texts->n = kept;
}

/* How much of a text those have in common that are put together: its folder, or what stands behind its address. */
struct widening {
	size_t (*common)(const char *text, const char **ret); /* how long it is; SIZE_MAX: there is none */
	const char *before;				      /* what stands for them: around the common part */
	const char *after;
};

static size_t folder_of(const char *text, const char **ret)
{
	*ret = text;
	return (size_t)(strrchr(text, '/') - text);
}

/* Of what the first widening made, "/a/b/?" with its star, the folder above. */
static size_t folder_above(const char *text, const char **ret)
{
	size_t size = strlen(text);

	*ret = text;
	if (size < 3 || strcmp(text + size - 2, "/*") != 0)
		return SIZE_MAX;
	for (size -= 2; size && text[size - 1] != '/'; size--)
		;
	return size ? size - 1 : SIZE_MAX;
}

static size_t port_of(const char *text, const char **ret)
{
	*ret = strrchr(text, ':');
	return strncmp(text, "unix:", strlen("unix:")) == 0 || !*ret ? SIZE_MAX : strlen(*ret);
}

/* How many texts have each common part. */
static int count_commons(const struct texts *texts, const struct widening *way, struct intern *commons,
			 struct words *counts)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < texts->n; i++) {
		const char *common;
		size_t size = way->common(texts->text[i], &common);
		uint32_t number;

		if (size == SIZE_MAX)
			continue;
		r = intern_add(commons, common, size, &number);
		if (r > 0)
			r = words_push(counts, 0);
		if (r >= 0 && counts->word)
			counts->word[number]++;
	}
	return r < 0 ? r : 0;
}

static const char *join_wide(const struct widening *way, const char *common, size_t size, struct arena *arena)
{
	char *text = arena_array(arena, strlen(way->before) + size + strlen(way->after) + 1, 1);
	char *at = text ? stpcpy(text, way->before) : NULL;

	if (!at)
		return NULL;
	memcpy(at, common, size);
	stpcpy(at + size, way->after);
	return text;
}

/* Puts those together of which there are more than `most`. 0 or -ENOMEM. */
static int widen(struct texts *texts, size_t most, const struct widening *way, struct arena *arena)
{
	struct intern commons = { 0 };
	struct words counts = { 0 };
	int r = count_commons(texts, way, &commons, &counts);

	for (size_t i = 0; r == 0 && i < texts->n; i++) {
		const char *common;
		size_t size = way->common(texts->text[i], &common);
		uint32_t number;

		if (size == SIZE_MAX || !intern_find(&commons, common, size, &number) || !counts.word ||
		    counts.word[number] <= most)
			continue;
		texts->text[i] = join_wide(way, common, size, arena);
		if (!texts->text[i])
			r = -ENOMEM;
	}
	if (r == 0)
		sort(texts);
	intern_done(&commons);
	words_done(&counts);
	return r;
}

static int widen_all(struct texts *texts, enum bw_operation operation, size_t most, struct arena *arena)
{
	static const struct widening folders = { folder_of, "", "/*" };
	static const struct widening above = { folder_above, "", "/*/*" };
	static const struct widening ports = { port_of, "*", "" };
	int r = 0;

	if (operation == BW_OP_READ || operation == BW_OP_WRITE) {
		r = widen(texts, most, &folders, arena);
		return r ?: widen(texts, most, &above, arena);
	}
	return operation == BW_OP_CONNECT || operation == BW_OP_BIND ? widen(texts, most, &ports, arena) : 0;
}

int learn_widen(const struct learn *learn, const struct learn_group *group, struct arena *arena, struct texts *ret)
{
	ret->n = group->objects.n;
	ret->text = arena_array(arena, ret->n + 1, sizeof(*ret->text));
	if (!ret->text)
		return -ENOMEM;
	for (size_t i = 0; i < ret->n; i++) {
		size_t size;
		const char *text = intern_at(&group->objects, (uint32_t)i, &size);

		ret->text[i] = arena_text(arena, text, size - 1);
		if (!ret->text[i])
			return -ENOMEM;
	}
	sort(ret);
	return widen_all(ret, group->operation, learn->most, arena);
}

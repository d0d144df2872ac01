/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: numbers, one by one. Out: lists and sets of them. Most sets of the compiler hold a handful of numbers
 * that come almost in order, so short lists are sorted by insertion; the long ones go to qsort().
 */
#include "words.h"
#include "grow.h"

#define SHORT 24

int words_push(struct words *words, uint32_t word)
{
	int r = grow_to(&words->word, &words->capacity, words->n + 1, sizeof(word));

	if (r < 0)
		return r;
	words->word[words->n++] = word;
	return 0;
}

int words_append(struct words *words, const uint32_t *word, size_t n)
{
	int r = grow_to(&words->word, &words->capacity, words->n + n, sizeof(*word));

	if (r < 0)
		return r;
	if (n)
		memcpy(words->word + words->n, word, n * sizeof(*word));
	words->n += n;
	return 0;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void sort_short(uint32_t *word, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t moved = word[i];
		size_t place = i;

		for (; place > 0 && word[place - 1] > moved; place--)
			word[place] = word[place - 1];
		word[place] = moved;
	}
}

static bool is_set(const uint32_t *word, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (word[i - 1] >= word[i])
			return false;
	return true;
}

void words_sort(struct words *words)
{
	size_t kept = 0;

	if (is_set(words->word, words->n))
		return;
	if (words->n <= SHORT)
		sort_short(words->word, words->n);
	else
		qsort(words->word, words->n, sizeof(*words->word), compare);
	for (size_t i = 0; i < words->n; i++)
		if (!kept || words->word[kept - 1] != words->word[i])
			words->word[kept++] = words->word[i];
	words->n = kept;
}

bool words_contain(const uint32_t *set, size_t n, uint32_t word)
{
	return n && bsearch(&word, set, n, sizeof(word), compare);
}

void words_done(struct words *words)
{
	free(words->word);
	*words = (struct words){ 0 };
}

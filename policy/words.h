/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A growable list of numbers, and a set as such a list: sorted, each number once.
 */
#ifndef POLICY_WORDS_H
#define POLICY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct words {
	uint32_t *word;
	size_t n;
	size_t capacity;
};

int words_push(struct words *words, uint32_t word); /* 0 or -ENOMEM */
int words_append(struct words *words, const uint32_t *word, size_t n);

/* Makes the list a set. */
void words_sort(struct words *words);

bool words_contain(const uint32_t *set, size_t n, uint32_t word);

void words_done(struct words *words);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Interning: equal byte strings get one number, and numbers count from 0 in the order of first sight. Sets of
 * numbers, slices, labels, literals: whatever the tables share is shared because it was interned.
 *
 * A zeroed struct is an empty one. What intern_at() returns is aligned for uint64_t and moves with the next
 * intern_add().
 */
#ifndef POLICY_INTERN_H
#define POLICY_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intern_entry {
	uint32_t hash;
	uint32_t size;
	size_t offset;
};

struct intern {
	struct intern_entry *entry;
	size_t n;
	size_t capacity;
	unsigned char *byte;
	size_t n_bytes;
	size_t bytes_capacity;
	uint32_t *slot; /* open addressing: number + 1, or 0 */
	size_t n_slots; /* power of two */
};

/* Returns 1 when the bytes are new, 0 when they were known, or -ENOMEM. */
int intern_add(struct intern *intern, const void *bytes, size_t size, uint32_t *ret);

/* The number of bytes that are known; false: they are not. */
bool intern_find(const struct intern *intern, const void *bytes, size_t size, uint32_t *ret);

const void *intern_at(const struct intern *intern, uint32_t number, size_t *ret_size);

/* The same for arrays of numbers: `n` counts numbers, not bytes. */
int intern_add_words(struct intern *intern, const uint32_t *word, size_t n, uint32_t *ret);
const uint32_t *intern_words_at(const struct intern *intern, uint32_t number, size_t *ret_n);

void intern_done(struct intern *intern);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: byte strings. Out: their numbers. The numbers depend on the order of the calls alone, never on the hash,
 * so that the same policies always give the same tables.
 */
#include "intern.h"
#include "grow.h"
#include <linux/types.h>
#include <bulwark/hash.h>

#define FIRST_SLOTS 64

static uint32_t hash_of(const void *bytes, size_t size)
{
	static const __u64 key[2];

	return (uint32_t)bw_hash(key, bytes, (__u32)size);
}

static int rehash(struct intern *intern)
{
	size_t n_slots = intern->n_slots ? intern->n_slots * 2 : FIRST_SLOTS;
	uint32_t *slot = calloc(n_slots, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < intern->n; i++) {
		size_t at = intern->entry[i].hash & (n_slots - 1);

		while (slot[at])
			at = (at + 1) & (n_slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	free(intern->slot);
	intern->slot = slot;
	intern->n_slots = n_slots;
	return 0;
}

static int append(struct intern *intern, const void *bytes, size_t size, uint32_t hash)
{
	size_t room = (size + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t);
	int r;

	if (intern->n >= UINT32_MAX - 1)
		return -ENOMEM;
	r = grow_to(&intern->entry, &intern->capacity, intern->n + 1, sizeof(*intern->entry));
	if (r < 0)
		return r;
	/* One byte at least, so that the place of an empty string is a place too. */
	r = grow_to(&intern->byte, &intern->bytes_capacity, intern->n_bytes + room + 1, 1);
	if (r < 0)
		return r;
	if (size)
		memcpy(intern->byte + intern->n_bytes, bytes, size);
	intern->entry[intern->n++] = (struct intern_entry){
		.hash = hash,
		.size = (uint32_t)size,
		.offset = intern->n_bytes,
	};
	intern->n_bytes += room;
	return 0;
}

/* The slot of these bytes, or the free one where they would be. There is a free one. */
static size_t find_slot(const struct intern *intern, const void *bytes, size_t size, uint32_t hash)
{
	size_t at;

	for (at = hash & (intern->n_slots - 1); intern->slot[at]; at = (at + 1) & (intern->n_slots - 1)) {
		const struct intern_entry *entry = &intern->entry[intern->slot[at] - 1];

		if (entry->hash == hash && entry->size == size &&
		    (!size || memcmp(intern->byte + entry->offset, bytes, size) == 0))
			break;
	}
	return at;
}

int intern_add(struct intern *intern, const void *bytes, size_t size, uint32_t *ret)
{
	uint32_t hash;
	size_t at;
	int r = 0;

	if (size > UINT32_MAX)
		return -ENOMEM;
	if (intern->n >= intern->n_slots / 2)
		r = rehash(intern);
	if (r < 0)
		return r;
	hash = hash_of(bytes, size);
	at = find_slot(intern, bytes, size, hash);
	if (intern->slot[at]) {
		*ret = intern->slot[at] - 1;
		return 0;
	}
	r = append(intern, bytes, size, hash);
	if (r < 0)
		return r;
	intern->slot[at] = (uint32_t)intern->n;
	*ret = (uint32_t)intern->n - 1;
	return 1;
}

bool intern_find(const struct intern *intern, const void *bytes, size_t size, uint32_t *ret)
{
	size_t at;

	if (!intern->n || size > UINT32_MAX)
		return false;
	at = find_slot(intern, bytes, size, hash_of(bytes, size));
	if (!intern->slot[at])
		return false;
	*ret = intern->slot[at] - 1;
	return true;
}

const void *intern_at(const struct intern *intern, uint32_t number, size_t *ret_size)
{
	*ret_size = intern->entry[number].size;
	return intern->byte + intern->entry[number].offset;
}

int intern_add_words(struct intern *intern, const uint32_t *word, size_t n, uint32_t *ret)
{
	return intern_add(intern, word, n * sizeof(*word), ret);
}

const uint32_t *intern_words_at(const struct intern *intern, uint32_t number, size_t *ret_n)
{
	const void *words = intern_at(intern, number, ret_n);

	*ret_n /= sizeof(uint32_t);
	return words;
}

void intern_done(struct intern *intern)
{
	free(intern->entry);
	free(intern->byte);
	free(intern->slot);
	*intern = (struct intern){ 0 };
}

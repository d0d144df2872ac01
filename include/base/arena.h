/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An arena: memory of one phase that is freed as a whole.
 *
 * What arena_alloc() returns is zeroed, aligned for any type and lives until arena_done(). Out of memory
 * returns NULL, never aborts: a policy too large for the machine must leave the agent standing.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct arena_block *head;
};

/* Sizes that blocks with their heads have: an event needs the first alone, a compiler soon has the most. */
#define ARENA_BLOCK_FIRST ((size_t)1024)
#define ARENA_BLOCK_MOST  ((size_t)16384)

static inline size_t arena_room(const struct arena_block *newest, size_t size)
{
	size_t room = (newest ? sizeof(*newest) + newest->size : ARENA_BLOCK_FIRST / 2) * 2;

	room = (room < ARENA_BLOCK_MOST ? room : ARENA_BLOCK_MOST) - sizeof(*newest);
	return size > room ? size : room;
}

static inline void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->head;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
	if (!block || block->size - block->used < size) {
		size_t room = arena_room(block, size);

		block = malloc(sizeof(*block) + room);
		if (!block)
			return NULL;
		*block = (struct arena_block){ .next = arena->head, .size = room };
		arena->head = block;
	}
	memory = block->bytes + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

static inline void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / 2 / size)
		return NULL;
	return arena_alloc(arena, count * size);
}

/* A NUL-terminated copy of `size` bytes. */
static inline char *arena_text(struct arena *arena, const char *bytes, size_t size)
{
	char *copy = arena_alloc(arena, size + 1);

	return copy ? memcpy(copy, bytes, size) : NULL;
}

static inline void arena_done(struct arena *arena)
{
	while (arena->head) {
		struct arena_block *block = arena->head;

		arena->head = block->next;
		free(block);
	}
}

#endif

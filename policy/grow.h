/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Growing a malloc'd array by doubling.
 */
#ifndef POLICY_GROW_H
#define POLICY_GROW_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Makes room for `wanted` elements of `size` bytes. `array` is the address of the pointer to the first one
 * (any pointer type). -ENOMEM leaves the array as it was.
 */
static inline int grow_to(void *array, size_t *capacity, size_t wanted, size_t size)
{
	size_t room = *capacity ? *capacity : 8;
	void *memory;

	if (wanted <= *capacity)
		return 0;
	if (wanted > SIZE_MAX / 2 / size)
		return -ENOMEM;
	while (room < wanted)
		room *= 2;
	memcpy(&memory, array, sizeof(memory));
	memory = realloc(memory, room * size);
	if (!memory)
		return -ENOMEM;
	memcpy(array, &memory, sizeof(memory));
	*capacity = room;
	return 0;
}

#endif

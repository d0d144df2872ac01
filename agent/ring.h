/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The ring buffer's reading end: records as bytes, of a size that nobody vouches for.
 */
#ifndef AGENT_RING_H
#define AGENT_RING_H

#include "load.h"

struct ring;

/* `record` is valid during the call only. Returning does not fail: a reader that cannot keep a record drops it itself.
 */
typedef void (*ring_record_fn)(void *context, const void *record, size_t size);

int ring_new(struct loader *loader, ring_record_fn fn, void *context, struct ring **ret);
int ring_fd(const struct ring *ring); /* readable when records wait: for epoll */

/*
 * Hands over what waits, at most about `budget` records, so that a flood does not keep the loop from its other work.
 * Returns how many, or -errno.
 */
int ring_consume(struct ring *ring, int budget);

/* How many records, but those of cgroups, wait in the ring of programs that are replaced; it takes them. Or -errno. */
long ring_take_all(int map);

struct ring *ring_free(struct ring *ring); /* returns NULL; accepts NULL */

#endif

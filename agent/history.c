/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: events as JSON. Out: the same by number. A ring of pointers, bounded by count and by bytes.
 */
#include "history.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One allocation: the event, its JSON, its policy's name. */
struct slot {
	struct history_event event;
	char bytes[];
};

struct history {
	struct slot *slot[HISTORY_EVENTS];
	__u64 oldest;
	__u64 end;
	size_t bytes;
};

int history_new(struct history **ret)
{
	struct history *history = calloc(1, sizeof(*history));

	if (!history)
		return -ENOMEM;
	*ret = history;
	return 0;
}

static void drop_oldest(struct history *history)
{
	struct slot **slot = &history->slot[history->oldest++ % HISTORY_EVENTS];

	if (*slot)
		history->bytes -= (*slot)->event.size;
	free(*slot);
	*slot = NULL;
}

struct history *history_free(struct history *history)
{
	while (history && history->oldest < history->end)
		drop_oldest(history);
	free(history);
	return NULL;
}

static struct slot *make_slot(const struct history_mark *mark, const char *json, size_t size)
{
	size_t policy_size = mark->policy ? strlen(mark->policy) + 1 : 0;
	struct slot *slot = malloc(sizeof(*slot) + size + policy_size);

	if (!slot)
		return NULL;
	slot->event = (struct history_event){ .mark = *mark, .json = slot->bytes, .size = size };
	memcpy(slot->bytes, json, size);
	if (mark->policy)
		slot->event.mark.policy = memcpy(slot->bytes + size, mark->policy, policy_size);
	return slot;
}

void history_add(struct history *history, const struct history_mark *mark, const char *json, size_t size)
{
	struct slot *slot = make_slot(mark, json, size);

	while (history->oldest < history->end &&
	       (history->end - history->oldest >= HISTORY_EVENTS || history->bytes + size > HISTORY_BYTES))
		drop_oldest(history);
	history->slot[history->end++ % HISTORY_EVENTS] = slot;
	if (slot)
		history->bytes += size;
}

__u64 history_oldest(const struct history *history)
{
	return history->oldest;
}

__u64 history_end(const struct history *history)
{
	return history->end;
}

const struct history_event *history_get(const struct history *history, __u64 number)
{
	const struct slot *slot;

	if (number < history->oldest || number >= history->end)
		return NULL;
	slot = history->slot[number % HISTORY_EVENTS];
	return slot ? &slot->event : NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One record of the ring as an event: checked, owned, its texts in reading order. Then enriched (enrich.h) and
 * written (format_json.h).
 */
#ifndef AGENT_EVENT_H
#define AGENT_EVENT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <base/arena.h>
#include <bulwark/abi.h>

struct container;
struct roster;

#define EVENT_ID_ROOM 17 /* 16 hexadecimal digits */

/* bytes NULL: not known. Followed by a NUL that `size` does not count. */
struct event_text {
	const char *bytes;
	size_t size;
	bool cut; /* there was more: the end of a path, the beginning of arguments is here */
};

struct event_ancestor {
	struct bw_ancestor run; /* its numbers */
	char exec_id[EVENT_ID_ROOM];
	struct event_text binary;
	struct event_text arguments;
};

/* Owner: the arena owns all that is pointed to, but for `roster` and `container`, which outlive the event. */
struct event {
	struct arena arena;
	const struct bw_event *record;
	struct event_text text[_BW_TEXT_MAX]; /* paths from the root on; arguments NUL-separated */
	struct event_ancestor *ancestor;      /* the nearest first */
	size_t n_ancestors;		      /* at most BW_ANCESTORS_MAX */

	/* Filled by enrich_event(), as are exec_id of the ancestors and what the kernel does not know of them. */
	const struct roster *roster; /* names of its set of tables; NULL: not known any more */
	char id[EVENT_ID_ROOM];
	char exec_id[EVENT_ID_ROOM];
	const char *user;
	const char *group;
	const char *login_user;
	const char *cgroup;
	const struct container *container; /* NULL: it is in none, or that is not known */
};

/*
 * Decodes `size` bytes that nobody vouches for. Returns 0; -ENOMSG for a record of a type that this reader does not
 * know; -EBADMSG for one that contradicts itself; -ENOMEM. event_done() is due after 0 only.
 */
int event_decode(const void *bytes, size_t size, struct event *ret);
void event_done(struct event *event);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a place in the history and a filter. Out: lines, in order. Keeps no events: what a slow peer has not taken yet
 * waits in the history, as long as that keeps it.
 */
#include "stream.h"
#include <string.h>
#include "format_json.h"

void stream_begin(struct stream *stream, const struct history *history, const struct stream_filter *filter)
{
	__u64 end = history_end(history);

	*stream = (struct stream){ .active = true, .filter = *filter, .until = end };
	stream->next = filter->follow && !filter->since ? end : history_oldest(history);
}

static bool passes(const struct stream_filter *filter, const struct history_mark *mark)
{
	if (filter->policy[0] && (!mark->policy || strcmp(filter->policy, mark->policy) != 0))
		return false;
	if (filter->verdict >= 0 && filter->verdict != mark->verdict)
		return false;
	if (filter->operation >= 0 && filter->operation != mark->operation)
		return false;
	return mark->time >= filter->since;
}

static void put_event(struct writer *out, const char *json, size_t size)
{
	writer_open(out, NULL, '{');
	writer_json(out, "event", json, size);
	writer_close(out, '}');
	writer_end_line(out);
}

static void put_gap(struct writer *out, const char *node, __u64 count)
{
	struct writer event = { 0 };

	format_json_lost(&event, node, "reader", count);
	if (writer_failed(&event))
		out->failed = true;
	else
		put_event(out, event.text, event.size);
	writer_done(&event);
}

bool stream_waits(const struct stream *stream, const struct history *history)
{
	return stream->active && stream->next < history_end(history);
}

void stream_pump(struct stream *stream, const struct history *history, const char *node, struct writer *out,
		 size_t room)
{
	__u64 oldest = history_oldest(history);
	const struct history_event *event;

	if (stream->next < oldest) {
		put_gap(out, node, oldest - stream->next);
		stream->next = oldest;
	}
	while (stream_waits(stream, history) && out->size < room &&
	       (stream->filter.follow || stream->next < stream->until)) {
		event = history_get(history, stream->next++);
		if (event && passes(&stream->filter, &event->mark))
			put_event(out, event->json, event->size);
	}
	if (stream->filter.follow || stream->next < stream->until)
		return;
	writer_plain(out, "{\"parameters\":{}}", 17);
	writer_end_line(out);
	stream->active = false;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: the bytes of one record. Out: a struct event that owns a copy of all of it.
 *
 * Trusts nothing: the record's own size, every span, the sizes of every ancestor and every ending NUL are checked
 * before they are used. Numbers that stand for words (verdict, hook) are not judged here; a number without a word is
 * written as absent.
 */
#include "event.h"
#include <errno.h>
#include <string.h>

/* "dash\0bin\0usr\0" -> "/usr/bin/dash"; "\0" is the root itself. */
static int decode_reversed(struct event *event, const char *bytes, size_t size, struct event_text *ret)
{
	char *path = arena_alloc(&event->arena, size + 2);
	size_t n = 0, from, end = size;

	if (!path)
		return -ENOMEM;
	if (bytes[size - 1] == '\0')
		end--;
	else
		ret->cut = true; /* the topmost component lost its end, so there may be more above it */
	for (;; end = from - 1) {
		for (from = end; from > 0 && bytes[from - 1] != '\0';)
			from--;
		if (from < end) {
			path[n++] = '/';
			memcpy(path + n, bytes + from, end - from);
			n += end - from;
		}
		if (!from)
			break;
	}
	if (!n)
		path[n++] = '/';
	/* What was cut off stood above: then this is no path from the root and must not look like one. */
	ret->bytes = ret->cut && n > 1 ? path + 1 : path;
	ret->size = n - (ret->bytes - path);
	return 0;
}

static bool is_arguments(enum bw_text text)
{
	return text == BW_TEXT_ARGUMENTS || text == BW_TEXT_OBJECT_ARGUMENTS;
}

static bool is_abstract_name(const struct event *event, enum bw_text text)
{
	return text == BW_TEXT_OBJECT && event->record->object.kind == BW_OBJECT_ABSTRACT;
}

/* Arguments and abstract names may hold NULs; a path ends at the first. */
static int decode_plain(struct event *event, enum bw_text text, const char *bytes, size_t size)
{
	if (!is_arguments(text) && !is_abstract_name(event, text))
		size = strnlen(bytes, size);
	event->text[text].bytes = arena_text(&event->arena, bytes, size);
	event->text[text].size = size;
	return event->text[text].bytes ? 0 : -ENOMEM;
}

static int decode_text(struct event *event, enum bw_text text, size_t room)
{
	const struct bw_span *span = &event->record->span[text];
	const char *bytes = event->record->text + span->offset;

	if (!span->size)
		return 0;
	if ((size_t)span->offset + span->size > room)
		return -EBADMSG;
	event->text[text].cut = span->flags & BW_SPAN_CUT;
	if (span->flags & BW_SPAN_REVERSED && !is_arguments(text))
		return decode_reversed(event, bytes, span->size, &event->text[text]);
	return decode_plain(event, text, bytes, span->size);
}

static int decode_texts(struct event *event)
{
	size_t room = event->record->record.size - sizeof(*event->record);
	int r = 0;
	int text;

	for (text = 0; text < _BW_TEXT_MAX && r >= 0; text++)
		r = decode_text(event, text, room);
	return r;
}

static int decode_ancestor(struct event *event, const char *bytes, struct event_ancestor *ancestor)
{
	const struct bw_ancestor *run = &ancestor->run;
	int r = 0;

	ancestor->binary.cut = run->flags & BW_ANCESTOR_BINARY_CUT;
	ancestor->arguments.cut = run->flags & BW_ANCESTOR_ARGUMENTS_CUT;
	if (run->binary)
		r = decode_reversed(event, bytes + sizeof(*run), run->binary, &ancestor->binary);
	if (r < 0 || !run->arguments)
		return r;
	ancestor->arguments.bytes = arena_text(&event->arena, bytes + sizeof(*run) + run->binary, run->arguments);
	ancestor->arguments.size = run->arguments;
	return ancestor->arguments.bytes ? 0 : -ENOMEM;
}

/* Is an ancestor with its texts what stands there, within `left` bytes? */
static int check_ancestor(const struct bw_ancestor *run, size_t left)
{
	if (run->size < sizeof(*run) || run->size > left ||
	    (size_t)run->binary + run->arguments > run->size - sizeof(*run))
		return -EBADMSG;
	return 0;
}

/* The next ancestor, out of `left` bytes. */
static int take_ancestor(struct event *event, const char *bytes, size_t left)
{
	struct event_ancestor *ancestor = &event->ancestor[event->n_ancestors];
	int r;

	if (left < sizeof(ancestor->run) || event->n_ancestors == BW_ANCESTORS_MAX)
		return -EBADMSG;
	*ancestor = (struct event_ancestor){ 0 };
	memcpy(&ancestor->run, bytes, sizeof(ancestor->run)); /* it may stand anywhere */
	r = check_ancestor(&ancestor->run, left);
	if (r < 0)
		return r;
	event->n_ancestors++;
	return decode_ancestor(event, bytes, ancestor);
}

static int decode_ancestors(struct event *event)
{
	size_t room = event->record->record.size - sizeof(*event->record);
	const struct bw_span *span = &event->record->ancestors;
	const char *at, *end;
	int r;

	if (!span->size)
		return 0;
	if ((size_t)span->offset + span->size > room)
		return -EBADMSG;
	at = event->record->text + span->offset;
	end = at + span->size;
	event->ancestor = arena_alloc(&event->arena, BW_ANCESTORS_MAX * sizeof(*event->ancestor));
	if (!event->ancestor)
		return -ENOMEM;
	while (at < end) {
		r = take_ancestor(event, at, end - at);
		if (r < 0)
			return r;
		at += event->ancestor[event->n_ancestors - 1].run.size;
	}
	return 0;
}

int event_decode(const void *bytes, size_t size, struct event *ret)
{
	struct event event = { 0 };
	struct bw_record head;
	void *copy;
	int r;

	if (size < sizeof(head))
		return -EBADMSG;
	memcpy(&head, bytes, sizeof(head)); /* nobody promised alignment either */
	if (head.type < BW_RECORD_DECISION || head.type > BW_RECORD_GUARD)
		return -ENOMSG;
	if (head.size > size || head.size < sizeof(struct bw_event))
		return -EBADMSG;
	copy = arena_alloc(&event.arena, head.size);
	if (!copy)
		return -ENOMEM;
	event.record = memcpy(copy, bytes, head.size);
	r = decode_texts(&event);
	r = r < 0 ? r : decode_ancestors(&event);
	if (r < 0) {
		event_done(&event);
		return r;
	}
	*ret = event;
	return 0;
}

void event_done(struct event *event)
{
	arena_done(&event->arena);
	*event = (struct event){ 0 };
}

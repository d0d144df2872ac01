/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: a line. Out: where its parts are. The line may hold anything: whatever is not followed to its end is no event.
 * What is wrong inside a number or a string is left to the parser, which sees each question once.
 */
#include "record.h"
#include "policy/grow.h"
#include <base/cleanup.h>
#include <errno.h>
#include <string.h>

#define DEPTH_MAX 32 /* as json-c */

struct scan {
	const char *at;
	const char *end;
	unsigned int depth;
	struct record *record;
	struct record_key *key; /* that is being written */
	bool no_memory;
	/* To tell whether the first ancestor is the parent: their pids. */
	struct record_span parent, nearest;
	bool first_ancestor;
};

/* Reads a value whose key is known; false: not JSON. */
typedef bool (*member_reader)(struct scan *scan, const struct record_span *key);

static bool skip_value(struct scan *scan, const struct record_span *key);

/* --- JSON --------------------------------------------------------------------------------------------------- */

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
		scan->at++;
}

static bool take(struct scan *scan, char byte)
{
	skip_space(scan);
	if (scan->at >= scan->end || *scan->at != byte)
		return false;
	scan->at++;
	return true;
}

static bool is_escaped(const char *from, const char *quote)
{
	size_t n = 0;

	while (quote - n > from && quote[-1 - (ptrdiff_t)n] == '\\')
		n++;
	return n % 2;
}

static bool take_string(struct scan *scan, struct record_span *ret)
{
	const char *from = scan->at, *quote = from;

	do {
		quote = memchr(quote + 1, '"', (size_t)(scan->end - quote - 1));
	} while (quote && is_escaped(from + 1, quote));
	if (!quote)
		return false;
	*ret = (struct record_span){ from, (size_t)(quote + 1 - from) };
	scan->at = quote + 1;
	return true;
}

/* true, null, a number: what is in it is not looked at, but something is. */
static bool take_scalar(struct scan *scan)
{
	const char *from = scan->at;

	while (scan->at < scan->end &&
	       ((*scan->at >= '0' && *scan->at <= '9') || (*scan->at >= 'a' && *scan->at <= 'z') || *scan->at == '-' ||
		*scan->at == '+' || *scan->at == '.' || *scan->at == 'E'))
		scan->at++;
	return scan->at > from;
}

/* The members of a map, of which the opening brace is taken. */
static bool walk_map(struct scan *scan, member_reader read)
{
	struct record_span key;
	bool r = true;

	if (take(scan, '}'))
		return true;
	if (++scan->depth > DEPTH_MAX)
		return false;
	do {
		skip_space(scan);
		if (scan->at >= scan->end || *scan->at != '"' || !take_string(scan, &key) || !take(scan, ':'))
			return false;
		skip_space(scan);
		r = read(scan, &key);
	} while (r && take(scan, ','));
	scan->depth--;
	return r && take(scan, '}');
}

static bool walk_list(struct scan *scan, member_reader read)
{
	bool r = true;

	if (take(scan, ']'))
		return true;
	if (++scan->depth > DEPTH_MAX)
		return false;
	do {
		skip_space(scan);
		r = read(scan, NULL);
	} while (r && take(scan, ','));
	scan->depth--;
	return r && take(scan, ']');
}

/* A map by `read`; another value is passed over. */
static bool enter_map(struct scan *scan, member_reader read)
{
	if (scan->at >= scan->end || *scan->at != '{')
		return skip_value(scan, NULL);
	scan->at++;
	return walk_map(scan, read);
}

static bool skip_value(struct scan *scan, const struct record_span *key)
{
	struct record_span ignored;

	(void)key;
	if (scan->at >= scan->end)
		return false;
	switch (*scan->at) {
	case '"':
		return take_string(scan, &ignored);
	case '{':
		scan->at++;
		return walk_map(scan, skip_value);
	case '[':
		scan->at++;
		return walk_list(scan, skip_value);
	default:
		return take_scalar(scan);
	}
}

static bool take_value(struct scan *scan, struct record_span *ret)
{
	const char *from = scan->at;
	bool r = skip_value(scan, NULL);

	*ret = (struct record_span){ from, (size_t)(scan->at - from) };
	return r;
}

/* --- the key -------------------------------------------------------------------------------------------------- */

static bool put(struct scan *scan, const char *bytes, size_t size)
{
	struct record_key *key = scan->key;

	if (key->n + size > key->capacity && grow_to(&key->bytes, &key->capacity, key->n + size, 1) < 0) {
		scan->no_memory = true;
		return false;
	}
	memcpy(key->bytes + key->n, bytes, size);
	key->n += size;
	return true;
}

/* "key":value with something between that no JSON has. */
static bool put_value(struct scan *scan, const struct record_span *key)
{
	struct record_span value;

	return take_value(scan, &value) && put(scan, key->bytes, key->size) && put(scan, value.bytes, value.size) &&
	       put(scan, "\0", 1);
}

struct word {
	const char *text;
	size_t size;
};

#define WORD(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

static bool is_one_of(const struct record_span *key, const struct word *word)
{
	for (; word->text; word++)
		if (key->size == word->size + 2 && memcmp(key->bytes + 1, word->text, word->size) == 0)
			return true;
	return false;
}

/* --- parts of an event ------------------------------------------------------------------------------------------ */

static bool read_object(struct scan *scan, const struct record_span *key)
{
	static const struct word asked[] = { WORD("path"),     WORD("args"), WORD("address"),  WORD("port"),
					     WORD("protocol"), WORD("unix"), WORD("facility"), WORD("family"),
					     WORD("type"),     WORD("cut"),  { NULL, 0 } };

	return is_one_of(key, asked) ? put_value(scan, key) : skip_value(scan, key);
}

/* Its id is another one in each container. */
static bool read_container(struct scan *scan, const struct record_span *key)
{
	static const struct word asked[] = { WORD("name"), WORD("image"),  WORD("namespace"),
					     WORD("pod"),  WORD("labels"), { NULL, 0 } };

	return is_one_of(key, asked) ? put_value(scan, key) : skip_value(scan, key);
}

static bool read_process(struct scan *scan, const struct record_span *key)
{
	static const struct word asked[] = { WORD("binary"), WORD("euid"), WORD("cgroup"), { NULL, 0 } };

	if (record_is(key, "exec_id"))
		return take_value(scan, &scan->record->exec_id);
	if (record_is(key, "tid"))
		return take_value(scan, &scan->record->tid);
	if (record_is(key, "ppid"))
		return take_value(scan, &scan->parent);
	if (record_is(key, "container"))
		return put(scan, "{", 1) && enter_map(scan, read_container) && put(scan, "}", 1);
	return is_one_of(key, asked) ? put_value(scan, key) : skip_value(scan, key);
}

static bool read_ancestor(struct scan *scan, const struct record_span *key)
{
	if (record_is(key, "binary"))
		return put_value(scan, key);
	if (!scan->first_ancestor || !record_is(key, "pid"))
		return skip_value(scan, key);
	return take_value(scan, &scan->nearest);
}

static bool read_ancestor_map(struct scan *scan, const struct record_span *key)
{
	bool r;

	(void)key;
	r = put(scan, "[", 1) && enter_map(scan, read_ancestor);
	scan->first_ancestor = false;
	return r;
}

static bool read_ancestors(struct scan *scan)
{
	scan->first_ancestor = true;
	if (scan->at >= scan->end || *scan->at != '[')
		return skip_value(scan, NULL);
	scan->at++;
	return walk_list(scan, read_ancestor_map);
}

static bool read_event(struct scan *scan, const struct record_span *key)
{
	struct record *record = scan->record;
	if (record_is(key, "type"))
		return take_value(scan, &record->type);
	if (record_is(key, "policy"))
		return take_value(scan, &record->policy);
	if (record_is(key, "rule"))
		return take_value(scan, &record->rule);
	if (record_is(key, "verdict"))
		return take_value(scan, &record->verdict);
	if (record_is(key, "enforced"))
		return take_value(scan, &record->enforced);
	if (record_is(key, "hook"))
		return take_value(scan, &record->hook);
	scan->key = &record->what;
	if (record_is(key, "operation"))
		return put_value(scan, key);
	if (record_is(key, "object"))
		return enter_map(scan, read_object);
	scan->key = &record->who;
	if (record_is(key, "process"))
		return enter_map(scan, read_process);
	if (record_is(key, "ancestors"))
		return read_ancestors(scan);
	return skip_value(scan, key);
}

/* --- the door ---------------------------------------------------------------------------------------------------- */

int record_scan(struct record *record, const char *line, size_t size)
{
	struct scan scan = { .at = line, .end = line + size, .record = record, .key = &record->who };
	struct record_key what = record->what, who = record->who;
	bool whole;

	what.n = who.n = 0;
	*record = (struct record){ .what = what, .who = who };
	whole = take(&scan, '{') && walk_map(&scan, read_event);
	scan.key = &record->who;
	whole = whole && put(&scan, record_equal(&scan.nearest, &scan.parent) ? "p" : "o", 1);
	if (scan.no_memory)
		return -ENOMEM;
	skip_space(&scan);
	return whole && scan.at == scan.end ? 0 : -EBADMSG;
}

bool record_equal(const struct record_span *a, const struct record_span *b)
{
	return a->bytes && b->bytes && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

void record_done(struct record *record)
{
	free(record->what.bytes);
	free(record->who.bytes);
	*record = (struct record){ 0 };
}

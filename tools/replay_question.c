/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: lines that have been scanned. Out: the number of the question that each asks, with its answer. A line is parsed
 * when its process or its object is new, and decided when the two have not met before.
 */
#include "policy/grow.h"
#include "question.h"
#include "reason.h"
#include "replay_inner.h"
#include <base/cleanup.h>
#include <errno.h>

/* --- questions ---------------------------------------------------------------------------------------------------- */

/* NULL: no JSON object; the caller puts it. */
static struct json_object *parse(const char *line, size_t size)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *event = tokener ? json_tokener_parse_ex(tokener, line, (int)size) : NULL;

	json_tokener_free(tokener);
	if (json_object_is_type(event, json_type_object))
		return event;
	json_object_put(event);
	return NULL;
}

static int read_who(struct replay *replay, struct json_object *event, struct replay_who *ret)
{
	struct simulate_question half = { 0 };
	int r;

	ret->read = true;
	r = question_who(event, &replay->arena, &half, &ret->reason);
	ret->process = half.process;
	ret->untold = half.untold;
	if (r == 0)
		simulate_traits(replay->tables, &half, &ret->traits);
	return r == -ENOMEM ? r : 0;
}

static int read_what(struct replay *replay, struct json_object *event, struct replay_what *ret)
{
	struct simulate_question half = { 0 };
	_free_ char *text = NULL;
	int r;

	ret->read = true;
	r = question_what(event, &replay->arena, &half, &ret->reason);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	text = reason_object(&half);
	ret->operation = half.operation;
	ret->object = half.object;
	ret->text = text ? arena_text(&replay->arena, text, strlen(text)) : NULL;
	return ret->text ? 0 : -ENOMEM;
}

/* The number of a key, and room for what it stands for. */
static int number_key(struct intern *keys, const struct record_key *key, void *list, size_t *capacity, size_t size,
		      uint32_t *ret)
{
	int r = intern_add(keys, key->bytes, key->n, ret);
	size_t before = *capacity;
	unsigned char *grown;

	if (r <= 0 || keys->n <= before)
		return r < 0 ? r : 0;
	r = grow_to(list, capacity, keys->n, size);
	if (r < 0)
		return r;
	memcpy(&grown, list, sizeof(grown));
	memset(grown + before * size, 0, (*capacity - before) * size);
	return 0;
}

/*
 * The halves of the event's question. The line is parsed if one of them is new, and what is not JSON leaves both as new
 * as they were: other lines may have one of them. 1: not JSON.
 */
static int number_halves(struct replay *replay, const char *line, size_t size, uint32_t half[static 2])
{
	struct json_object *event;
	int r = number_key(&replay->whos, &replay->record.who, &replay->who, &replay->who_capacity,
			   sizeof(*replay->who), &half[0]);

	r = r
		    ?: number_key(&replay->whats, &replay->record.what, &replay->what, &replay->what_capacity,
				  sizeof(*replay->what), &half[1]);
	if (r < 0 || (replay->who[half[0]].read && replay->what[half[1]].read))
		return r;
	event = parse(line, size);
	if (!event)
		return 1;
	if (!replay->who[half[0]].read)
		r = read_who(replay, event, &replay->who[half[0]]);
	if (r == 0 && !replay->what[half[1]].read)
		r = read_what(replay, event, &replay->what[half[1]]);
	json_object_put(event);
	return r;
}

static int ask(struct replay *replay, const struct simulate_question *question, const struct simulate_traits *traits,
	       enum simulate_reading reading, uint32_t *ret)
{
	struct simulate_verdict said;
	int r;

	memset(&said, 0, sizeof(said)); /* equal ones are to be equal bytes */
	r = simulate_ask_with(replay->tables, question, traits, reading, &said);
	if (r == 0)
		r = intern_add(&replay->verdicts, &said, sizeof(said), ret);
	return r < 0 ? r : 0;
}

static struct simulate_question join(const struct replay_who *who, const struct replay_what *what)
{
	return (struct simulate_question){
		.operation = what->operation,
		.process = who->process,
		.object = what->object,
		.untold = who->untold,
	};
}

bool replay_attempt(const struct replay *replay, size_t number, struct simulate_question *ret)
{
	const struct replay_answer *asked = &replay->answer[number];

	*ret = join(&replay->who[asked->who], &replay->what[asked->what]);
	return !asked->reason;
}

size_t replay_seen(const struct replay *replay, size_t number)
{
	return replay->answer[number].seen;
}

/* More may have run before the process than an event tells: only a denial that would be gone is worth the doubt. */
static int answer(struct replay *replay, struct replay_answer *ret)
{
	const struct replay_who *who = &replay->who[ret->who];
	const struct replay_what *what = &replay->what[ret->what];
	struct simulate_question question = join(who, what);
	int r;

	ret->reason = who->reason ?: what->reason;
	if (ret->reason)
		return 0;
	r = ask(replay, &question, &who->traits, SIMULATE_MILDEST, &ret->mildest);
	r = r ?: ask(replay, &question, &who->traits, SIMULATE_STRICTEST, &ret->strictest);
	question.untold |= SIMULATE_LINEAGE;
	r = r ?: ask(replay, &question, &who->traits, SIMULATE_STRICTEST, &ret->worst);
	if (r == -EINVAL)
		ret->reason = "no object of the operation";
	return r == -EINVAL ? 0 : r;
}

int replay_question(struct replay *replay, const char *line, size_t size, uint32_t *ret)
{
	uint32_t half[2];
	int r = number_halves(replay, line, size, half);

	if (r != 0)
		return r;
	r = intern_add_words(&replay->questions, half, 2, ret);
	if (r <= 0)
		return r;
	if (grow_to(&replay->answer, &replay->answers, replay->questions.n, sizeof(*replay->answer)) < 0)
		return -ENOMEM;
	replay->answer[*ret] = (struct replay_answer){ .who = half[0], .what = half[1] };
	return answer(replay, &replay->answer[*ret]);
}

const struct simulate_verdict *replay_verdict(const struct replay *replay, uint32_t number)
{
	size_t size;

	return intern_at(&replay->verdicts, number, &size);
}

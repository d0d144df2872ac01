/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: lines. Out: counts of (question, what it came to then), each question decided once. What the counts mean is told
 * by replay_group.c.
 */
#include "replay.h"
#include "policy/compile.h"
#include "policy/grow.h"
#include "policy/names.h"
#include "replay_inner.h"
#include <base/cleanup.h>
#include <errno.h>

/* --- lines that are no events ---------------------------------------------------------------------------------- */

static void add_problem(struct replay *replay, const char *reason)
{
	if (replay->n_unread < REPLAY_PROBLEMS_MAX)
		replay->problem[replay->n_unread] = (struct replay_problem){ replay->n_lines, reason };
	replay->n_unread++;
}

/* --- attempts -------------------------------------------------------------------------------------------------------
 */

/* Counts what has been gathered of an attempt. */
static int flush(struct replay *replay)
{
	const uint32_t key[] = { replay->pending.question, replay->pending.old.rule,
				 (uint32_t)replay->pending.old.verdict };
	uint32_t number;
	int r;

	if (!replay->pending.any)
		return 0;
	replay->pending.any = false;
	r = intern_add_words(&replay->counts, key, ARRAY_SIZE(key), &number);
	if (r > 0) {
		if (grow_to(&replay->count, &replay->counted, replay->counts.n, sizeof(*replay->count)) < 0)
			return -ENOMEM;
		replay->count[number] =
			(struct replay_count){ replay->pending.question, replay->pending.old, 0, replay->pending.line };
	}
	if (r >= 0) {
		replay->count[number].n++;
		replay->answer[replay->pending.question].seen++;
	}
	replay->n_events += r >= 0;
	return r < 0 ? r : 0;
}

static int put_span(struct replay *replay, const struct record_span *span)
{
	size_t *n = &replay->pending.n_attempt;

	if (grow_to(&replay->pending.attempt, &replay->pending.attempt_capacity, *n + span->size + 1, 1) < 0)
		return -ENOMEM;
	if (span->size)
		memcpy(replay->pending.attempt + *n, span->bytes, span->size);
	replay->pending.attempt[*n + span->size] = '\0';
	*n += span->size + 1;
	return 0;
}

static int write_attempt(struct replay *replay)
{
	int r;

	replay->pending.n_attempt = 0;
	r = put_span(replay, &replay->record.exec_id);
	r = r ?: put_span(replay, &replay->record.tid);
	return r ?: put_span(replay, &replay->record.hook);
}

static bool has_span(const char **at, const char *end, const struct record_span *span)
{
	if ((size_t)(end - *at) < span->size + 1 || (span->size && memcmp(*at, span->bytes, span->size) != 0) ||
	    (*at)[span->size] != '\0')
		return false;
	*at += span->size + 1;
	return true;
}

static bool is_same_attempt(const struct replay *replay, uint32_t question)
{
	const struct record *record = &replay->record;
	const char *at, *end;

	if (!replay->pending.any || replay->pending.question != question || !record->exec_id.size)
		return false;
	at = replay->pending.attempt;
	end = at + replay->pending.n_attempt;
	return has_span(&at, end, &record->exec_id) && has_span(&at, end, &record->tid) &&
	       has_span(&at, end, &record->hook);
}

/* A policy has one word on an attempt: when it speaks again, that is another attempt just like it. */
static bool has_spoken(const struct replay *replay, uint32_t policy)
{
	for (size_t i = 0; i < replay->pending.n_policies; i++)
		if (replay->pending.policy[i] == policy)
			return true;
	return replay->pending.n_policies == BW_OUTCOMES_MAX;
}

static int add_attempt(struct replay *replay, uint32_t question, const struct replay_old *old)
{
	const struct record_span *name = &replay->record.policy;
	uint32_t policy;
	int r = intern_add(&replay->policies, name->bytes, name->size, &policy);

	if (r < 0)
		return r;
	if (is_same_attempt(replay, question) && !has_spoken(replay, policy)) {
		replay->pending.policy[replay->pending.n_policies++] = policy;
		if (old->verdict > replay->pending.old.verdict)
			replay->pending.old = *old;
		return 0;
	}
	r = flush(replay);
	if (r < 0)
		return r;
	replay->pending.any = true;
	replay->pending.question = question;
	replay->pending.old = *old;
	replay->pending.line = replay->n_lines;
	replay->pending.policy[0] = policy;
	replay->pending.n_policies = 1;
	return write_attempt(replay);
}

/* --- lines
 * ------------------------------------------------------------------------------------------------------------ */

static int verdict_of(const struct record_span *span)
{
	for (unsigned int i = 0; i < _BW_VERDICT_MAX; i++)
		if (record_is(span, verdict_name(i)))
			return (int)i;
	return -1;
}

/* "POLICY/RULE" as a number. */
static int number_rule(struct replay *replay, uint32_t *ret)
{
	const struct record *record = &replay->record;
	char name[2 * (BW_NAME_MAX + 1) + 1];
	int size;

	if (record->policy.size <= 2 || record->rule.size <= 2)
		return intern_add(&replay->rules, "?", sizeof("?"), ret);
	size = snprintf(name, sizeof(name), "%.*s/%.*s", (int)record->policy.size - 2, record->policy.bytes + 1,
			(int)record->rule.size - 2, record->rule.bytes + 1);
	if ((size_t)size >= sizeof(name))
		return intern_add(&replay->rules, "?", sizeof("?"), ret);
	return intern_add(&replay->rules, name, (size_t)size + 1, ret);
}

static int read_decision(struct replay *replay, const char *line, size_t size)
{
	struct replay_old old = { 0 };
	int verdict = verdict_of(&replay->record.verdict);
	uint32_t question;
	int r;

	if (verdict < 0) {
		add_problem(replay, "no verdict");
		return 0;
	}
	old.verdict = (enum bw_verdict)verdict;
	r = number_rule(replay, &old.rule);
	r = r < 0 ? r : replay_question(replay, line, size, &question);
	if (r < 0)
		return r;
	if (r > 0 || replay->answer[question].reason) {
		add_problem(replay, r > 0 ? "not JSON" : replay->answer[question].reason);
		return 0;
	}
	return add_attempt(replay, question, &old);
}

static bool is_true(const struct record_span *span)
{
	return span->size == 4 && memcmp(span->bytes, "true", 4) == 0;
}

/* Is the line a decision, and one of those that are wanted? */
static bool is_wanted(const struct replay *replay)
{
	const struct record *record = &replay->record;

	return record_is(&record->type, "decision") &&
	       (!replay->policy || record_is(&record->policy, replay->policy)) &&
	       !(replay->audited && is_true(&record->enforced));
}

int replay_begin(struct replay *replay, const struct policy_list *policies, struct diag *diag)
{
	const struct compile_options options = { 0 };
	int r;

	r = compile_tables((const struct policy *const *)policies->policy, policies->n, &options, &replay->tables,
			   diag);
	if (r == 0)
		tables_enforce(replay->tables);
	return r;
}

int replay_line(struct replay *replay, const char *line, size_t size)
{
	const struct record *record = &replay->record;
	int r;

	replay->n_lines++;
	if (!line)
		add_problem(replay, "longer than any event");
	if (size == 0)
		return 0;
	r = record_scan(&replay->record, line, size);
	if (r == -EBADMSG)
		add_problem(replay, "not a JSON object");
	if (r < 0)
		return r == -EBADMSG ? 0 : r;
	if (is_wanted(replay))
		return read_decision(replay, line, size);
	if (record->type.bytes)
		replay->n_other++;
	else
		add_problem(replay, "not an event");
	return 0;
}

int replay_finish(struct replay *replay)
{
	return flush(replay) ?: replay_group(replay);
}

size_t replay_questions(const struct replay *replay)
{
	return replay->questions.n;
}

void replay_done(struct replay *replay)
{
	tables_free(replay->tables);
	arena_done(&replay->arena);
	record_done(&replay->record);
	intern_done(&replay->whos);
	intern_done(&replay->whats);
	intern_done(&replay->questions);
	intern_done(&replay->verdicts);
	intern_done(&replay->rules);
	intern_done(&replay->counts);
	intern_done(&replay->policies);
	free(replay->pending.attempt);
	free(replay->who);
	free(replay->what);
	free(replay->answer);
	free(replay->count);
	free(replay->group);
	*replay = (struct replay){ 0 };
}

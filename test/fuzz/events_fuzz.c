/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In: bytes as the lines of a log. All that may become of them: counts that add up, groups that account for each
 * attempt, and, of what they are learned from, a policy or a refusal.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tools/learn.h"
#include "tools/replay.h"

static const char policy[] =
	"apiVersion: bulwark/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n"
	"  default: {connect: deny}\n  rules:\n"
	"  - {subject: {ancestor: [/a], namespace: 'n*'}, exec: {paths: ['/bin/**'], args: ['-c']}}\n"
	"  - {subject: {capability: CAP_BPF}, read: ['/etc/*']}\n"
	"  - {connect: [10.0.0.0/8], action: allow}\n  - {use: [bpf], action: kill}\n"
	"  - {socket: [AF_PACKET]}\n  - {bind: ['unix:@x*']}\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Compiled once: what is tried is what becomes of lines. */
static struct tables *compile_once(void)
{
	static struct tables *tables;
	struct policy_list policies = { 0 };
	struct replay replay = { 0 };
	struct source *source;
	struct diag diag = { 0 };

	if (tables)
		return tables;
	if (source_new("p", policy, strlen(policy), &source) < 0 || policy_read(source, &policies, &diag) < 0 ||
	    replay_begin(&replay, &policies, &diag) < 0)
		abort();
	tables = replay.tables;
	replay.tables = NULL;
	replay_done(&replay);
	source_unref(source);
	policy_list_done(&policies);
	diag_done(&diag);
	return tables;
}

static void feed(struct replay *replay, const char *at, const char *end)
{
	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));

		line = line ? line : end;
		if (replay_line(replay, at, (size_t)(line - at)) < 0)
			abort();
		at = line + 1;
	}
}

static void require_counts(const struct replay *replay)
{
	size_t of_groups = 0, of_changes = 0;

	for (size_t i = 0; i < replay->n_groups; i++)
		of_groups += replay->group[i].count;
	for (unsigned int i = 0; i < _REPLAY_CHANGE_MAX; i++)
		of_changes += replay->n_changes[i];
	if (of_groups != replay->n_events || of_changes != replay->n_events ||
	    replay->n_events + replay->n_other + replay->n_unread > replay->n_lines)
		abort();
}

static void learn_from(const struct replay *replay)
{
	struct learn learn = { .most = 2 };
	char *text = NULL;

	for (size_t i = 0; i < replay_questions(replay); i++) {
		struct simulate_question attempt;

		if (replay_attempt(replay, i, &attempt) && learn_add(&learn, &attempt, 1) < 0)
			abort();
	}
	if (learn_write(&learn, "learned", &text) < 0 && text)
		abort();
	free(text);
	learn_done(&learn);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct replay replay = { .tables = compile_once() };

	feed(&replay, (const char *)bytes, (const char *)bytes + size);
	if (replay_finish(&replay) < 0)
		abort();
	require_counts(&replay);
	learn_from(&replay);
	replay.tables = NULL;
	replay_done(&replay);
	return 0;
}

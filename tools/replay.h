/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Recorded events against other policies: what each attempt would come to now, beside what it came to then.
 *
 * In: lines of a log, one at a time. Out: groups of equal changes with counts. Policies are judged by their rules
 * alone, then and now, whatever the modes are. Each different question is decided once.
 *
 * An attempt that several policies had a word on is several lines; those that follow each other are taken together, and
 * the strictest of them is what it came to then.
 */
#ifndef TOOLS_REPLAY_H
#define TOOLS_REPLAY_H

#include "policy/intern.h"
#include "policy/policy.h"
#include "policy/simulate.h"
#include "record.h"

enum replay_change {
	REPLAY_DENIED,	   /* newly: it was not denied, and is now */
	REPLAY_ALLOWED,	   /* newly: it was denied, and is not now */
	REPLAY_STRICTER,   /* denied then and killed now, or allowed then and reported now */
	REPLAY_MILDER,	   /* the other way round */
	REPLAY_OTHER_RULE, /* the same by another rule */
	REPLAY_UNTOLD,	   /* it depends on what the event does not tell */
	REPLAY_SAME,
	_REPLAY_CHANGE_MAX,
};

const char *replay_change_name(unsigned int change); /* "newly-denied" */

/* What is the same for all events of a group. Texts are the replay's. */
struct replay_group {
	enum replay_change change;
	enum bw_verdict was, is;
	const char *old_rule; /* "POLICY/RULE", or "?" */
	const char *new_rule; /* NULL: none */
	const char *operation;
	const char *binary;
	const char *object;
	size_t count;
	size_t line; /* the first event of it */
};

struct replay_problem {
	size_t line;
	const char *reason; /* static */
};

/* The rule that a group is due to: of what is milder now the one that there was, else the one that there is. */
const char *replay_leading_rule(const struct replay_group *group);

#define REPLAY_PROBLEMS_MAX 10 /* that are kept; all are counted */

/* What one policy said of an attempt, as numbers of `rules`. */
struct replay_old {
	uint32_t rule;
	enum bw_verdict verdict;
};

struct replay_who;
struct replay_what;
struct replay_answer; /* to one question */
struct replay_count;  /* of one question and what it came to then */

/* Zeroed, with what is wanted of the events: ready for replay_begin(). */
struct replay {
	const char *policy; /* only its events; NULL: all */
	bool audited;	    /* only what was not enforced */

	size_t n_lines;
	size_t n_events; /* attempts that were compared */
	size_t n_other;	 /* lines of other types, or of other policies */
	size_t n_unread; /* lines that are no events, or not the whole of one */
	size_t n_changes[_REPLAY_CHANGE_MAX];
	struct replay_problem problem[REPLAY_PROBLEMS_MAX];

	struct replay_group *group; /* after replay_finish(), by change, then by count */
	size_t n_groups;

	/* inside */
	struct tables *tables; /* of the policies, each of which enforces */
	struct arena arena;
	struct record record;
	struct intern whos, whats, questions, verdicts, policies, rules, counts;
	struct replay_who *who;
	size_t who_capacity;
	struct replay_what *what;
	size_t what_capacity;
	struct replay_answer *answer;
	size_t answers;
	struct replay_count *count;
	size_t counted;
	struct {
		bool any;
		uint32_t question;
		struct replay_old old;
		size_t line;
		uint32_t policy[BW_OUTCOMES_MAX]; /* that had a word on it */
		size_t n_policies;
		char *attempt; /* which one it is */
		size_t n_attempt, attempt_capacity;
	} pending;
};

/* Compiles the policies. 0, -EINVAL with diagnostics, -ENOMEM. replay_done() ends it in any case. */
int replay_begin(struct replay *replay, const struct policy_list *policies, struct diag *diag);

/* One line without its end; NULL: one that is too long. 0 or -ENOMEM. */
int replay_line(struct replay *replay, const char *line, size_t size);

/* After the last line: the groups. 0 or -ENOMEM. */
int replay_finish(struct replay *replay);

void replay_done(struct replay *replay);

/* How many different questions there were. */
size_t replay_questions(const struct replay *replay);

/* One of them, which points into the replay; false: it cannot be asked. And how many events it was in. */
bool replay_attempt(const struct replay *replay, size_t number, struct simulate_question *ret);
size_t replay_seen(const struct replay *replay, size_t number);

#endif

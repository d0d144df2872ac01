/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the rooms of a replay share.
 */
#ifndef TOOLS_REPLAY_INNER_H
#define TOOLS_REPLAY_INNER_H

#include "replay.h"

/* Half a question each: many processes meet many objects, and few of either are new. */
struct replay_who {
	bool read;
	const char *reason; /* static: why it cannot be asked about; NULL: it can */
	struct simulate_process process;
	unsigned int untold;
	struct simulate_traits traits;
};

struct replay_what {
	bool read;
	const char *reason;
	enum bw_operation operation;
	struct simulate_object object;
	const char *text; /* for people */
};

/* To one who and one what, as numbers of `verdicts`. */
struct replay_answer {
	const char *reason; /* static: why there is none; NULL: there is one */
	uint32_t who, what;
	uint32_t mildest;   /* with what the event does not tell in favour of the process */
	uint32_t strictest; /* and against it */
	uint32_t worst;	    /* and if every program that a rule asks for had run before it */
	size_t seen;	    /* in so many events */
};

struct replay_count {
	uint32_t question;
	struct replay_old old;
	size_t n;
	size_t line; /* the first of them */
};

/* The number of what the scanned line asks, answered. 0; 1 when the line is not JSON; -ENOMEM. */
int replay_question(struct replay *replay, const char *line, size_t size, uint32_t *ret);

const struct simulate_verdict *replay_verdict(const struct replay *replay, uint32_t number);

/* Makes the groups of the counts. 0 or -ENOMEM. */
int replay_group(struct replay *replay);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A question for policies: who does what to which object. It comes from options of a command line, which are read as
 * a case of a PolicyTest is, or from a recorded event.
 */
#ifndef TOOLS_QUESTION_H
#define TOOLS_QUESTION_H

#include "policy/policytest.h"
#include <argp.h>
#include <json-c/json.h>

/* Zeroed: none. question_done() ends it; `ask` points into the rest. */
struct question {
	struct simulate_question ask;
	struct arena arena;
	struct policytest_list tests;
};

/* --- options ------------------------------------------------------------------------------------------------ */

/* The options as they are collected; zeroed: none. question_options_done() ends it. */
struct question_options {
	struct json_object *process;
	struct json_object *object; /* what an exec has beside its path */
	const char *operation;
	const char *path; /* the object */
	bool failed;	  /* no memory */
};

/* An argp child that fills a struct question_options. */
extern const struct argp question_argp;

/* The process as the agent has it, in the words of a PolicyTest's case; what was said of it by options goes before. */
void question_set_process(struct question_options *to, struct json_object *process);

/* Was any of them given? */
bool question_is_asked(const struct question_options *from);

/* 0; -EINVAL when some value is wrong, which has been told on stderr with its option; -ENOMEM. */
int question_from_options(const struct question_options *from, struct question *ret);

void question_options_done(struct question_options *from);

/* --- events --------------------------------------------------------------------------------------------------- */

/*
 * What an event of type decision asked. What events do not tell is marked as untold. 0; -EBADMSG with `reterr_reason`
 * (static) when the event lacks what the question needs; -ENOMEM.
 */
int question_from_event(struct json_object *event, struct question *ret, const char **reterr_reason);

/* Its two halves: operation and object; the process, and what is untold. Texts go to `arena`. */
int question_what(struct json_object *event, struct arena *arena, struct simulate_question *ret,
		  const char **reterr_reason);
int question_who(struct json_object *event, struct arena *arena, struct simulate_question *ret,
		 const char **reterr_reason);

void question_done(struct question *question);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why a question is decided as it is: what each rule of its operation says of it, and of those that do not match the
 * first condition that fails.
 */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H

#include "policy.h"
#include "simulate.h"

enum explain_reason {
	EXPLAIN_MATCHES,	  /* the rule matches, or the default holds */
	EXPLAIN_OBJECT,		  /* the object is none of the rule's */
	EXPLAIN_OBJECT_CONDITION, /* what the rule asks of the file or attempt besides: `condition` */
	EXPLAIN_POLICY_SUBJECT,	  /* `condition` of the policy's subject */
	EXPLAIN_SUBJECT,	  /* `condition` of the rule's */
	EXPLAIN_EXCEPT,		  /* the rule's `except` */
	EXPLAIN_LIFTED,		  /* of a default: `by` allows */
	EXPLAIN_SUPERSEDED,	  /* of a default: `by` denies already */
	EXPLAIN_NOT_ABOUT,	  /* of a default: not about unix sockets */
};

struct explain_line {
	const struct policy *policy;
	const struct rule *rule; /* NULL: the policy's default */
	enum bw_operation fallback;
	enum explain_reason reason;
	const struct condition *condition; /* NULL where none is named above */
	const struct rule *by;
};

struct explanation {
	enum bw_verdict verdict;     /* what the rules say, whatever the modes are */
	enum bw_verdict carried_out; /* by policies that enforce; ALLOW: nothing is refused */
	const struct policy *policy; /* that decides; NULL: none has an outcome */
	const struct rule *rule;     /* NULL beside a policy: its default */
	enum bw_operation fallback;  /* that the default is of */
	enum bw_mode mode;	     /* of that policy */
	struct explain_line *list;   /* rules and defaults of the operation, in the order of the text */
	size_t n;
};

/*
 * Fills `ret`, which keeps pointers into the policies; explain_done() ends it. -EINVAL with what is wrong with the
 * policies together in `diag`, or without when the question has no object of its operation; -ENOMEM.
 */
int explain_question(const struct policy_list *policies, const struct simulate_question *question,
		     struct explanation *ret, struct diag *diag);

struct span explain_span(const struct policy *policy, const struct rule *rule, enum bw_operation fallback);

void explain_done(struct explanation *explanation);

#endif

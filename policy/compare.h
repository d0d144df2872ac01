/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What two sets of policies decide differently.
 */
#ifndef POLICY_COMPARE_H
#define POLICY_COMPARE_H

#include "policy.h"
#include "simulate.h"

/* What one set says: what is carried out, or else the strictest that is reported. */
struct compare_answer {
	enum bw_verdict verdict;
	bool carried_out;	     /* false beside DENY or KILL: only reported */
	const struct policy *policy; /* that decides; NULL: none */
	const struct rule *rule;     /* NULL beside a policy: its default */
	enum bw_operation fallback;
};

/* Attempts that the same two rules decide differently in the same way. */
struct compare_finding {
	struct simulate_question example; /* operation and object */
	char *subject;			  /* who, in words; "" for anybody */
	size_t n;			  /* places or endpoints, and subjects, told apart */
	struct compare_answer answer[2];
};

struct comparison {
	struct arena arena;
	struct compare_finding *list; /* in the order of operations */
	size_t n, capacity;
	bool cut; /* a bound was reached: there may be more */
};

/*
 * Both sets are valid each by itself. 0; -E2BIG when the two together pass a bound of tables, which `diag` tells;
 * -ENOMEM. compare_done() ends it in any case.
 */
int compare_policies(const struct policy_list *a, const struct policy_list *b, struct comparison *ret,
		     struct diag *diag);
void compare_done(struct comparison *comparison);

#endif

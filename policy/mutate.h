/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mutants of policies: one small change each, of the kind that an author makes by mistake. A test that is worth its
 * name fails for each of them.
 */
#ifndef POLICY_MUTATE_H
#define POLICY_MUTATE_H

#include "policy.h"

enum mutate_kind {
	MUTATE_RULE_GONE,
	MUTATE_ACTION,	     /* kill -> deny, deny -> audit, allow -> deny */
	MUTATE_EXCEPT_GONE,  /* of a rule, all of it */
	MUTATE_SUBJECT_GONE, /* a condition of a rule's subject */
	MUTATE_OBJECT_GONE,  /* a condition of what an exec map asks, beside paths or another one */
	MUTATE_POLICY_SUBJECT_GONE,
	MUTATE_DEFAULT_GONE,
	MUTATE_DEFAULT_ACTION, /* kill -> deny */
};

struct mutant {
	enum mutate_kind kind;
	size_t rule;	  /* of the policy; not of what is about the policy itself */
	size_t condition; /* of the selector; of a default, the operation */
};

struct mutant_list {
	struct mutant *list;
	size_t n;
	size_t capacity;
};

/* All mutants of a policy, in the order of its text. 0 or -ENOMEM. */
int mutate_list(const struct policy *policy, struct mutant_list *ret);

/* The policy changed: a copy that shares all but what is changed with it. policy_free() is not for it. */
struct mutated {
	struct policy policy;
	struct rule *rules;
	struct condition *conditions;
};

int mutate_make(const struct policy *policy, const struct mutant *mutant, struct mutated *ret);
void mutate_done(struct mutated *mutated);

/* "rule 'no-shell' is left out", malloc'd; NULL: no memory. And the place of what is changed. */
char *mutate_text(const struct policy *policy, const struct mutant *mutant);
struct span mutate_span(const struct policy *policy, const struct mutant *mutant);

#endif

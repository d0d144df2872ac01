/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Does one rule, or some part of it, match a question? It is answered by compiling a policy that has nothing else and
 * deciding with its tables, so no second reading of the language can say otherwise than the decision does.
 */
#ifndef POLICY_PROBE_H
#define POLICY_PROBE_H

#include "policy.h"
#include "simulate.h"

/*
 * What is asked: the objects of `rule` with one selector in place of its policy's subject. Of an allow rule the answer
 * is whether it lifts a default of its policy. All is borrowed.
 */
struct probe {
	const struct policy *policy;
	const struct rule *rule; /* as it is written, or a copy with less in it; NULL: the default for the operation */
	struct selector subject; /* in place of the policy's */
};

/* 0 and the answer; -EINVAL when it is no object of the rule's operation, -ENOMEM. */
int probe_matches(const struct probe *probe, const struct simulate_question *question, bool *ret);

/* The whole rule, or with NULL the default, with the whole subject of its policy. */
int probe_rule(const struct policy *policy, const struct rule *rule, const struct simulate_question *question,
	       bool *ret);

/* Is this default of the policy weighed for the question's object? */
bool probe_is_weighed(const struct policy *policy, enum bw_operation fallback,
		      const struct simulate_question *question);

#endif

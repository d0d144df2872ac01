/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All rules and defaults of all policies in one list; a rule's place in it is its id.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include "policy.h"
#include "tables.h"
#include "traits.h"

struct rule_entry {
	struct bw_rule rule; /* as it will stand in every label */
	enum bw_operation operation;
	const struct policy *policy;
	const struct rule *from; /* NULL: a default */
};

struct rules {
	struct diag *diag;
	struct rule_entry *list;
	size_t n;
	size_t capacity;
};

/*
 * Lists the rules of each policy and then its defaults, with their subjects as traits. -EINVAL with diagnostics,
 * -ENOMEM.
 */
int rules_lower(struct rules *rules, const struct policy *const *policies, size_t n, struct traits *traits);

/* "policy/rule", for messages. */
#define RULES_NAME_MAX (2 * BW_NAME_MAX + 2)
const char *rules_name(const struct rule_entry *entry, char buffer[static RULES_NAME_MAX]);

/* The place of a rule or default in its policy's text. */
struct span rules_span(const struct rule_entry *entry);

/* Copies names, messages and tags of policies and rules, which events will carry. */
int rules_finish(const struct rules *rules, const struct policy *const *policies, size_t n, struct tables *tables);

void rules_done(struct rules *rules);

#endif

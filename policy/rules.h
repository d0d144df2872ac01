/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All rules and defaults of all policies in one list; a rule's place in it is its id. Behind them stand copies of some,
 * for the places that their paths lead to (copies.h), with the ids of what they are copies of.
 */
#ifndef POLICY_RULES_H
#define POLICY_RULES_H

#include "policy.h"
#include "tables.h"
#include "traits.h"

struct copy;

struct rule_entry {
	struct bw_rule rule; /* as it will stand in every label */
	enum bw_operation operation;
	const struct policy *policy;
	const struct rule *from; /* NULL: a default */
	const struct copy *copy; /* NULL: about all the objects that are written */
	__u8 n_shared;		 /* of the required traits, the first: those of the policy's own subject */
};

struct rules {
	struct diag *diag;
	struct rule_entry *list;
	size_t n;
	size_t capacity;
	size_t n_written;	   /* rules and defaults of the policies; copies follow */
	size_t n_whole;		   /* with the copies that are about all their objects; those about one place follow */
	struct bw_traits followed; /* that rules_follow() holds for in some rule */
};

/*
 * Lists the rules of each policy and then its defaults, with their subjects as traits. -EINVAL with diagnostics,
 * -ENOMEM.
 */
int rules_lower(struct rules *rules, const struct policy *const *policies, size_t n, struct traits *traits);

/*
 * Adds a copy of rule number `at`, which counts and is reported as that, with more required traits. -EINVAL with a
 * diagnostic when there are too many rules; -E2BIG when it would have too many traits.
 */
int rules_copy(struct rules *rules, size_t at, const struct copy *copy, const uint32_t *trait, size_t n);

/* The same, about all objects of the rule: trait[0] stands in the place of required trait number `place`. */
int rules_copy_whole(struct rules *rules, size_t at, unsigned int place, const uint32_t trait[2]);

/*
 * Does this required trait follow links in containers' roots? A container makes of its root what it likes: a link there
 * may add to who is denied, and to whom a whole policy is about, never to who is allowed by one rule.
 */
bool rules_follow(const struct rule_entry *entry, unsigned int place);

/* "policy/rule", for messages. */
#define RULES_NAME_MAX (2 * BW_NAME_MAX + 2)
const char *rules_name(const struct rule_entry *entry, char buffer[static RULES_NAME_MAX]);

/* The place of a rule or default in its policy's text. */
struct span rules_span(const struct rule_entry *entry);

/* Copies names, messages and tags of policies and rules, which events will carry. */
int rules_finish(const struct rules *rules, const struct policy *const *policies, size_t n, struct tables *tables);

void rules_done(struct rules *rules);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who the numbers of one set of tables are: the names that events of that set need, kept longer than the tables,
 * since records of a set may wait in the ring when the next one is already in force.
 */
#ifndef AGENT_ROSTER_H
#define AGENT_ROSTER_H

#include "policy/tables.h"

struct roster_rule {
	__u32 policy;
	const char *name;
	const char *message; /* NULL: none */
};

struct roster_policy {
	const char *name;
	const char *hash;
	const struct table_tag *tag;
	size_t n_tags;
};

/* Owner: one block of memory holds it all. */
struct roster {
	__u64 active;
	size_t n_rules;
	size_t n_policies;
	const struct roster_rule *rule;
	const struct roster_policy *policy;
};

int roster_new(const struct tables *tables, struct roster **ret); /* `active` is for the caller to set */
struct roster *roster_free(struct roster *roster);		  /* returns NULL; accepts NULL */

/* NULL when `roster` is NULL or has no such number: a record may say anything. */
const struct roster_rule *roster_rule(const struct roster *roster, __u32 rule);
const struct roster_policy *roster_policy(const struct roster *roster, __u32 policy);

#endif

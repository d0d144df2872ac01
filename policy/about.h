/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whom the rules of some tables are about: what a process holds, as the kernel side has it, by the conditions of the
 * policies' text.
 */
#ifndef POLICY_ABOUT_H
#define POLICY_ABOUT_H

#include "rules.h"
#include "tables.h"

enum about_holds {
	ABOUT_NO,
	ABOUT_DENIALS, /* it cannot be told: for denials it holds, for allows it does not */
	ABOUT_YES,
	ABOUT_OBJECT, /* the file or the attempt is asked, not the process */
};

struct about {
	struct rules rules;
	struct traits traits;
};

/* Numbers the conditions as compile_tables() has for the same policies. 0 or -ENOMEM; about_done() ends it anyway. */
int about_begin(const struct policy *const *policies, size_t n, struct about *ret);

/*
 * Credentials are as of each operation: what is held by user, group and capabilities becomes what these have, whatever
 * they were when the process was last judged.
 */
void about_identify(const struct about *about, uint32_t uid, uint32_t gid, uint64_t capabilities, struct bw_held *held);

/* `condition` is one of a selector of that policy. 0 or -ENOMEM. */
int about_condition(struct about *about, const struct policy *policy, const struct condition *condition,
		    const struct bw_held *held, enum about_holds *ret);

/* ret[rule id]: is it about who holds this, whatever the object is? `tables` are of the policies; ret has room for all.
 */
void about_rules(const struct about *about, const struct tables *tables, const struct bw_held *held, bool *ret);

void about_done(struct about *about);

#endif

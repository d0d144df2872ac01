/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Document -> policy: what the words mean.
 *
 * Every check is a void function. What is wrong goes to `diag`, and the check goes on, so that an author sees all
 * mistakes at once; want of memory sets `no_memory`. Whether a policy came out is asked once, at the end.
 */
#ifndef POLICY_CHECK_H
#define POLICY_CHECK_H

#include "document.h"
#include "identity.h"
#include "policy.h"

/* One check of one document. */
struct check {
	struct policy *policy; /* being filled: its source is the text, its arena takes all that lasts */
	struct diag *diag;
	size_t n_patterns; /* that the policy's texts stand for */
	bool no_memory;
	struct identity_memo *memo;
};

/* The door. 0 and the policy; -EINVAL when something is wrong (reported); -ENOMEM. `memo` serves all of a source. */
int check_document(const struct document *document, struct source *source, struct identity_memo *memo,
		   struct diag *diag, struct policy **ret);

/* --- the rooms behind it -------------------------------------------------------------------------------- */

/* check_spec.c: the value of `spec`. */
void check_spec(struct check *check, const struct node *value);

/* check_rule.c: the value of `rules`. */
void check_rules(struct check *check, const struct node *value);

/* check_subject.c: the value of `subject` or `except`. */
void check_selector(struct check *check, const struct node *value, struct selector *ret);

/* check_object.c: the value of an operation's key, into the rule whose operation is set. */
void check_objects(struct check *check, const struct node *value, struct rule *rule);

/* check_path.c: lists of path patterns; and globs, which are only looked at. `form` as in expect.h. */
struct form;
void check_paths(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n);
void check_globs(struct check *check, const struct node *value, const struct form *form);

#endif

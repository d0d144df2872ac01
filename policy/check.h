/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Document -> policy, document -> PolicyTest: what the words mean.
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
	struct policy *policy; /* being filled; NULL in a PolicyTest */
	struct source *source; /* the text */
	struct arena *arena;   /* takes all that lasts */
	struct diag *diag;
	size_t n_patterns; /* that the policy's texts stand for */
	bool no_memory;
	struct identity_memo *memo;
};

/* The door. 0 and the policy; -EINVAL when something is wrong (reported); -ENOMEM. `memo` serves all of a source. */
int check_document(const struct document *document, struct source *source, struct identity_memo *memo,
		   struct diag *diag, struct policy **ret);

/* check_policytest.c: the same for a PolicyTest. */
struct policytest;
int check_policytest(const struct document *document, struct source *source, struct identity_memo *memo,
		     struct diag *diag, struct policytest **ret);

/* --- the rooms behind it -------------------------------------------------------------------------------- */

/* check.c: is the root of the document a map? Else it is reported. */
struct form;
bool check_root(struct check *check, const struct node *root, const struct form *form);

/* check.c: the value of `apiVersion`. */
void check_version(struct check *check, const struct node *value, void *into);

/* check_spec.c: the value of `spec`. */
void check_spec(struct check *check, const struct node *value);

/* check_rule.c: the value of `rules`. */
void check_rules(struct check *check, const struct node *value);

/* check_subject.c: the value of `subject` or `except`. */
void check_selector(struct check *check, const struct node *value, struct selector *ret);

/* check_subject.c: one item of `user` or `group`. */
void check_id(struct check *check, const struct node *value, enum identity_kind kind, struct id_range *ret);

/* check_subject.c: one item of `capability`, added to the mask. */
void check_capability(struct check *check, const struct node *value, __u64 *mask);

/* check_object.c: one item of `sha256`. */
void check_digest(struct check *check, const struct node *node, const struct form *form, struct bw_digest *ret);

/* check_object.c: the value of an operation's key, into the rule whose operation is set. */
void check_objects(struct check *check, const struct node *value, struct rule *rule);

/* check_socket.c: the kinds of sockets of the same. */
void check_sockets(struct check *check, const struct node *value, struct rule *rule);

/*
 * check_path.c: lists of path patterns; and of texts with wildcards, which become patterns of one component: of
 * arguments, which the kernel side reads, and of names of any length. `form` as in expect.h.
 */
void check_paths(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n);
void check_texts(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n);
void check_globs(struct check *check, const struct node *value, const struct form *form, struct path_value **ret,
		 size_t *ret_n);

/* check_case.c: one of the cases of a PolicyTest. */
struct policytest_case;
void check_case(struct check *check, const struct node *value, struct policytest_case *ret);

#endif

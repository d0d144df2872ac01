/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Labels: what one place in the tree, or one endpoint, means to the rules. A label is made from a set of uses;
 * a use is a rule whose object lies there, a trait that a program or cgroup from there gives, or that a cgroup there
 * is a container's.
 */
#ifndef POLICY_LABELS_H
#define POLICY_LABELS_H

#include "intern.h"
#include "rules.h"
#include "tables.h"
#include "traits.h"
#include "words.h"

/* A use: the id of a rule; or with the first bit, a trait. With both it is a container's, as who has the trait asks. */
#define LABELS_TRAIT	 (1u << 31)
#define LABELS_CONTAINER (1u << 30)

struct labels {
	struct diag *diag;
	const struct rules *rules;
	struct traits *traits;
	struct intern sets; /* of uses; the number is the label */
	struct bw_label *list;
	size_t capacity;
	struct intern slices;	      /* of rule ids */
	struct words first;	      /* by slice: its first entry */
	struct words entries;	      /* rule ids: what `rules` of the tables will hold */
	struct words ids[_BW_OP_MAX]; /* scratch */
};

int labels_init(struct labels *labels, struct diag *diag, const struct rules *rules, struct traits *traits);

/* The label of a set of uses, sorted and each once; the empty one is 0. -EINVAL with a diagnostic, -ENOMEM. */
int labels_intern(struct labels *labels, const uint32_t *use, size_t n, __u32 *ret);

/* The slice of these rules, in the order of their ids. */
int labels_slice(struct labels *labels, const uint32_t *id, size_t n, struct bw_slice *ret);

/* BW_LABEL_*: what a rule asks for to be judged, beyond the place. */
__u32 labels_asked(const struct rule_entry *entry);

int labels_finish(const struct labels *labels, struct tables *tables);
void labels_done(struct labels *labels);

#endif

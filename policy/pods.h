/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Kubernetes' label selectors -> subjects. Labels are and-ed there and or-ed in one list of ours: so the first stands
 * in the policy's subject, and those that are left over are given back.
 */
#ifndef POLICY_PODS_H
#define POLICY_PODS_H

#include "draft.h"

/* One thing that has to hold, besides what stands in the policy's subject. */
struct pod_condition {
	struct pod_condition *next;
	enum subject_key key;
	struct draft_list values; /* or-ed */
	bool absent;		  /* none of them may be there */
};

struct pods {
	struct pod_condition *first;
	struct pod_condition *last;
	size_t n;
	bool broken; /* something of it could not be said: whom it is about is not known */
};

/* The namespace of a document, which is given too. */
const char *pods_namespace(struct import *import, const struct node *metadata, const struct node *root,
			   struct pods *pods);

/* Whatever has such a name: every pod. */
void pods_any(struct import *import, enum subject_key key, struct pods *pods);

/* Adds one. */
struct pod_condition *pods_add(struct import *import, struct pods *pods, enum subject_key key, bool absent);

/* `matchLabels` and `matchExpressions` of a selector. */
void pods_read(struct import *import, const struct node *selector, struct pods *pods);

/*
 * Puts what was found into the draft, whose rules and defaults are complete: into its subject, the rules' subjects and
 * exceptions, and, where there are defaults, into rules that lift them for who is not meant. False: it cannot be said,
 * which is reported.
 */
bool pods_apply(struct import *import, const struct pods *pods, const struct node *at);

#endif

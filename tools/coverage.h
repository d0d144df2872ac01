/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which rules the cases of tests reach: a rule that matches in some case, a default that holds in one. Tests in several
 * files may be about one policy; what one of them reaches is reached.
 */
#ifndef TOOLS_COVERAGE_H
#define TOOLS_COVERAGE_H

#include "policy/intern.h"
#include "policy/policytest.h"
#include <json-c/json.h>

struct coverage_rule;

/* Zeroed: nothing yet. */
struct coverage {
	struct intern keys; /* file, policy and rule; the number is that of `list` */
	struct coverage_rule *list;
	size_t n;
	size_t capacity;
	size_t n_reached; /* after coverage_finish() */
};

/* The cases of one test, with the policies that it is about and their tables. 0 or -ENOMEM. */
int coverage_add(struct coverage *coverage, const struct policytest *test, const struct policy_list *policies,
		 const struct tables *tables);

/* Counts, and reports what is not reached: as errors if it is `required`, else as warnings. */
void coverage_finish(struct coverage *coverage, bool required, struct diag *diag);

/* Adds "coverage": {"rules", "reached"}. 0 or -ENOMEM. */
int coverage_add_json(const struct coverage *coverage, struct json_object *document);

void coverage_done(struct coverage *coverage);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How much tests of policies notice: each policy is changed in each of the small ways of mutate.h, and some case is
 * expected to fail then. A mutant for which none fails survives, and tells of a case that is missing. Tests in several
 * files may be about one policy; one of them is enough.
 */
#ifndef TOOLS_MUTATION_H
#define TOOLS_MUTATION_H

#include "policy/intern.h"
#include "policy/policytest.h"
#include <json-c/json.h>

struct mutation_mutant;

/* Zeroed: nothing yet. */
struct mutation {
	struct intern keys; /* file, policy and change; the number is that of `list` */
	struct mutation_mutant *list;
	size_t n;
	size_t capacity;
	size_t n_killed; /* after mutation_finish() */
};

/* Runs one test, whose cases pass, for all mutants of its policies that no test before it has killed. 0 or -ENOMEM. */
int mutation_add(struct mutation *mutation, const struct policytest *test, const struct policy_list *policies);

/* Counts, and reports the survivors as errors. */
void mutation_finish(struct mutation *mutation, struct diag *diag);

/* Adds "mutation": {"mutants", "killed"}. 0 or -ENOMEM. */
int mutation_add_json(const struct mutation *mutation, struct json_object *document);

void mutation_done(struct mutation *mutation);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The policies that a test is about.
 */
#ifndef TOOLS_TESTED_H
#define TOOLS_TESTED_H

#include "policy/policytest.h"

/* Appends them. 0, -EINVAL with all that is wrong in `diag`, -ENOMEM. */
int tested_policies(const struct policytest *test, struct policy_list *policies, struct diag *diag);

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Diagnostics as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines that they are about.
 */
#ifndef TOOLS_SARIF_H
#define TOOLS_SARIF_H

#include "policy/diag.h"

/* One document on one line: every id there is as a rule, and a result for each diagnostic. 0 or -ENOMEM. */
int sarif_print(const struct diag *diag, FILE *to);

#endif

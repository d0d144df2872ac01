/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An explanation for machines.
 */
#ifndef TOOLS_EXPLAIN_JSON_H
#define TOOLS_EXPLAIN_JSON_H

#include "policy/explain.h"

/* On standard output: the verdict, its rule, and all rules of the operation. 0 or -ENOMEM. */
int explain_json_print(const struct explanation *said, const struct simulate_question *question);

#endif

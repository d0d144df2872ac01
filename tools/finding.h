/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Diagnostics for machines.
 */
#ifndef TOOLS_FINDING_H
#define TOOLS_FINDING_H

#include "policy/diag.h"
#include <json-c/json.h>

/* Adds them as "diagnostics" to a document. 0 or -ENOMEM. */
int finding_add(struct json_object *document, const struct diag *diag);

#endif

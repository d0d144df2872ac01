/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Maps have each key once.
 */
#ifndef POLICY_DUPLICATES_H
#define POLICY_DUPLICATES_H

#include "diag.h"
#include "document.h"

/*
 * Takes out of a map whose last member was read what is no member: values of keys that are no text (parse reported
 * them), and all but the first of equal keys, which it reports. 0 or -ENOMEM.
 */
int duplicates_drop(struct node *map, struct source *source, bool foreign, struct diag *diag);

#endif

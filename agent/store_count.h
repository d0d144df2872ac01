/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a set of tables has counted, when another takes its place: for store.c alone.
 *
 * The counters are in the kernel, by rule, and begin at zero in each set. A policy, and a rule of a policy, goes on
 * counting under the next set, and one that takes the place of one of its name goes on where that one stopped.
 */
#ifndef AGENT_STORE_COUNT_H
#define AGENT_STORE_COUNT_H

#include "store.h"

struct store_count;

/* Reads the counters of the set in force, and works out what each entry of `change` begins with under `next`. */
int store_count_leaving(const struct store_change *change, const struct tables *next, struct store_count **ret);

/* Gives the entries that, once `next` is in force. Cannot fail; frees `count`. */
void store_count_settle(struct store_change *change, struct store_count *count);

void store_count_free(struct store_count *count);

#endif

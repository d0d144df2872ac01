/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Counters out of the kernel: summed over CPUs.
 */
#ifndef AGENT_COUNTERS_H
#define AGENT_COUNTERS_H

#include "load.h"

/* Counters of rules 0..n-1 of the set in force, since it is in force. */
int counters_rules(const struct loader *loader, struct bw_counter *ret, size_t n);

/* Counters since the programs were loaded. */
int counters_stats(const struct loader *loader, struct bw_stats *ret);

#endif

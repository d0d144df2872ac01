/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Equal events that the kernel side counted instead of telling them (kern/fold.h), and that no later event told: so
 * that each is in the log as one of a number.
 */
#ifndef AGENT_FOLDS_H
#define AGENT_FOLDS_H

#include "load.h"

#define FOLDS_SECOND 1000000000ull /* as long as a kind's second is, in nanoseconds */

typedef void (*folds_fn)(void *context, const struct bw_fold *fold, __u64 count);

/*
 * Hands each count out that no event brings any more, once, and with `all` those that one might bring as well. Returns
 * how many kinds still wait for that, or -errno.
 */
int folds_take(const struct loader *loader, bool all, folds_fn fn, void *context);

#endif

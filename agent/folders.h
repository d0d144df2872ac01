/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Watches the policy folders and calls once when they have come to rest after a change.
 */
#ifndef AGENT_FOLDERS_H
#define AGENT_FOLDERS_H

#include "config.h"
#include "loop.h"

struct folders;

/*
 * `paths` must outlive the watcher. What stands in the folders now counts as known. A folder that is not there (yet)
 * is an empty one.
 */
int folders_new(struct loop *loop, const struct config_list *paths, void (*fn)(void *context), void *context,
		struct folders **ret);
struct folders *folders_free(struct folders *folders); /* returns NULL; accepts NULL */

#endif

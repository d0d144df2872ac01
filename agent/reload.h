/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The policy folders into the store: all or nothing for each file. A file that is broken keeps in force what it gave
 * before; the others are not held up by it.
 *
 * Two ways. A change seen in a folder touches what the changed files declare, so a policy that was loaded, unloaded or
 * switched over the socket meanwhile stays so. An order to reload (SIGHUP, `bulwark reload`) brings the folders into
 * force as they stand; a policy whose text is in force already is left alone, with the mode it was switched to.
 */
#ifndef AGENT_RELOAD_H
#define AGENT_RELOAD_H

#include "scan.h"
#include "store.h"

struct reload {
	struct store *store;
	const struct config_list *folders;
	struct scan scan; /* as last read; broken files with their failures */
};

/* `reload` comes with store and folders filled in and the rest zero. */
void reload_done(struct reload *reload);

/*
 * all: an order, not a change that was seen. Logs broken files, each once for each way of being broken. Returns 0,
 * even with broken files; -errno, logged, when nothing could be put in force.
 */
int reload_folders(struct reload *reload, bool all, const struct requester *requester);

size_t reload_failures(const struct reload *reload); /* how many files are broken now */

#endif

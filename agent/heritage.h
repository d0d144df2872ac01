/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an agent before this one has left beside programs: the names of the sets of tables that are still there; and of
 * programs that are replaced, what they know and the new ones have to.
 */
#ifndef AGENT_HERITAGE_H
#define AGENT_HERITAGE_H

#include "load.h"
#include "roster.h"
#include "seal.h"

/* The roster of the set in force (`back` 0) or of the one before it (1). -ENOENT: there is none; else -errno. */
int heritage_roster(const struct loader *loader, unsigned int back, struct roster **ret);

/*
 * Has the programs know the paths of marked inodes that those know which they replace. Before tables are applied; and
 * once more when the new programs are attached, for what was marked meanwhile (and then apply_marks()). 0 or -errno.
 */
int heritage_origins(struct loader *loader);

/*
 * What enforces in the set that is in force, of this agent's programs or of those which they replace. -EPROTO: these
 * are of another version.
 */
int heritage_seal(const struct loader *loader, struct seal *seal);

/* What has to be told of programs that were replaced; zero of others. What cannot be read counts nothing. */
struct heritage_rest {
	__u64 decided; /* decisions since an agent last looked */
	__u64 untold;  /* reports that nobody will read */
};

/* load_keep(), and what it lets go of has to say last. */
int heritage_keep(struct loader *loader, struct heritage_rest *ret);

#endif

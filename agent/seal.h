/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A node that is sealed: what enforces stays as it is until the node starts again. Policies may come; none of those
 * that enforce may go, change, or cease to enforce.
 */
#ifndef AGENT_SEAL_H
#define AGENT_SEAL_H

#include "policy/tables.h"

struct seal;

int seal_new(struct seal **ret);	   /* nothing has to stay yet */
struct seal *seal_free(struct seal *seal); /* returns NULL; accepts NULL */

/* What enforces in these tables stays, with what had to before; or one policy, by its name and the digest of its text.
 * -ENOMEM: then some of it does not. */
int seal_add(struct seal *seal, const struct tables *tables);
int seal_add_policy(struct seal *seal, const char *name, const char *hash);

/* The name of a policy that had to stay and is not in these tables, or not to enforce; NULL: there is none. */
const char *seal_broken(const struct seal *seal, const struct tables *tables);

#endif

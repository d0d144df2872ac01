/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * All policies of a node -> one set of tables.
 */
#ifndef POLICY_COMPILE_H
#define POLICY_COMPILE_H

#include "policy.h"
#include "tables.h"

struct compile_options {
	__u64 hash_key[2];
	bool no_digests;     /* the node's kernel computes none: a rule that asks for one is refused */
	const char *node_id; /* machine id: decides `rollout`; NULL: every policy is rolled out */
	/*
	 * Resolves the symbolic links of an absolute path of which every component may or may not exist: returns
	 * 0 and the resolved path (malloc'd, the caller frees), -ENOENT when it leads nowhere new, or errno.
	 * NULL: no links are followed (tests, another machine's policies).
	 */
	int (*resolve)(const char *path, void *context, char **ret);
	void *context;
	/* Where such paths lead in the roots of containers: what the tables' asked_path says. NULL: nowhere. */
	const struct alias_set *aliases;
	/* Told each name that edges have keys of, for who has to spell paths; 0 or what ends the work. NULL: nobody. */
	int (*literal)(void *literals, const char *bytes, size_t size, __u64 hash);
	void *literals;
};

/*
 * Compiles `n` policies (their order numbers them). Returns 0 and the tables, which keep nothing of the policies;
 * -EINVAL with diagnostics (two policies of one name, a set of patterns that is too large, any other bound of
 * limits.h), -ENOMEM.
 */
int compile_tables(const struct policy *const *policies, size_t n, const struct compile_options *options,
		   struct tables **ret, struct diag *diag);

#endif

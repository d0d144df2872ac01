/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Symbolic links of the node, for the literal parts of patterns (compile_options.resolve).
 */
#ifndef AGENT_RESOLVE_H
#define AGENT_RESOLVE_H

/*
 * Follows every link of an absolute path, of which any component may be missing: what is missing stays as it is
 * written, so that a pattern may name what does not exist yet. Returns 0 and the path (the caller frees it), -ENOENT
 * when it is `path` itself, -ELOOP, -ENAMETOOLONG, -ENOMEM.
 */
int resolve_path(const char *path, void *context, char **ret);

/* The same in the root of which `root` is a descriptor; -1: the node's. */
int resolve_in(int root, const char *path, char **ret);

#endif

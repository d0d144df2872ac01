/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The policy of the guard: which files keep what is in force in force, and who may change them. It is compiled with
 * the policies of the node, and enforces while one of them does. Processes, BPF objects and mounts are guarded by the
 * kernel side itself (kern/guard_agent.h).
 */
#ifndef AGENT_GUARD_H
#define AGENT_GUARD_H

#include "config.h"
#include "policy/policy.h"

#define GUARD_POLICY "bulwark-guard" /* its name, in events */

/* The caller frees it. -EINVAL, logged, when the configuration has a path that no policy can name; -ENOMEM. */
int guard_policy(const struct config *config, struct policy **ret);

#endif
